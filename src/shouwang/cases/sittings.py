"""Meetings, notices, reports and decisions about several households: each household with its own result (and votes)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction

from shouwang.accounts.audit.write import record
from shouwang.accounts.models import Assignment
from shouwang.cases.guards import Taken
from shouwang.cases.models import Case, Sitting
from shouwang.cases.procedure import procedure
from shouwang.cases.steps import take
from shouwang.kernel.areas import CODE_LENGTH
from shouwang.kernel.errors import UserError


@dataclass(frozen=True)
class Line:
    """One household of a sitting: its case, yes or no, a note, and what else belongs to the action (votes, class)."""

    case: Case
    agreed: bool = True
    note: str = ""
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Held:
    """A sitting as it was held: how many households it decided, and which it could not take, each with the reason."""

    sitting: Sitting | None
    done: list[Case]
    refused: list[tuple[Case, UserError]]


def hold(
    key: str, held_on: date, place: str, people: Sequence[str], note: str, lines: Sequence[Line], by: Assignment, at: datetime, today: date
) -> Held:  # fmt: skip
    """Take one action for a batch. What is wrong with one household is told; the others still go through."""
    action = procedure().actions.get(key)
    if action is None or not action.batch:
        raise UserError(f"{key!r} 不能批量办理", "选择评议、公示、审核、审定、公告或录入")
    if not lines:
        raise UserError("没有选择农户", "在列表里勾选这次一起办理的户")
    present = tuple(dict.fromkeys(p.strip() for p in people if p.strip()))
    with transaction.atomic():
        sitting = Sitting.objects.create(
            area_code=_common_area([line.case.area_code for line in lines]), action=key, held_on=held_on, place=place[:80], people=list(present),
            note=note[:500], recorded_by=by.user_id, recorded_at=at,
        )  # fmt: skip
        done, refused = [], []
        for line in lines:
            taken = Taken(held_on, present, line.agreed, line.note or note, line.data, sitting.pk)
            try:
                with transaction.atomic():
                    take(line.case, key, taken, by, at, today)
                done.append(line.case)
            except UserError as error:
                refused.append((line.case, error))
        if not done:
            transaction.set_rollback(True)
            return Held(None, [], refused)
        agreed = sum(line.agreed for line in lines if line.case in done)
        Sitting.objects.filter(pk=sitting.pk).update(cases=len(done), agreed=agreed)
        record("sitting", "sitting", sitting.pk, role=by.role, area=sitting.area_code, rows=len(done), what=key)
    sitting.refresh_from_db()
    return Held(sitting, done, refused)


def _common_area(codes: Sequence[str]) -> str:
    """The smallest area that holds all of them."""
    for digits in (CODE_LENGTH, 9, 6, 4, 2):
        if len({c[:digits] for c in codes}) == 1:
            return codes[0][:digits]
    return "00"
