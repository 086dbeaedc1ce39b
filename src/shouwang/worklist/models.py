"""Tasks: what somebody is to do, by when."""

from __future__ import annotations

from django.db import models

from shouwang.accounts.scope import Scope, Scoped


class Task(Scoped):
    """Something to do for the holders of a right in an area, due on a day; escalated once when it is overdue."""

    subject = models.CharField(max_length=20)
    kind = models.CharField(max_length=30)
    object_id = models.BigIntegerField()
    right = models.CharField(max_length=30)
    title = models.CharField(max_length=120)
    count = models.IntegerField(null=True)
    opened_on = models.DateField()
    due_on = models.DateField(null=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.BigIntegerField(null=True)
    escalated_on = models.DateField(null=True)

    class Meta:
        db_table = "worklist_task"
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "object_id", "area_code"],
                name="worklist_task_open",
                condition=models.Q(done_at__isnull=True),
            )
        ]
        indexes = [
            models.Index(
                fields=["area_code", "due_on"], name="worklist_task_due", condition=models.Q(done_at__isnull=True)
            )
        ]

    scope = Scope(subject_column=True, person=False, history=True)
