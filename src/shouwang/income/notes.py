"""What an area writes down and follows: the three points, anatomies of villages, plans, proposals, guidance; which of them are missing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from shouwang.accounts.audit.write import record
from shouwang.accounts.models import Assignment
from shouwang.income.models import Note
from shouwang.kernel.errors import UserError, given_day, given_reason
from shouwang.registry.queries import my_range

KINDS = {
    "risk": "增收风险点",
    "growth": "增收增长点",
    "effort": "增收发力点",
    "anatomy": "点上解剖",
    "plan": "增收计划",
    "proposal": "意见建议",
    "guide": "过程指导",
    "analysis": "数据分析",
    "mend": "问题整改",
    "exchange": "现场交流",
}
POINTS = ("risk", "growth", "effort")
NEED_MEASURE = (*POINTS, "plan")  # a point or a plan without a measure helps nobody
FOLLOWED = (*POINTS, "plan", "proposal", "mend")  # the others are records: nothing is awaited of them
STATES = {"open": "未采纳", "adopted": "已采纳", "done": "已完成"}


@dataclass(frozen=True)
class Followed:
    """What makes a note a task: measure, owner, last day; period; households and fen of a plan."""

    measure: str = ""
    owner: str = ""
    due_on: date | None = None
    period: str = ""
    households: int | None = None
    funds: int | None = None


def write_note(
    kind: str, year: int, title: str, text: str, by: Assignment, at: datetime, followed: Followed | None = None, area: str = ""
) -> Note:  # fmt: skip
    """Keep a note about the post's own area or one below it. Points and plans name a measure and an owner."""
    if kind not in KINDS:
        raise UserError(f"没有类别 {kind!r}", f"选择：{'、'.join(KINDS.values())}")
    place = area or by.area_code
    if not place.startswith(by.area_code):
        raise UserError(f"区划 {place[:12]!r} 不在您的区域", "写本级或下级的区划")
    more = followed or Followed()
    if kind in NEED_MEASURE:
        given_reason(more.measure, f"{KINDS[kind]}的措施")
        if not more.owner.strip():
            raise UserError(f"{KINDS[kind]}没有责任人", "写责任人或责任单位")
    if (more.funds or 0) < 0 or (more.households or 0) < 0:
        raise UserError("户数或资金是负数", "写正数，没有就留空")
    made = Note.objects.create(
        area_code=place, kind=kind, year=year, period=more.period, title=given_reason(title, "题目")[:120], text=given_reason(text, "内容"),
        measure=more.measure.strip()[:300], owner=more.owner.strip()[:60], due_on=more.due_on, households=more.households, funds=more.funds,
        recorded_by=by.user_id, recorded_at=at,
    )  # fmt: skip
    record("income_note", "note", made.pk, role=by.role, kind_of=kind)
    return made


def follow(note: Note, state: str, outcome: str, on: date, by: Assignment, today: date) -> None:
    """A note is adopted, or done with what came of it."""
    if state not in STATES:
        raise UserError(f"没有状态 {state!r}", f"选择：{'、'.join(STATES.values())}")
    given_day(on, today, "日期", "写实际的日期")
    outcome = given_reason(outcome, "完成的结果") if state == "done" else outcome.strip()
    done = {"done_on": on if state == "done" else None, "outcome": outcome[:300]}
    Note.objects.filter(pk=note.pk).update(state=state, **done)
    record("income_note", "note", note.pk, role=by.role, state=state)


def state_of(note: Note) -> str:
    """The state in words; blank for what is only a record."""
    return STATES[note.state] if note.kind in FOLLOWED else ""


def notes_of(area: str, year: int, *kinds: str) -> QuerySet[Note]:
    """Notes of an area and what lies below, of a year; of some kinds or all."""
    lo, hi = my_range(area)
    found = Note.objects.filter(area_code__gte=lo, area_code__lt=hi, year=year)
    return found.filter(kind__in=kinds) if kinds else found


def missing_points(area: str, year: int) -> list[str]:
    """Which of the three points an area has not named for a year."""
    have = set(Note.objects.filter(area_code=area, year=year, kind__in=POINTS).values_list("kind", flat=True))
    return [KINDS[k] for k in POINTS if k not in have]


def without_plan(areas: list[str], year: int) -> list[str]:
    """Of some areas those without an income plan of a year."""
    have = set(Note.objects.filter(area_code__in=areas, year=year, kind="plan").values_list("area_code", flat=True))
    return [a for a in areas if a not in have]
