"""Once a day: deliveries that are missing become tasks of the department that owes them; overdue tasks are shown one level up."""

from __future__ import annotations

from datetime import date

from shouwang.exchange.models import Expected
from shouwang.exchange.queries import calendar
from shouwang.exchange.subjects import title_of
from shouwang.worklist.actions import escalate, finish, open_task
from shouwang.worklist.clock import due_by


def remind(today: date) -> int:
    """Open and close delivery tasks, escalate what is overdue. Gives the number of deliveries missing."""
    missing = 0
    for expected, owed in calendar(today, 1):
        month = owed[-1]
        if month.state == "missing":
            missing += 1
            _remind(expected, month.due)
        elif month.state in ("done", "late"):
            finish("delivery", expected.pk, 0, month.batch.finished_at if month.batch else None)
    escalate(today)
    return missing


def _remind(expected: Expected, due: date) -> None:
    open_task(
        "delivery", expected.pk, expected.area_code, "exchange.upload", expected.subject, f"送来“{title_of(expected.kind)}”", due,
        due_by("delivery", due),
    )  # fmt: skip
