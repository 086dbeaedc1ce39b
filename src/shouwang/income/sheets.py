"""收入核算表 out and back: one row a household, one column an item, prefilled with what is known; what comes back is entered, wrong rows are named."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from shouwang.documents.sheet_writer import Cell, Column, Sheet, write_workbook
from shouwang.income import listing
from shouwang.income.entering import Line, basis_of
from shouwang.income.forms import known_by_home, lines_of
from shouwang.income.kinds import ALL, BY_RATIO, ITEMS, SOURCES
from shouwang.income.models import Item, Statement
from shouwang.kernel.errors import UserError
from shouwang.kernel.money import yuan
from shouwang.registry.models import Household, Person
from shouwang.registry.queries import my_range, shown_name

MOST = 5_000
NUMBER, VILLAGE, HEAD, MEMBERS, COUNTED, LEFT_OUT, TOTAL, SOURCE, VISITORS, UNTIL, WHY, VERSION = (
    "户编号", "村", "户主", "家庭成员", "计入人数", "不计入的人和理由", "总收入(校核)", "来源", "调查人", "已收到截至", "更正理由", "版本",
)  # fmt: skip
LATER = "(预计还有)"
COLUMNS = [(kind, item) for kind in ALL for item in ITEMS[kind] if item != BY_RATIO]
NOTE = (
    "白底的栏可改，金额写元；已知的已经填上。一户一行，没有的项目留空。不计入的人写“姓名：理由；姓名：理由”。"
    "没填生产成本的按本地成本率计算。已填过的户改了要写更正理由；不要改户编号。"
)


Title = tuple[str, str, str, bool]  # of a column: its text, kind, item, expected


def titles_of(forecast: bool) -> list[Title]:
    """A column an item; of a forecast two: received, and still expected."""
    found: list[Title] = []
    for kind, item in COLUMNS:
        found.append((item, kind, item, False))
        if forecast:
            found.append((f"{item}{LATER}", kind, item, True))
    return found


def workbook(area: str, year: int, today: date, forecast: bool, hids: Sequence[int] | None = None) -> tuple[bytes, int]:
    """The sheet of an area's households (those on a list, or all), and how many. Raises UserError above a size that people still open."""
    lo, hi = my_range(area)
    found = Household.objects.filter(area_code__gte=lo, area_code__lt=hi, dissolved_on__isnull=True).order_by(
        "area_code", "pk"
    )
    homes = list((found.filter(pk__in=hids) if hids is not None else found)[: MOST + 1])
    if len(homes) > MOST:
        raise UserError(f"这个区域超过 {MOST} 户", "按乡镇或村下载，或先选一张清单")
    ids = [h.pk for h in homes]
    people, before, titles = people_of(ids), standing(area, year, today, forecast, ids), titles_of(forecast)
    columns = (
        Column(NUMBER, 19), Column(VILLAGE, 9), Column(HEAD, 8), Column(MEMBERS, 18), Column(COUNTED, 6, True), Column(LEFT_OUT, 16, True),
        *(Column(title, 9, True) for title, *_ in titles), Column(TOTAL, 11, True), Column(SOURCE, 9, True, tuple(SOURCES.values())),
        Column(VISITORS, 12, True), *([Column(UNTIL, 11, True)] if forecast else []), Column(WHY, 14, True), Column(VERSION, 6),
    )  # fmt: skip
    rows = [_row(home, people.get(home.pk, {}), before, titles, today if forecast else None) for home in homes]
    title = f"{year}年度收入{'预计' if forecast else '核算'}表（{len(rows)}户）"
    with tempfile.TemporaryDirectory(prefix="shouwang-") as scratch:
        path = Path(scratch) / "income.xlsx"
        write_workbook(path, [Sheet(f"{year}收入", title, NOTE, columns, rows)], today)
        return path.read_bytes(), len(rows)


@dataclass(frozen=True)
class Before:
    """What stood before: the current statements by household, and the lines of each (its statement's, else what is known)."""

    stated: dict[int, Statement]
    lines: dict[int, list[Line]]


def _row(
    home: Household, names: Mapping[int, str], before: Before, titles: Sequence[Title], today: date | None
) -> list[Cell]:
    statement = before.stated.get(home.pk)
    amounts = {(x.kind, x.item, x.expected): x.amount for x in merged(before.lines.get(home.pk, ()))}
    why = {m[0]: m[2] for m in statement.members if not m[1]} if statement else {}
    left_out = [f"{name}：{why[pk]}" for pk, name in names.items() if pk in why]
    until = [str((statement.until if statement else None) or today)] if today else []
    return [
        home.number, home.village, shown_name(home.head_name), "、".join(names.values()), len(names) - len(left_out), "；".join(left_out),
        *(yuan(amounts.get((kind, item, later)) or None) for _, kind, item, later in titles), "", SOURCES["visit"], "", *until, "",
        statement.version if statement else 0,
    ]  # fmt: skip


def people_of(hids: Sequence[int]) -> dict[int, dict[int, str]]:
    """Household → its persons: id → name."""
    found: dict[int, dict[int, str]] = {}
    for home, pk, name in (
        Person.objects.filter(household_id__in=list(hids)).order_by("number").values_list("household_id", "pk", "name")
    ):
        found.setdefault(home, {})[pk] = shown_name(name)
    return found


def standing(area: str, year: int, today: date, forecast: bool, hids: Sequence[int]) -> Before:
    """The current statements of some households over the area's window, and the lines of all of them."""
    county = area or my_range("")[0]
    basis = basis_of(county, year, today)
    found = Statement.objects.filter(
        household_id__in=list(hids), window_kind=basis.kind, window_end=basis.window.end, is_forecast=forecast, replaced_at__isnull=True
    )  # fmt: skip
    stated = {s.household_id: s for s in found}
    lines = known_by_home(area, basis, today, [h for h in hids if h not in stated], None if forecast else year)
    by_statement = {s.pk: home for home, s in stated.items()}
    items: dict[int, list[Item]] = {}
    for item in Item.objects.filter(statement_id__in=list(by_statement)):
        items.setdefault(by_statement[item.statement_id], []).append(item)
    return Before(stated, lines | {home: lines_of(items.get(home, [])) for home in stated})


def merged(lines: Iterable[Line]) -> list[Line]:
    """One amount an item: a sheet has no column for each person."""
    found: dict[tuple[str, str, bool], Line] = {}
    for x in lines:
        key = (x.kind, x.item, x.expected)
        found[key] = replace(x, amount=x.amount + found[key].amount if key in found else x.amount)
    return list(found.values())


def listed(area: str, year: int, key: str) -> list[int]:
    """Households of a list, for the sheet of that list alone."""
    return list(listing.on_list(area, year, key).values_list("household_id", flat=True))
