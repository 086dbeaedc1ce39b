"""Closing a period of an area with its sums and proposals; averages by which targets are judged."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from shouwang.accounts.audit.write import record
from shouwang.accounts.models import Assignment
from shouwang.income.averages import CITY_DIGITS
from shouwang.income.kinds import CONCEPTS
from shouwang.income.models import Average, Summary
from shouwang.income.notes import Followed, write_note
from shouwang.income.periods import newest
from shouwang.kernel.errors import UserError, given_reason
from shouwang.regions.queries import children
from shouwang.worklist.actions import finish

SUMMING = ("township", "county", "quarter")  # a village checks; the others sum up, judge and propose


def close(
    area: str, level: str, period: str, sums: dict[str, Any], proposals: str | Sequence[str], by: Assignment, at: datetime, today: date, why: str = "",
    owner: str = "", due_on: date | None = None,
) -> Summary:  # fmt: skip
    """Close a period of an area. Closed again it is a new version with a reason; the old sums stay.

    A summary carries at least one proposal; each becomes a note that is followed until it is done.
    """
    before = newest(area, level, period)
    if before is not None:
        why = given_reason(why, "更正已关闭的期间")
    lines = [p.strip() for p in (proposals.splitlines() if isinstance(proposals, str) else proposals) if p.strip()]
    if level in SUMMING:
        given_reason("；".join(lines), "工作意见建议")
    with transaction.atomic():
        made = Summary.objects.create(
            area_code=area, level=level, period=period, sums=sums, proposals="；".join(lines)[:500], version=before.version + 1 if before else 1,
            closed_on=today, why=why[:200], recorded_by=by.user_id, recorded_at=at,
        )  # fmt: skip
        known = set(before.proposals.split("；")) if before else set()
        for line in (x for x in lines if x not in known):
            followed = Followed(owner=owner, due_on=due_on, period=period)
            write_note("proposal", int(period[:4]), line[:60], line, by, at, followed)
        finish(f"income_{level}", task_number(period), by.user_id, at, area)
    record("period_closed", "summary", made.pk, role=by.role, area=area, period=period, version=made.version)
    return made


def task_number(period: str) -> int:
    """2026-03 → 202603, 2026-Q1 → 202691: what a period's task is known by."""
    year, _, part = period.partition("-")
    return int(year) * 100 + (90 + int(part[1:]) if part.startswith("Q") else int(part))


def set_average(
    area: str, year: int, concept: str, per_head: int, source: str, by: Assignment, at: datetime, of_area: str = ""
) -> Average:
    """A per-head income of an area's own year or of its city's (`of_area`), with its source. A city's own goes to all its counties."""
    whose = of_area or area
    if concept not in CONCEPTS or per_head <= 0:
        raise UserError("口径或金额不对", "选择口径，金额写元")
    if whose not in (area, area[:CITY_DIGITS]):
        raise UserError(f"区划 {whose[:12]!r} 不是您的区域，也不是您的市", "登记本县或本市的平均收入")
    source = given_reason(source, "数据的出处")[:120]
    said = {"per_head": per_head, "source": source, "recorded_by": by.user_id, "recorded_at": at}
    below = [c.code for c in children(area)] if len(area) == CITY_DIGITS else []
    for place in below:
        Average.objects.update_or_create(area_code=place, of_area=whose, year=year, concept=concept, defaults=said)
    made, _ = Average.objects.update_or_create(area_code=area, of_area=whose, year=year, concept=concept, defaults=said)
    record("average", "area", whose, role=by.role, year=year)
    return made
