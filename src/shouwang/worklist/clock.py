"""How a limit stands on a day: days used and left, in calendar or working days, and the word for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import yaml

from shouwang.kernel.working_days import add_working_days, is_provisional, working_days_between

CALENDAR, WORKING = "calendar", "working"
LIMITS = Path(__file__).with_name("limits.yaml")


@cache
def limits() -> dict[str, tuple[int, str]]:
    """Days and kind of every limit."""
    raw = yaml.safe_load(LIMITS.read_text(encoding="utf-8"))
    return {name: (int(entry["days"]), str(entry["kind"])) for name, entry in raw.items()}


def soon_days() -> int:
    """How many days before its end a limit turns amber."""
    return limits()["soon"][0]


def due_by(limit: str, start: date) -> date:
    """The last day of a named limit."""
    days, kind = limits()[limit]
    return due_on(start, days, kind)


@dataclass(frozen=True)
class Clock:
    """A limit that began on `start`: its last day, days left on a day (negative: overdue), state not_set/open/soon/late."""

    due: date | None
    left: int | None
    state: str
    provisional: bool = False


def due_on(start: date, days: int, kind: str) -> date:
    """The last day of a limit."""
    return add_working_days(start, days) if kind == WORKING else start + timedelta(days=days)


def clock(start: date, days: int | None, kind: str, today: date) -> Clock:
    """Without a number of days the limit is not set: neither green nor red."""
    if days is None:
        return Clock(None, None, "not_set")
    due = due_on(start, days, kind)
    left = working_days_between(today, due) if kind == WORKING else (due - today).days
    state = "late" if left < 0 else "soon" if left <= soon_days() else "open"
    return Clock(due, left, state, kind == WORKING and is_provisional(start, due))
