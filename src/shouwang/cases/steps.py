"""The one way a case moves: an action of the table, checked, written as a step, its effect on the case."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from shouwang.accounts.audit.write import record
from shouwang.accounts.models import Assignment
from shouwang.cases.clocks import due_of, due_on
from shouwang.cases.effects import EFFECTS
from shouwang.cases.guards import Taken, check
from shouwang.cases.limits import enough_people
from shouwang.cases.models import Case, Clue, Step
from shouwang.cases.procedure import END, Action, procedure
from shouwang.kernel.errors import UserError, given_day, given_reason
from shouwang.registry.models import Household

OPENING, PAUSING = "open", ("pause", "resume")


def open_case(
    household: Household, clock_start: date, risks: list[str], clue: Clue | None, by: Assignment, at: datetime, today: date, former: int | None = None
) -> Case:  # fmt: skip
    """A case begins; its clock began with the earliest receipt and stays there. Raises UserError when one is running."""
    if Case.objects.filter(household_id=household.pk).exclude(state__in=procedure().in_chain(END)).exists():
        raise UserError("这一户已有进行中的个案", "在原个案里继续办理")
    before = Case.objects.filter(household_id=household.pk, state="eliminated").order_by("-pk").first()
    case = Case.objects.create(
        area_code=household.area_code, household_id=household.pk, clue_id=clue.pk if clue else None, state="opened", state_since=today,
        clock_start=clock_start, due_on=due_on(household.area_code, clock_start, ()), opened_on=today, opened_at=at, risks=risks, persons=household.persons,
        former_case=former or (before.pk if before else None),
    )  # fmt: skip
    _write(case, OPENING, "", "opened", Taken(today, data={"risks": risks, "former": case.former_case}), by, at)
    return case


def take(case: Case, key: str, taken: Taken, by: Assignment, at: datetime, today: date) -> Step:
    """Carry out one action. All or nothing. Raises UserError with what is missing and what would change that."""
    action = procedure().actions.get(key)
    if action is None:
        raise UserError(f"没有步骤 {key!r}", "刷新页面")
    with transaction.atomic():
        locked = Case.objects.select_for_update().get(pk=case.pk)
        if locked.version != case.version:
            raise UserError("这个个案刚被别人办理过", "刷新页面，看过新的情况后再办")
        _allowed(locked, action, by)
        _complete(locked, action, taken, today)
        check(action.guards, locked, taken)
        to = action.leads_to(locked.state, taken.agreed)
        effect = EFFECTS.get(key)
        if effect is not None:
            to = effect(locked, taken, by, at) or to
        before = locked.state
        if to != before:
            locked.state, locked.state_since = to, taken.on
        if key in PAUSING:
            locked.due_on = due_of(locked, taken.on)
        locked.version += 1
        locked.save()
        step = _write(locked, key, before, to, taken, by, at)
    case.refresh_from_db()
    record("step", "case", case.pk, role=by.role, area=case.area_code, what=key, to=to)
    return step


def _allowed(case: Case, action: Action, by: Assignment) -> None:
    if case.state not in action.origins:
        raise UserError(f"“{procedure().states[case.state].title}”时不能{action.title}", "按顺序办理，或刷新页面")
    if action.right not in by.kind.rights:
        raise UserError(f"您的岗位不能{action.title}", "请负责这一步的村、乡镇或县办理")


def _complete(case: Case, action: Action, taken: Taken, today: date) -> None:
    """Day, people, signature, votes, reason: what the table asks of the paper."""
    given_day(taken.on, today, "日期", "写纸面上的日期", since=case.clock_start, since_what="收到线索")
    last = Step.objects.filter(case_id=case.pk).exclude(action=OPENING).order_by("-happened_on", "-pk").first()
    if last is not None and taken.on < last.happened_on and not str(taken.data.get("order_reason", "")).strip():
        raise UserError(
            f"日期 {taken.on} 早于上一步（{last.happened_on}）", "核对纸面日期；确实如此的写明原因，会列入程序疑点"
        )
    if action.people:
        enough_people(case.area_code, action.people, taken.on, taken.people, action.title)
    if action.signature and not taken.data.get("signed"):
        raise UserError(f"{action.title}要有签字", "户主或家庭成年成员签字（或按手印）后再登记")
    if not taken.agreed and not action.decides:
        raise UserError(f"{action.title}没有“不同意”", "退回的用退回补正")
    if action.reason or not taken.agreed:
        given_reason(taken.note, action.title if taken.agreed else "不同意")
    if action.votes:
        _votes(taken)


def _votes(taken: Taken) -> None:
    votes = taken.data.get("votes") or {}
    counts = [int(votes.get(k, 0)) for k in ("yes", "no", "abstain")]
    if min(counts) < 0 or sum(counts) == 0:
        raise UserError("没有写票数", "写同意、不同意、弃权各几票")
    if taken.agreed != (counts[0] > counts[1]):
        raise UserError(f"票数（同意 {counts[0]}、不同意 {counts[1]}）与结果不符", "核对票数和结果")


def _write(case: Case, key: str, before: str, to: str, taken: Taken, by: Assignment, at: datetime) -> Step:
    data: dict[str, Any] = dict(taken.data)
    if not taken.agreed:
        data["agreed"] = False
    return Step.objects.create(
        area_code=case.area_code, case_id=case.pk, household_id=case.household_id, action=key, from_state=before, to_state=to,
        happened_on=taken.on, recorded_at=at, by=by.user_id, role=by.role, people=[p[:30] for p in taken.people], note=taken.note.strip()[:500],
        data=data, sitting_id=taken.sitting_id,
    )  # fmt: skip


def set_risks(case: Case, risks: list[str], by: Assignment) -> None:
    """The risks as people judged them, in the official labels."""
    Case.objects.filter(pk=case.pk).update(risks=risks, version=F("version") + 1)
    record("risks", "case", case.pk, role=by.role, area=case.area_code)
