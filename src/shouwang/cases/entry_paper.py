"""录入对照单 of one case: what to type into the national system, in the order of its screens, beside what the register has."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from shouwang.accounts.secret_fields import show_masked
from shouwang.cases.models import Case
from shouwang.cases.papers import place_of
from shouwang.cases.words import CATEGORIES
from shouwang.documents.printed import Printed, Section
from shouwang.exchange.subjects import feeds
from shouwang.registry.models import Household
from shouwang.registry.outgoing import ENTRY_ORDER, SCREENS, written_value
from shouwang.registry.queries import newest_sheet, shown_name

RISK_FIELDS = ("risk1", "risk2", "risk3", "risk4", "risk5")


def decided(case: Case) -> dict[str, Any]:
    """What this case decided, by field of the national sheet; a field it did not decide is absent."""
    found: dict[str, Any] = {}
    if case.decided_on and case.category:
        found |= {"monitored_kind": CATEGORIES[case.category], "identified": case.decided_on}
        found |= dict(zip(RISK_FIELDS, case.risks, strict=False))
    if case.elimination and case.eliminated_on:
        found |= {"risk_gone": True, "eliminated_month": case.eliminated_on}
    return found


def _on_file(home: Household) -> Mapping[str, Any]:
    sheet = newest_sheet(home.pk)
    known = {"household_no": home.number, "head_name": shown_name(home.head_name), "town": home.town, "village": home.village,
             "persons": home.persons, "phone": show_masked("registry_household", "phone", home.pk, home.phone)}  # fmt: skip
    return {**(sheet.data if sheet else {}), **known}


def entry_sheet(case: Case, home: Household, today: date) -> Printed:
    """One section a screen: field, what the register has, what this case decided, a box to tick."""
    feed, had, now = feeds()["registry_household"], _on_file(home), decided(case)
    screens: list[tuple[str, list[tuple[str, ...]]]] = []
    for name in ENTRY_ORDER:
        if name in SCREENS:
            screens.append((SCREENS[name], []))
        field = feed.field(name)
        old, new = (written_value(field, values.get(name)) for values in (had, now))
        screens[-1][1].append((field.headers[0], "" if old is None else str(old), "" if new is None else str(new), "□"))
    header = ("项目", "登记表已有", "本次认定", "已录")
    sections = [Section(title, header=header, rows=rows) for title, rows in screens]
    sections.append(Section("录入", fields=[("录入人", ""), ("录入日期", "")]))
    return Printed("全国系统录入对照单", f"{place_of(home.area_code)} · 户主 {shown_name(home.head_name)}", sections,
                   f"{home.number} · {today}", today)  # fmt: skip
