"""The seven items (收支 吃 穿 教育 医疗 住房 饮水): a dated state each; a "no" is a clue and a problem the same day; old is *outdated*, not yes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from shouwang.accounts.audit.write import record
from shouwang.accounts.models import Assignment
from shouwang.cases.field_models import ItemState, Problem
from shouwang.cases.hearing import Heard, hear
from shouwang.cases.limits import last_day, number
from shouwang.cases.words import ITEM_TITLES
from shouwang.kernel.errors import UserError, given_day, given_reason
from shouwang.registry.models import Household

ITEM_RISKS = {"education": "因学", "medical": "因病", "housing": "因安全住房", "water": "因安全饮水"}
SEEN = "入户查看"
YES, NO, OUTDATED, UNKNOWN = "yes", "no", "outdated", "unknown"


@dataclass(frozen=True)
class Item:
    """One line of the card: the item, its state on a day (yes, no, outdated, unknown), when it was last looked at, its interval."""

    key: str
    title: str
    state: str
    found_on: date | None
    evidence: str
    interval: int | None


def card(household: Household, on: date) -> list[Item]:
    """The seven items of a household as of a day."""
    newest: dict[str, ItemState] = {}
    for found in ItemState.objects.filter(household_id=household.pk, found_on__lte=on).order_by("found_on", "pk"):
        newest[found.item] = found
    return [_item(key, title, newest.get(key), household.area_code, on) for key, title in ITEM_TITLES.items()]


def _item(key: str, title: str, found: ItemState | None, area: str, on: date) -> Item:
    interval = number(area, f"guarantee_{key}_days", on)
    if found is None:
        return Item(key, title, UNKNOWN, None, "", interval)
    is_old = interval is not None and found.found_on + timedelta(days=interval) < on
    state = NO if not found.met else OUTDATED if is_old else YES
    return Item(key, title, state, found.found_on, found.evidence, interval)


def set_item(
    household: Household, item: str, met: bool, found_on: date, evidence: str, by: Assignment, at: datetime, today: date, source: str = "visit"
) -> ItemState:  # fmt: skip
    """What was found about one item. "No" opens a clue and a problem at once; "yes" needs evidence and closes the problem."""
    if item not in ITEM_TITLES:
        raise UserError(f"没有保障项 {item!r}", f"选择：{'、'.join(ITEM_TITLES.values())}")
    given_day(found_on, today, "日期", "写看到情况的日期")
    open_problems = Problem.objects.filter(household_id=household.pk, kind="item", item=item, closed_on__isnull=True)
    is_open = open_problems.exists()
    if met and is_open:
        evidence = given_reason(evidence, f"“{ITEM_TITLES[item]}”改为有保障")
    with transaction.atomic():
        made = ItemState.objects.create(
            area_code=household.area_code, household_id=household.pk, item=item, met=met, found_on=found_on, evidence=evidence.strip()[:200], source=source,
            recorded_by=by.user_id, recorded_at=at,
        )  # fmt: skip
        if met:
            open_problems.update(closed_on=found_on, closing=evidence.strip()[:200])
        elif not is_open:
            _no(household, item, found_on, evidence, by, at, today)
    record("item", "household", household.pk, role=by.role, area=household.area_code, item=item, met=met)
    return made


def set_items(
    household: Household, answers: Mapping[str, tuple[bool, str]], found_on: date, by: Assignment, at: datetime, today: date
) -> None:  # fmt: skip
    """The items that a visit answered, each with its evidence (seen in place, where nothing was written)."""
    for item, (met, evidence) in answers.items():
        set_item(household, item, met, found_on, evidence or (SEEN if met else ""), by, at, today)


def _no(
    household: Household, item: str, found_on: date, evidence: str, by: Assignment, at: datetime, today: date
) -> None:
    title = f"{ITEM_TITLES[item]}没有保障"
    last = last_day(household.area_code, "problem_days", found_on)
    Problem.objects.create(
        area_code=household.area_code, household_id=household.pk, kind="item", item=item, cause=ITEM_RISKS.get(item, "其他"),
        title=f"{title}：{evidence}"[:160] if evidence else title, opened_on=found_on, due_on=last,
        recorded_by=by.user_id, recorded_at=at,
    )  # fmt: skip
    heard = Heard("item", f"{title}。{evidence}", found_on, risk_type=ITEM_RISKS.get(item, ""), event_date=found_on)
    hear(household, heard, at, today, by)
