"""The figures of the procedure for an area and a day, and the clocks of a case that follow from them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from shouwang.kernel.errors import UserError
from shouwang.kernel.working_days import add_working_days, is_provisional, working_days_between
from shouwang.screening.application_book import book_for
from shouwang.worklist.clock import CALENDAR, WORKING, soon_days

TOTAL, PUBLICITY = "case_total_days", "case_publicity_days"
COUNTED_BY = {TOTAL: "case_total_counting", PUBLICITY: "case_publicity_counting"}


@dataclass(frozen=True)
class Limit:
    """A figure in force: value (None: not set), calendar or working days, where it stands, whether it is nobody's rule here (†)."""

    days: int | None
    counting: str
    source: str
    dagger: bool


def limit(area: str, name: str, on: date) -> Limit:
    """A figure in days, as of a day in an area."""
    book = book_for(area)
    applied = book.applied(name, area=area or "00", as_of=on)
    counting = words(area, COUNTED_BY[name], on) if name in COUNTED_BY else CALENDAR
    value = None if applied.value is None else int(applied.value)
    return Limit(value, counting or CALENDAR, book.source_text(applied), applied.is_dagger)


def number(area: str, name: str, on: date) -> int | None:
    """A figure that counts something."""
    return limit(area, name, on).days


def words(area: str, name: str, on: date) -> str:
    """A figure in words; blank when it is not set."""
    value = book_for(area).applied(name, area=area or "00", as_of=on).value
    return "" if value is None else str(value)


def add_days(start: date, days: int, counting: str) -> date:
    """The last day of a limit that began on `start`."""
    return add_working_days(start, days) if counting == WORKING else start + timedelta(days=days)


def last_day(area: str, name: str, start: date) -> date | None:
    """The last day of a figure in calendar days that begins on `start`; None: not set."""
    days = number(area, name, start)
    return None if days is None else start + timedelta(days=days)


def enough_people(area: str, name: str, on: date, people: Iterable[str], what: str) -> None:
    """At least as many different people as a figure asks, and one in any case. Raises UserError with both numbers."""
    least, came = max(number(area, name, on) or 1, 1), len({p.strip() for p in people if p.strip()})
    if came < least:
        raise UserError(f"{what}至少要 {least} 人，写了 {came} 人", "补上参加人员的姓名")


def days_between(start: date, end: date, counting: str) -> int:
    """Days from `start` to `end`, the first not counted."""
    return working_days_between(start, end) if counting == WORKING else (end - start).days


@dataclass(frozen=True)
class Clock:
    """How a limit stands on a day.

    used: days with pauses counted · used_net: without them · due: last day, pauses added · left: days until then (negative: over)
    state: not_set, open, soon, late, met, missed (the last two once it ended)
    """

    start: date
    used: int
    used_net: int
    due: date | None
    left: int | None
    state: str
    limit: Limit
    provisional: bool = False


Span = tuple[date, date | None]


def run_clock(start: date, rule: Limit, pauses: Sequence[Span], today: date, ended: date | None = None) -> Clock:
    """A limit from `start`, with pauses (an open one lasts until the end or today).

    A pause that begins after the limit was over heals nothing; one that begins before pushes the last day on.
    """
    end = ended or today
    counting = rule.counting
    spans = sorted((since, min(until or end, end)) for since, until in pauses if since <= end)
    paused = sum(max(days_between(max(since, start), until, counting), 0) for since, until in spans)
    used = days_between(start, end, counting)
    if rule.days is None:
        return Clock(start, used, used - paused, None, None, "not_set", rule)
    due = add_days(start, rule.days, counting)
    for since, until in spans:
        if since <= due:
            due = add_days(due, max(days_between(max(since, start), until, counting), 0), counting)
    left = days_between(end, due, counting)
    running = "late" if left < 0 else "soon" if left <= soon_days() else "open"
    state = running if ended is None else "met" if ended <= due else "missed"
    return Clock(start, used, used - paused, due, left, state, rule, counting == WORKING and is_provisional(start, due))
