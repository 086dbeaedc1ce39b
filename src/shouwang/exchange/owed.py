"""Which department owes what: month by month, and how old the latest delivery is beside its own interval."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from shouwang.exchange.models import Batch, Expected

DAYS_A_MONTH = 31
MONTHLY = 1
INTERVALS = {1: "每月", 6: "每学期", 12: "每年"}


@dataclass(frozen=True)
class Owed:
    """A delivery of one month: due day, what came, state done, late, missing, due, or none (not owed every month)."""

    expected: Expected
    month: date
    due: date
    batch: Batch | None
    state: str


@dataclass(frozen=True)
class Line:
    """One expected kind: its months, the day of the latest delivery, its age and limit in days, and whether it is stale."""

    expected: Expected
    months: list[Owed]
    last: date | None
    age: int | None
    limit: int
    stale: bool

    @property
    def is_missing(self) -> bool:
        """Whether something is owed now."""
        if self.expected.every_months == MONTHLY:
            return self.months[-1].state == "missing"
        return self.stale


def calendar(today: date, months: int = 6) -> list[Line]:
    """For each expected kind the last months, and how it stands on a day."""
    firsts = [_month_before(today.replace(day=1), n) for n in range(months - 1, -1, -1)]
    return [_line(expected, firsts, today) for expected in Expected.objects.order_by("subject", "kind")]


def _line(expected: Expected, firsts: list[date], today: date) -> Line:
    came = Batch.objects.filter(kind=expected.kind, area_code=expected.area_code, state="done").order_by("received_at")
    batches = list(came)
    last = batches[-1].received_at.date() if batches else None
    limit = expected.every_months * DAYS_A_MONTH
    age = (today - last).days if last else None
    owed = [_owed(expected, first, batches, today) for first in firsts]
    return Line(expected, owed, last, age, limit, age is None or age > limit)


def _owed(expected: Expected, first: date, batches: list[Batch], today: date) -> Owed:
    due = first.replace(day=min(expected.due_day, 28))
    following = _month_before(first, -1)
    came = next((b for b in batches if first <= b.received_at.date() < following), None)
    if came is not None:
        state = "done" if came.received_at.date() <= due or expected.every_months > MONTHLY else "late"
    elif expected.every_months > MONTHLY or (expected.since is not None and due < expected.since):
        state = "none"
    elif today > due:
        state = "missing"
    else:
        state = "due"
    return Owed(expected, first, due, came, state)


def _month_before(first: date, months: int) -> date:
    number = first.year * 12 + first.month - 1 - months
    return date(number // 12, number % 12 + 1, 1)
