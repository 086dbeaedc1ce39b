"""Decisions of people about rows: made, remembered by the row's keyed identity, void when the person changes, revoked."""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from shouwang.accounts.audit.write import record
from shouwang.accounts.models import Assignment
from shouwang.accounts.secret_fields import digest
from shouwang.exchange.models import Batch, Candidate, Decision, Row
from shouwang.kernel.errors import UserError
from shouwang.registry.models import Person
from shouwang.worklist.actions import finish
from shouwang.worklist.models import Task

FACT = """
INSERT INTO exchange_fact (area_code, row_id, batch_id, subject, kind, person_id, household_id, data, event_date, amount,
    sheet, row, method, decision_id, recorded_at)
SELECT h.area_code, r.id, r.batch_id, r.subject, r.kind, p.id, h.id, r.data, (r.data ->> 'date')::date, r.amount, r.sheet, r.row, 'person', %s, %s
FROM exchange_row r, registry_person p JOIN registry_household h ON h.id = p.household_id WHERE r.id = %s AND p.id = %s
"""
RECOUNT = """
UPDATE exchange_batch b SET linked = c.linked, to_confirm = c.to_confirm, unmatched = c.unmatched, rejected = c.rejected FROM (
SELECT count(*) FILTER (WHERE status = 'linked') AS linked, count(*) FILTER (WHERE status = 'to_confirm') AS to_confirm,
       count(*) FILTER (WHERE status = 'unmatched') AS unmatched, count(*) FILTER (WHERE status = 'rejected') AS rejected
FROM exchange_row WHERE batch_id = %s) c WHERE b.id = %s
"""


def person_state(person: Person) -> bytes:
    """A digest of who the person is; another digest later voids what was decided."""
    number = bytes(person.identity_digest).hex() if person.identity_digest else ""
    return digest("person", f"{person.pk}\x1f{person.name}\x1f{number}\x1f{person.birth}") or b""


def decide(row: Row, person_id: int | None, by: Assignment, at: datetime, manner: str = "single") -> Decision:
    """This row is that candidate (or nobody). Raises UserError when it was decided already or is no candidate."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT status FROM exchange_row WHERE id = %s FOR UPDATE", [row.pk])
        state = cursor.fetchone()
    if state is None or state[0] != "to_confirm":
        raise UserError("这一行已经有人核对过了", "看下一行；需要时可撤销原来的决定")
    person = None
    if person_id is not None:
        if not Candidate.objects.filter(row_id=row.pk, person_id=person_id).exists():
            raise UserError("选择的人不在疑似名单里", "从并排的候选人中选择，或选“都不是”")
        person = Person.objects.get(pk=person_id)
    decision = Decision.objects.create(
        area_code=row.area_code, identity_key=row.identity_key, row_id=row.pk, subject=row.subject, person_id=person_id,
        person_state=person_state(person) if person else None, manner=manner, decided_by=by.user_id, decided_at=at,
    )  # fmt: skip
    _carry_out(row, decision, at)
    record("decide", "row", row.pk, role=by.role, person=person_id or 0, manner=manner)
    return decision


def _carry_out(row: Row, decision: Decision, at: datetime) -> None:
    with connection.cursor() as cursor:
        if decision.person_id is None:
            cursor.execute("UPDATE exchange_row SET status = 'unmatched', method = 'person' WHERE id = %s", [row.pk])
        else:
            cursor.execute(FACT, [decision.pk, at, row.pk, decision.person_id])
            cursor.execute(
                """UPDATE exchange_row r SET status = 'linked', method = 'person', person_id = p.id, household_id = p.household_id, home_area = p.area_code
                FROM registry_person p WHERE r.id = %s AND p.id = %s""",
                [row.pk, decision.person_id],
            )
        cursor.execute(RECOUNT, [row.batch_id, row.batch_id])
        cursor.execute(
            "SELECT count(*) FROM exchange_row WHERE batch_id = %s AND status = 'to_confirm'", [row.batch_id]
        )
        left = cursor.fetchone()[0]
    Task.objects.filter(kind="review", object_id=row.batch_id, done_at__isnull=True).update(count=left)
    if left == 0:
        finish("review", row.batch_id, decision.decided_by, at)


def revoke(decision: Decision, by: Assignment, at: datetime) -> None:
    """Take a decision back: its fact is retracted, the row waits again."""
    if decision.revoked_at is not None:
        raise UserError("这个决定已经撤销", "刷新页面")
    Decision.objects.filter(pk=decision.pk).update(revoked_at=at, revoked_by=by.user_id)
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE exchange_fact SET retracted_at = %s WHERE retracted_at IS NULL AND (decision_id = %s)""",
            [at, decision.pk],
        )
        cursor.execute(
            """UPDATE exchange_row SET status = 'to_confirm', method = '', person_id = NULL, household_id = NULL, home_area = ''
            WHERE id = %s RETURNING batch_id""",
            [decision.row_id],
        )
        (batch_id,) = cursor.fetchone()
        cursor.execute(RECOUNT, [batch_id, batch_id])
    record("revoke", "decision", decision.pk, role=by.role)


def apply_remembered(batch: Batch, at: datetime) -> int:
    """Rows of a new batch that a person decided before: decided the same way while the person is the same."""
    waiting = Row.objects.filter(batch_id=batch.pk, status="to_confirm")
    keys = [bytes(k) for k in waiting.values_list("identity_key", flat=True)]
    known: dict[bytes, Decision] = {}
    for decision in Decision.objects.filter(identity_key__in=keys, revoked_at__isnull=True).order_by("id"):
        known[bytes(decision.identity_key)] = decision
    wanted = [d.person_id for d in known.values() if d.person_id]
    people = {p.pk: p for p in Person.objects.filter(pk__in=wanted)}
    done = 0
    for row in waiting.filter(identity_key__in=list(known)):
        old = known[bytes(row.identity_key)]
        person = people.get(old.person_id) if old.person_id else None
        if old.person_id and (person is None or person_state(person) != bytes(old.person_state or b"")):
            continue  # the person changed: the old decision is void
        new = Decision.objects.create(
            area_code=row.area_code, identity_key=row.identity_key, row_id=row.pk, subject=row.subject, person_id=old.person_id,
            person_state=old.person_state, manner="remembered", decided_by=old.decided_by, decided_at=at,
        )  # fmt: skip
        _carry_out(row, new, at)
        done += 1
    return done
