"""The day's work of incomes: lists made anew, and tasks for the periods that are due or missing."""

from __future__ import annotations

from datetime import date, timedelta

from shouwang.accounts.territory import system_scope, territory
from shouwang.income.closing import task_number
from shouwang.income.listing import refresh
from shouwang.income.models import Summary
from shouwang.income.periods import DIGITS_OF, LEVELS, due_day, first_owed, month_of, owing
from shouwang.kernel.areas import COUNTY_DIGITS
from shouwang.registry.outgoing import latest_year
from shouwang.worklist.actions import open_task
from shouwang.worklist.clock import soon_days
from shouwang.worklist.models import Task

RIGHT_OF = {
    "village": "income.write",
    "township": "income.write",
    "county": "income.county",
    "quarter": "income.county",
}


def day_of_income(today: date) -> None:
    """Every county with households: its lists, and what its villages, townships and itself owe."""
    with territory(system_scope("00")):
        counties = owing("", "county")
    for county in counties:
        with territory(system_scope(county)):
            year = latest_year()
            if year is not None:
                refresh(county, year, today)
            remind(county, today)


def remind(county: str, today: date) -> int:
    """Open a task for each period of this month and the last (and of the last quarter) that is due soon or missing. Gives their number."""
    opened, first = 0, first_owed(county)
    for level, title in LEVELS.items():
        areas = [county] if DIGITS_OF[level] == COUNTY_DIGITS else owing(county, level)
        for period in _recent(level, today):
            due = due_day(county, level, period, today)
            if (int(period[:4]), month_of(period)) < first or due > today + timedelta(days=soon_days()):
                continue
            settled = set(Summary.objects.filter(level=level, period=period).values_list("area_code", flat=True))
            open_now = Task.objects.filter(kind=f"income_{level}", object_id=task_number(period), done_at__isnull=True)
            settled |= set(open_now.values_list("area_code", flat=True))
            for area in (a for a in areas if a not in settled):
                task = open_task(
                    f"income_{level}",
                    task_number(period),
                    area,
                    RIGHT_OF[level],
                    "income",
                    f"{period} {title}",
                    today,
                    due,
                )
                opened += task is not None
    return opened


def _recent(level: str, today: date) -> list[str]:
    before = today.replace(day=1) - timedelta(days=1)
    if level == "quarter":
        quarter = (today.month - 1) // 3 or 4
        return [f"{today.year - (quarter == 4)}-Q{quarter}"]
    return [f"{before:%Y-%m}", f"{today:%Y-%m}"]
