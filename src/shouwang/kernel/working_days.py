"""Working days in China (调休): counted days of limits. Years without a notice are provisional and say so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml

SATURDAY = 5
CALENDAR = Path(__file__).with_name("working_calendar.yaml")


@dataclass(frozen=True)
class Year:
    """One year's notice: days off, weekend days worked."""

    notice: str
    off: frozenset[date]
    work: frozenset[date]


@cache
def years() -> dict[int, Year]:
    """The years with a notice."""
    raw: dict[int, dict[str, Any]] = yaml.safe_load(CALENDAR.read_text(encoding="utf-8"))
    return {
        y: Year(e["notice"], frozenset(d for item in e["free"] for d in _days(item)), frozenset(map(_day, e["work"])))
        for y, e in raw.items()
    }


def _day(item: date | str) -> date:
    return item if isinstance(item, date) else date.fromisoformat(item)


def _days(item: date | str) -> list[date]:
    if isinstance(item, date):
        return [item]
    first, _, last = item.partition("..")
    start, end = date.fromisoformat(first), date.fromisoformat(last or first)
    return [start + timedelta(days=n) for n in range((end - start).days + 1)]


def is_working_day(day: date) -> bool:
    """Whether people work on a day."""
    year = years().get(day.year)
    if year is not None:
        if day in year.work:
            return True
        if day in year.off:
            return False
    return day.weekday() < SATURDAY


def is_provisional(first: date, last: date) -> bool:
    """Whether a span reaches into a year without a notice."""
    return any(y not in years() for y in range(first.year, last.year + 1))


def add_working_days(start: date, count: int) -> date:
    """The `count`-th working day after `start` (which is day zero); `start` itself for 0."""
    day = start
    while count > 0:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day


def working_days_between(start: date, end: date) -> int:
    """Working days after `start` up to `end`; negative when `end` lies before."""
    if end < start:
        return -working_days_between(end, start)
    return sum(is_working_day(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))
