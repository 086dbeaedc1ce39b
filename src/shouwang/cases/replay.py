"""What a case was on a day, by what had been entered at a moment: read from its steps alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from shouwang.cases.models import Case, Step


@dataclass(frozen=True)
class AsOf:
    """State, since when, and the steps known."""

    state: str
    since: date | None
    steps: list[Step]


def as_of(case: Case, day: date, known_at: datetime) -> AsOf:
    """The case on `day` as it could be seen at `known_at`."""
    steps = [
        s
        for s in Step.objects.filter(case_id=case.pk, recorded_at__lte=known_at).order_by("pk")
        if s.happened_on <= day
    ]
    return AsOf(*_state(steps), steps)


def _state(steps: Sequence[Step]) -> tuple[str, date | None]:
    state, since = "", None
    for step in steps:
        if step.to_state != state:
            state, since = step.to_state, step.happened_on
    return state, since


def made_up_later(steps: Iterable[Step], days: int | None) -> set[int]:
    """Steps entered more than so many days after their paper: 补录."""
    if days is None:
        return set()
    return {s.pk for s in steps if (s.recorded_at.date() - s.happened_on).days > days}


def days_by_step(case: Case, steps: Sequence[Step]) -> list[tuple[str, int]]:
    """Days between the stamps of identification: (action, days since the stamp before), publicity among them by its own name."""
    found, before = [], case.clock_start
    for step in sorted((s for s in steps if s.action in STAMPS), key=lambda s: (s.happened_on, s.pk)):
        found.append((step.action, (step.happened_on - before).days))
        before = step.happened_on
        if step.action == "county_decide":
            break
    return found


STAMPS = ("apply", "visit", "comparison_back", "review", "publish", "end_publicity", "township_review", "county_decide")
PUBLICITY = ("end_publicity",)


def slow_step(case: Case, steps: Sequence[Step]) -> tuple[str, int] | None:
    """The stamp that took longest, publicity not counted (its days are the law's); None before anything was done."""
    days = [d for d in days_by_step(case, steps) if d[0] not in PUBLICITY]
    return max(days, key=lambda d: d[1]) if days else None
