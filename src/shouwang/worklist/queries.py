"""A person's inbox: the tasks of their post, first due first, each with its clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import F

from shouwang.accounts.models import Assignment
from shouwang.worklist.clock import soon_days
from shouwang.worklist.models import Task

SHOWN = 30
PLACES = {
    "review": "exchange:review",
    "transfer": "registry:transfers",
    "delivery": "exchange:calendar",
    "register": "exchange:batches",
    "clue": "cases:clues",
    "unseen": "cases:clues",
    "overload": "cases:clues",
    "new_clues": "cases:dispatch",
    "round": "cases:rounds",
    "case": "cases:cases",
    "late_case": "cases:progress",
    "report": "cases:reports",
    "help_visit": "cases:cases",
    "income_village": "income:steering",
    "income_township": "income:steering",
    "income_county": "income:steering",
    "income_quarter": "income:steering",
}


@dataclass(frozen=True)
class Waiting:
    """A task as shown: where to do it, days left, state; `below` when it was escalated from an area below."""

    task: Task
    place: str
    left: int | None
    state: str
    below: bool


def inbox(post: Assignment, today: date) -> list[Waiting]:
    """Open tasks of the post's area and rights; from areas below only what is overdue there."""
    open_tasks = Task.objects.filter(done_at__isnull=True, right__in=post.kind.rights)
    own = open_tasks.filter(area_code=post.area_code)
    from_below = open_tasks.filter(escalated_on__isnull=False).exclude(area_code=post.area_code)
    found = (own | from_below).order_by(F("due_on").asc(nulls_last=True), "pk")[:SHOWN]
    return [_waiting(task, post, today) for task in found]


def _waiting(task: Task, post: Assignment, today: date) -> Waiting:
    left = (task.due_on - today).days if task.due_on else None
    state = "" if left is None else "late" if left < 0 else "soon" if left <= soon_days() else "open"
    return Waiting(task, PLACES.get(task.kind, "home:workbench"), left, state, task.area_code != post.area_code)
