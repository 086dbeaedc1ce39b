"""Opening, doing and escalating tasks."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from shouwang.worklist.models import Task


def open_task(
    kind: str, object_id: int, area: str, right: str, subject: str, title: str, on: date, due: date | None, count: int | None = None
) -> Task | None:  # fmt: skip
    """A task for the holders of a right in an area; None when it is open already."""
    try:
        with transaction.atomic():
            return Task.objects.create(
                kind=kind,
                object_id=object_id,
                area_code=area,
                right=right,
                subject=subject,
                title=title[:120],
                opened_on=on,
                due_on=due,
                count=count,
            )
    except IntegrityError:
        Task.objects.filter(kind=kind, object_id=object_id, area_code=area, done_at__isnull=True).update(count=count)
        return None


def finish(kind: str, object_id: int, by: int, at: datetime | None, area: str = "") -> int:
    """The work is done, whoever did it; with an area, that area's alone. Gives the number of tasks closed."""
    found = Task.objects.filter(kind=kind, object_id=object_id, done_at__isnull=True)
    return (found.filter(area_code=area) if area else found).update(done_at=at or Now(), done_by=by)


def escalate(today: date) -> int:
    """Overdue tasks are shown one level up, once."""
    return Task.objects.filter(done_at__isnull=True, due_on__lt=today, escalated_on__isnull=True).update(
        escalated_on=today
    )
