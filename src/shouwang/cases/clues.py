"""Clues: dispatched to the village, taken note of, looked at, concluded. A clue is never removed and never hidden."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Count, F

from shouwang.accounts.audit.write import record
from shouwang.accounts.models import Assignment
from shouwang.cases.limits import enough_people, last_day, number
from shouwang.cases.models import Case, Clue, Evidence
from shouwang.cases.procedure import END, procedure
from shouwang.cases.steps import open_case
from shouwang.cases.words import (
    CONFIRMED,
    DEPARTMENTS,
    MANNERS,
    NO_RISK,
    OPEN_CLUES,
    REFERRED,
    REPEATED,
    RESULTS,
    UNTRUE,
)
from shouwang.kernel.areas import CODE_LENGTH, COUNTY_DIGITS
from shouwang.kernel.errors import UserError, given_day, given_reason
from shouwang.registry.models import Household
from shouwang.worklist.actions import finish, open_task

TASK, OVERLOAD, NEW = "clue", "overload", "new_clues"
IN_PERSON = "home"


def volumes(area_lo: str, area_hi: str) -> dict[str, int]:
    """Clues not yet dispatched, by village (or township for households outside the register)."""
    found = Clue.objects.filter(state="new", area_code__gte=area_lo, area_code__lt=area_hi)
    return dict(found.values_list("area_code").annotate(n=Count("id")).order_by("area_code"))


def in_hand(area_lo: str, area_hi: str) -> dict[str, int]:
    """Clues that are dispatched and not concluded, by village."""
    found = Clue.objects.filter(state="dispatched", area_code__gte=area_lo, area_code__lt=area_hi)
    return dict(found.values_list("area_code").annotate(n=Count("id")).order_by("area_code"))


def dispatch(areas: Sequence[str], due: date | None, by: Assignment, at: datetime, today: date) -> dict[str, int]:
    """交办: hand the new clues of villages to them, due on a day (else by the area's limit). Gives the number by area."""
    given: dict[str, int] = {}
    if due is not None and due < today:
        raise UserError(f"时限 {due} 已经过去", "写今天或以后的日期")
    for area in areas:
        last = due or last_day(area, "clue_check_days", today)
        count = Clue.objects.filter(area_code=area, state="new").update(
            state="dispatched", dispatched_on=today, dispatched_at=at, due_on=last, version=F("version") + 1
        )
        if count:
            given[area] = count
            _task(area, today, last)
    county = by.area_code[:COUNTY_DIGITS]
    if given and county and not Clue.objects.filter(state="new", area_code__startswith=county).exists():
        finish(NEW, int(county), by.user_id, at)
    record("dispatch", "clue", "", role=by.role, rows=sum(given.values()), areas=len(given))
    return given


def _task(area: str, today: date, due: date | None) -> None:
    """One task a village, with its count; over the cap the township is asked to hand work to others."""
    waiting = Clue.objects.filter(area_code=area, state="dispatched").count()
    right = "case.visit" if len(area) == CODE_LENGTH else "case.township"
    open_task(TASK, int(area), area, right, "registry", "核查风险线索", today, due, waiting)
    cap = number(area, "village_task_cap", today)
    if len(area) == CODE_LENGTH and cap is not None and waiting > cap:
        open_task(
            OVERLOAD,
            int(area),
            area[:9],
            "case.township",
            "registry",
            "工作量超过上限，请调整人手",
            today,
            None,
            waiting,
        )


def acknowledge(area: str, at: datetime) -> int:
    """The village has seen what was dispatched to it."""
    finish("unseen", int(area), 0, at)
    return Clue.objects.filter(area_code=area, state="dispatched", acknowledged_at__isnull=True).update(
        acknowledged_at=at
    )


def escalate_unseen(now: datetime, today: date) -> int:
    """Clues that a village has not taken note of within its hours go up to the township. Gives their number."""
    raised = 0
    waiting = Clue.objects.filter(state="dispatched", acknowledged_at__isnull=True, escalated_at__isnull=True)
    for area in list(waiting.order_by("area_code").values_list("area_code", flat=True).distinct()):
        hours = number(area, "clue_acknowledge_hours", today)
        if hours is None:
            continue
        count = waiting.filter(area_code=area, dispatched_at__lt=now - timedelta(hours=hours)).update(escalated_at=now)
        raised += count
        if count and len(area) == CODE_LENGTH:
            open_task(
                "unseen", int(area), area[:9], "case.township", "registry", "村里没有签收线索", today, today, count
            )
    return raised


@dataclass(frozen=True)
class Conclusion:
    """核查结论: the result with reason, how and by whom it was checked, and the day on the paper."""

    result: str
    reason: str
    manner: str
    visitors: tuple[str, ...]
    checked_on: date
    referred_to: str = ""


def conclude(clue: Clue, said: Conclusion, by: Assignment, at: datetime, today: date) -> Case | None:
    """Record what was found. 属实纳入研判 opens the household's case. Raises UserError for what is incomplete."""
    _complete(clue, said, today)
    with transaction.atomic():
        changed = Clue.objects.filter(pk=clue.pk, state__in=OPEN_CLUES, version=clue.version).update(
            state="done", result=said.result, reason=said.reason.strip()[:300], manner=said.manner, visitors="、".join(said.visitors)[:120],
            checked_on=said.checked_on, checked_at=at, checked_by=by.user_id, referred_to=said.referred_to, version=F("version") + 1,
            acknowledged_at=clue.acknowledged_at or at,
        )  # fmt: skip
        if not changed:
            raise UserError("这条线索刚被别人处理过", "刷新页面看结论")
        clue.refresh_from_db()
        case = _to_case(clue, by, at, today) if said.result == CONFIRMED else None
        if not Clue.objects.filter(area_code=clue.area_code, state="dispatched").exists():
            finish(TASK, int(clue.area_code), by.user_id, at)
    record("concluded", "clue", clue.pk, role=by.role, area=clue.area_code, result=said.result)
    return case


def _complete(clue: Clue, said: Conclusion, today: date) -> None:
    if clue.state not in OPEN_CLUES:
        raise UserError("这条线索已有结论", "有新情况时登记新线索")
    if said.result not in RESULTS:
        raise UserError(f"没有核查结论 {said.result!r}", f"选择：{'、'.join(str(t) for t in RESULTS.values())}")
    if said.manner not in MANNERS:
        raise UserError("没有写怎样核查的", "选择入户、电话、视频或部门核实")
    given_day(said.checked_on, today, "核查日期", "写纸面上的核查日期", since=clue.received_on, since_what="收到线索")
    if said.manner == IN_PERSON:
        enough_people(clue.area_code, "visitors_least", said.checked_on, said.visitors, "入户核查")
    if not said.visitors:
        raise UserError("没有写核查人", "写核查人的姓名")
    if said.result in (NO_RISK, UNTRUE, REPEATED):
        given_reason(said.reason, "这个结论")
    if said.result == REFERRED and said.referred_to not in DEPARTMENTS:
        raise UserError("没有写转给哪个部门", f"选择：{'、'.join(DEPARTMENTS)}")
    if said.result == CONFIRMED and clue.household_id is None:
        raise UserError("库外农户还不在登记里，不能纳入研判", "先由县里导入或登记这一户，再登记线索")


def _to_case(clue: Clue, by: Assignment, at: datetime, today: date) -> Case:
    """The household's running case takes the risks on; without one a case is opened, its clock at the clue's earliest receipt."""
    risks = sorted(
        {e.risk_type for e in Evidence.objects.filter(clue_id=clue.pk) if e.risk_type and e.risk_type != "待研判"}
    )
    ended = procedure().in_chain(END)
    case = Case.objects.filter(household_id=clue.household_id).exclude(state__in=ended).first()
    if case is None:
        household = Household.objects.get(pk=clue.household_id)
        case = open_case(household, clue.received_on, risks, clue, by, at, today)
    elif set(risks) - set(case.risks):
        Case.objects.filter(pk=case.pk).update(risks=sorted({*case.risks, *risks}), version=F("version") + 1)
    Clue.objects.filter(pk=clue.pk).update(case_id=case.pk)
    return case
