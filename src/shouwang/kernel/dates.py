"""Dates that rules speak of. Nothing here reads the clock: the day spoken about is always an argument."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta


def parse_iso(text: str) -> date | None:
    """`2025-11-15` as a date, or None when it is not one."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def last_day_of_month(day: date) -> date:
    """The last day of the month in which `day` lies."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def completed_years_before(day: date, years: int) -> date:
    """The latest birth date of somebody who has completed `years` years on `day`.

    A person born on 29 February completes a year on 1 March of a common year.
    """
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def age_on(birth: date, day: date) -> int:
    """Completed years on `day`; negative before birth."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def income_year(as_of: date) -> int:
    """The income year a screening speaks about: it begins on 1 October of the year before."""
    return as_of.year if as_of.month >= 10 else as_of.year - 1


@dataclass(frozen=True)
class Window:
    """A period with both ends included."""

    start: date
    end: date


def within_days(as_of: date, days: int) -> Window:
    """The last `days` days: as_of − days to as_of, both included."""
    return Window(as_of - timedelta(days=days), as_of)


def income_window(year: int) -> Window:
    """1 October of the year before to 30 September of the income year."""
    return Window(date(year - 1, 10, 1), date(year, 9, 30))


def school_year(as_of: date) -> int:
    """The calendar year in which the school year of `as_of` began (1 September)."""
    return as_of.year if as_of.month >= 9 else as_of.year - 1
