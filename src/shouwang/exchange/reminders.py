"""Once a day: deliveries that are missing become tasks of the department that owes them; overdue tasks are shown one level up."""

from __future__ import annotations

from datetime import date

from shouwang.exchange.models import Expected
from shouwang.exchange.owed import calendar
from shouwang.exchange.subjects import title_of
from shouwang.worklist.actions import escalate, finish, open_task
from shouwang.worklist.clock import due_by


def remind(today: date) -> int:
    """Open and close delivery tasks, escalate what is overdue. Gives the number of deliveries missing."""
    missing = 0
    for line in calendar(today, 1):
        month = line.months[-1]
        if line.is_missing:
            missing += 1
            _remind(line.expected, min(month.due, today))
        else:
            finish("delivery", line.expected.pk, 0, month.batch.finished_at if month.batch else None)
    escalate(today)
    return missing


def _remind(expected: Expected, due: date) -> None:
    open_task(
        "delivery", expected.pk, expected.area_code, "exchange.upload", expected.subject, f"送来“{title_of(expected.kind)}”", due,
        due_by("delivery", due),
    )  # fmt: skip
