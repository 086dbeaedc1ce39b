"""Screening rounds (排查): every household of the area is due; two visitors; what is found becomes a clue; open findings keep it open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.db import connection, transaction
from django.db.models import Count, Q

from shouwang.accounts.audit.write import record
from shouwang.accounts.models import Assignment
from shouwang.cases.field_models import Round, RoundLine
from shouwang.cases.hearing import Heard, hear
from shouwang.cases.limits import enough_people, last_day
from shouwang.cases.models import Clue
from shouwang.cases.words import CONCLUSIONS, DEPARTMENTS, MANNERS, OPEN_CLUES, ROUND_KINDS
from shouwang.kernel.errors import UserError, given_day, given_reason
from shouwang.registry.models import Household
from shouwang.worklist.actions import finish, open_task

PRIORITIES = Path(__file__).with_name("priority.yaml")
# Every household of the area, with the reasons to visit it first, in the order of the file.
ALL_DUE = """
INSERT INTO cases_round_line (area_code, round_id, starts_on, household_id, groups, visitors, manner, conclusion, reason, referred_to, on_paper, client_id)
SELECT h.area_code, %(round)s, %(starts)s, h.id, coalesce(f.groups, '{}'), '', '', '', '', '', false, ''
FROM registry_household h
LEFT JOIN (
    SELECT household_id, array_agg("group" ORDER BY place) AS groups FROM (
        SELECT DISTINCT x.household_id, p."group", p.place FROM (
            SELECT household_id, 'rule' AS kind, rule::text AS sign FROM screening_signal WHERE closed_run IS NULL
            UNION ALL SELECT household_id, 'status', kind::text FROM registry_status_spell WHERE until IS NULL AND retracted_at IS NULL) x
        JOIN unnest(%(groups)s::text[], %(kinds)s::text[], %(signs)s::text[], %(places)s::int[]) AS p("group", kind, sign, place)
            ON p.kind = x.kind AND p.sign = x.sign) y
    GROUP BY household_id) f ON f.household_id = h.id
WHERE h.dissolved_on IS NULL AND h.area_code >= %(lo)s AND h.area_code < %(hi)s
ON CONFLICT (round_id, household_id) DO NOTHING
"""


@cache
def priorities() -> dict[str, list[Any]]:
    """The file as columns: group, kind of sign (rule, status), sign, place of the group."""
    raw = yaml.safe_load(PRIORITIES.read_text(encoding="utf-8"))
    lines = [
        (group, kind, sign, place)
        for place, (group, signs) in enumerate(raw.items())
        for kind, key in (("rule", "rules"), ("status", "statuses"))
        for sign in signs.get(key, ())
    ]
    return dict(zip(("groups", "kinds", "signs", "places"), map(list, zip(*lines, strict=True)), strict=True))


def open_round(
    area: tuple[str, str, str], kind: str, title: str, event: str, starts_on: date, due: date | None, by: Assignment, at: datetime
) -> Round:  # fmt: skip
    """Begin a round in an area (code, range from, range to): all its rural households are due. Tasks go to the villages."""
    if kind not in ROUND_KINDS:
        raise UserError(f"没有排查类型 {kind!r}", "选择日常、集中或专项")
    if kind == "special" and not event.strip():
        raise UserError("专项排查没有写因什么事", "写灾害或事件，如 7月10日洪水")
    code, lo, hi = area
    with transaction.atomic():
        made = Round.objects.create(
            area_code=code, kind=kind, title=(title.strip() or str(ROUND_KINDS[kind]))[:120], event=event.strip()[:120], starts_on=starts_on,
            due_on=due or last_day(code, "round_days", starts_on), opened_by=by.user_id, opened_at=at,
        )  # fmt: skip
        with connection.cursor() as cursor:
            cursor.execute(ALL_DUE, {"round": made.pk, "starts": starts_on, "lo": lo, "hi": hi, **priorities()})
            made.households = cursor.rowcount
        if not made.households:
            raise UserError("这个区域没有农户", "核对区域，或先导入登记数据")
        made.save(update_fields=["households"])
        for village, count in (
            RoundLine.objects.filter(round_id=made.pk).values_list("area_code").annotate(n=Count("id"))
        ):
            open_task(
                "round",
                made.pk,
                village,
                "case.visit",
                "registry",
                f"{made.title}：入户",
                starts_on,
                made.due_on,
                count,
            )
    record("round", "round", made.pk, role=by.role, area=code, rows=made.households)
    return made


@dataclass(frozen=True)
class Visit:
    """What a round's visit found: two visitors, day, manner, conclusion from the list, reason, referral; whether from paper."""

    visitors: tuple[str, ...]
    visited_on: date
    manner: str
    conclusion: str
    reason: str = ""
    referred_to: str = ""
    on_paper: bool = False
    client_id: str = ""
    risk_type: str = ""


def record_visit(line: RoundLine, visit: Visit, by: Assignment, at: datetime, today: date) -> RoundLine:
    """Enter a visit. The same entry sent twice counts once. A finding becomes a clue. Raises UserError for contradictions."""
    if visit.client_id and line.client_id == visit.client_id:
        return line
    _complete(line, visit, today)
    with transaction.atomic():
        locked = RoundLine.objects.select_for_update().get(pk=line.pk)
        if locked.clue_id is not None and visit.conclusion != "clue":
            raise UserError("这一户已发现风险并成为线索，不能改成没有风险", "在线索里写核查结论")
        locked.visitors, locked.visited_on, locked.manner = (
            "、".join(visit.visitors)[:120],
            visit.visited_on,
            visit.manner,
        )
        locked.conclusion, locked.reason, locked.referred_to = (
            visit.conclusion,
            visit.reason.strip()[:300],
            visit.referred_to,
        )
        locked.on_paper, locked.client_id, locked.recorded_by, locked.recorded_at = (
            visit.on_paper,
            visit.client_id[:40],
            by.user_id,
            at,
        )
        if visit.conclusion == "clue" and locked.clue_id is None:
            home = Household.objects.get(pk=line.household_id)
            locked.clue_id = hear(
                home, Heard("cadre", visit.reason, visit.visited_on, risk_type=visit.risk_type), at, today, by
            ).pk
        locked.save()
    record(
        "round_visit", "household", line.household_id, role=by.role, area=line.area_code, conclusion=visit.conclusion
    )
    return locked


def _complete(line: RoundLine, visit: Visit, today: date) -> None:
    if line.closed_on is not None:
        raise UserError(f"这次排查已于 {line.closed_on} 结束", "有新情况时登记线索")
    if visit.conclusion not in CONCLUSIONS:
        raise UserError(
            f"没有排查结论 {visit.conclusion!r}", f"选择：{'、'.join(str(c) for c in CONCLUSIONS.values())}"
        )
    if visit.manner not in MANNERS:
        raise UserError("没有写排查方式", "选择入户、电话、视频或部门核实")
    given_day(visit.visited_on, today, "排查日期", "写纸面上的日期", since=line.starts_on, since_what="排查开始")
    enough_people(line.area_code, "visitors_least", visit.visited_on, visit.visitors, "排查")
    if visit.conclusion in ("clue", "away"):
        given_reason(visit.reason, "这个结论")
    if visit.referred_to and visit.referred_to not in DEPARTMENTS:
        raise UserError(f"没有部门 {visit.referred_to!r}", f"选择：{'、'.join(DEPARTMENTS)}")


@dataclass(frozen=True)
class Coverage:
    """How far a village is: households, visited, findings, findings whose clue is still open."""

    area: str
    households: int
    visited: int
    found: int
    open_findings: int


def coverage(round_id: int) -> list[Coverage]:
    """By village. Not seen (未见到人) is not visited."""
    lines = RoundLine.objects.filter(round_id=round_id)
    seen = Q(visited_on__isnull=False) & ~Q(conclusion="away")
    counts = lines.values_list("area_code").annotate(
        n=Count("id"), seen=Count("id", filter=seen), found=Count("id", filter=Q(clue_id__isnull=False))
    )
    open_clues = Clue.objects.filter(state__in=OPEN_CLUES).values("pk")
    still = dict(lines.filter(clue_id__in=open_clues).values_list("area_code").annotate(n=Count("id")))
    return [
        Coverage(area, n, visited, found, still.get(area, 0))
        for area, n, visited, found in counts.order_by("area_code")
    ]


def close_round(found: Round, by: Assignment, today: date) -> None:
    """End a round. Refused while a finding is open or a household has not been seen without a reason."""
    lines = coverage(found.pk)
    still = sum(c.open_findings for c in lines)
    if still:
        raise UserError(f"还有 {still} 户发现的风险没有核查结论", "先写完这些线索的核查结论")
    blank = RoundLine.objects.filter(round_id=found.pk, visited_on__isnull=True).count()
    if blank:
        raise UserError(f"还有 {blank} 户没有排查", "排查完，或写明未见到人的原因")
    if not Round.objects.filter(pk=found.pk, closed_on__isnull=True).update(closed_on=today):
        raise UserError("这次排查已经结束", "刷新页面")
    RoundLine.objects.filter(round_id=found.pk).update(closed_on=today)
    finish("round", found.pk, by.user_id, None)
    record("round_closed", "round", found.pk, role=by.role, area=found.area_code, rows=sum(c.visited for c in lines))
