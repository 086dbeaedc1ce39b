"""问题台账 and 会商纪要: problems with a limit, settled by evidence; consultations that open them. 动态清零 counts them village by village."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from shouwang.accounts.audit.write import record
from shouwang.accounts.models import Assignment
from shouwang.cases.field_models import Consultation, Problem
from shouwang.cases.limits import last_day
from shouwang.kernel.errors import UserError, given_day, given_reason


def open_problem(
    area: str, title: str, holder: str, opened_on: date, by: Assignment, at: datetime, due: date | None = None, cause: str = "", consultation: int | None = None
) -> Problem:  # fmt: skip
    """Enter a problem; its limit is the area's figure unless a day is given."""
    title = given_reason(title, "问题")
    last = due or last_day(area, "problem_days", opened_on)
    made = Problem.objects.create(
        area_code=area, kind="other", title=title[:160], holder=holder[:60], cause=cause, opened_on=opened_on, due_on=last, consultation_id=consultation,
        recorded_by=by.user_id, recorded_at=at,
    )  # fmt: skip
    record("problem", "problem", made.pk, role=by.role, area=area)
    return made


def close_problem(problem: Problem, closed_on: date, closing: str, by: Assignment, today: date) -> None:
    """Settle a problem with evidence. An item's problem is settled by the item itself."""
    if problem.kind == "item":
        raise UserError("保障项的问题不在这里销号", "在农户的保障卡上把这一项改为有保障，写明依据")
    given_day(closed_on, today, "销号日期", "写实际解决的日期", since=problem.opened_on, since_what="发现")
    closing = given_reason(closing, "销号")
    if not Problem.objects.filter(pk=problem.pk, closed_on__isnull=True).update(
        closed_on=closed_on, closing=closing[:200]
    ):
        raise UserError("这个问题已经销号", "刷新页面")
    record("problem_closed", "problem", problem.pk, role=by.role, area=problem.area_code)


@dataclass(frozen=True)
class Said:
    """What a consultation was about and came to."""

    held_on: date
    topic: str
    departments: tuple[str, ...]
    present: str
    judged: str
    agreed: str
    problems: tuple[tuple[str, str, date | None], ...] = ()


def hold_consultation(said: Said, by: Assignment, at: datetime, today: date) -> Consultation:
    """Enter a 会商纪要; each problem it names (title, holder, due) goes into the ledger."""
    given_day(said.held_on, today, "会商日期", "写实际开会的日期")
    if not said.topic.strip() or not said.present.strip():
        raise UserError("没有写议题或参加人", "补上后再登记")
    with transaction.atomic():
        made = Consultation.objects.create(
            area_code=by.area_code, held_on=said.held_on, topic=said.topic.strip()[:120], departments=[d[:20] for d in said.departments],
            present=said.present.strip()[:300], judged=said.judged.strip(), agreed=said.agreed.strip(), recorded_by=by.user_id, recorded_at=at,
        )  # fmt: skip
        for title, holder, due in said.problems:
            open_problem(by.area_code, title, holder, said.held_on, by, at, due, consultation=made.pk)
    record("consultation", "consultation", made.pk, role=by.role, area=by.area_code)
    return made
