"""Files that came in, what became of every row, and the facts drawn from them: append-only, retracted, never erased."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models

from shouwang.accounts.scope import Scope, Scoped

BATCH = (("batch_id", "exchange_batch"),)


class Batch(Scoped):
    """One file: who sent it, what it is, how far it is, and the count of its rows by their end."""

    subject = models.CharField(max_length=20)
    kind = models.CharField(max_length=40, blank=True)
    file_name = models.CharField(max_length=200)
    digest = models.BinaryField()
    size = models.BigIntegerField()
    stored_as = models.CharField(max_length=64, blank=True)
    sender = models.CharField(max_length=80, blank=True)
    period_start = models.DateField(null=True)
    period_end = models.DateField(null=True)
    state = models.CharField(max_length=12, default="received")
    what: Any = models.JSONField(default=dict)
    mapping: Any = models.JSONField(default=dict)
    rows_in = models.BigIntegerField(default=0)
    linked = models.BigIntegerField(default=0)
    to_confirm = models.BigIntegerField(default=0)
    unmatched = models.BigIntegerField(default=0)
    rejected = models.BigIntegerField(default=0)
    done_rows = models.BigIntegerField(default=0)
    step = models.CharField(max_length=40, blank=True)
    assignment_id = models.BigIntegerField()
    received_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    retracted_at = models.DateTimeField(null=True)
    retracted_by = models.BigIntegerField(null=True)

    class Meta:
        db_table = "exchange_batch"
        constraints = [models.UniqueConstraint(fields=["id", "area_code"], name="exchange_batch_custody")]
        indexes = [
            models.Index(fields=["area_code", "-id"], name="exchange_batch_area"),
            models.Index(fields=["digest"], name="exchange_batch_digest"),
        ]

    scope = Scope(subject_column=True, person=False, history=True)


class Row(Scoped):
    """One data row of a file and how linking ended for it. Name and number as written lie encrypted in `written`."""

    batch_id = models.BigIntegerField()
    subject = models.CharField(max_length=20)
    kind = models.CharField(max_length=40)
    sheet = models.SmallIntegerField()
    row = models.IntegerField()
    status = models.CharField(max_length=12)
    first_status = models.CharField(max_length=12)
    method = models.CharField(max_length=8, blank=True)
    reject = models.CharField(max_length=20, blank=True)
    written = models.BinaryField(null=True)
    identity_key = models.BinaryField(null=True)
    data: Any = models.JSONField()
    amount = models.BigIntegerField(null=True)
    person_id = models.BigIntegerField(null=True)
    household_id = models.BigIntegerField(null=True)
    home_area = models.CharField(max_length=12, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "exchange_row"
        constraints = [
            models.UniqueConstraint(fields=["batch_id", "sheet", "row"], name="exchange_row_place"),
            models.UniqueConstraint(fields=["id", "area_code"], name="exchange_row_custody"),
        ]
        indexes = [
            models.Index(fields=["batch_id", "status", "-amount", "id"], name="exchange_row_queue"),
            models.Index(fields=["identity_key"], name="exchange_row_identity"),
            models.Index(
                fields=["household_id"], name="exchange_row_home", condition=models.Q(household_id__isnull=False)
            ),
        ]

    scope = Scope(
        subject_column=True,
        parents=BATCH,
        update_columns=("status", "method", "person_id", "household_id", "home_area"),
    )


class Candidate(Scoped):
    """A person who may be meant by a row to confirm, in the order in which to look."""

    row_id = models.BigIntegerField()
    person_id = models.BigIntegerField()
    rank = models.SmallIntegerField()
    because = models.CharField(max_length=120)

    class Meta:
        db_table = "exchange_candidate"
        indexes = [
            models.Index(fields=["row_id", "rank"], name="exchange_candidate_row"),
            models.Index(fields=["person_id"], name="exchange_candidate_person"),
        ]

    scope = Scope(subject="registry", parents=(("row_id", "exchange_row"),), writes=("INSERT", "DELETE"))


class Fact(Scoped):
    """A row that belongs to a person: what rules read. Retracted by undo or a revoked decision, never changed."""

    row_id = models.BigIntegerField()
    batch_id = models.BigIntegerField()
    subject = models.CharField(max_length=20)
    kind = models.CharField(max_length=40)
    person_id = models.BigIntegerField()
    household_id = models.BigIntegerField()
    data: Any = models.JSONField()
    event_date = models.DateField(null=True)
    amount = models.BigIntegerField(null=True)
    sheet = models.SmallIntegerField()
    row = models.IntegerField()
    method = models.CharField(max_length=8)
    decision_id = models.BigIntegerField(null=True)
    recorded_at = models.DateTimeField()
    retracted_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "exchange_fact"
        indexes = [
            models.Index(fields=["household_id", "kind"], name="exchange_fact_home"),
            models.Index(fields=["batch_id"], name="exchange_fact_batch"),
            models.Index(fields=["row_id"], name="exchange_fact_row"),
            models.Index(fields=["area_code", "kind"], name="exchange_fact_area"),
        ]

    scope = Scope(
        subject_column=True,
        household="household_id",
        parents=(("household_id", "registry_household"),),
        update_columns=("retracted_at",),
        history=True,
    )


class Decision(Scoped):
    """What a person decided about a row: it is this person, or nobody. Remembered by the row's keyed identity."""

    identity_key = models.BinaryField()
    row_id = models.BigIntegerField()
    subject = models.CharField(max_length=20)
    person_id = models.BigIntegerField(null=True)
    person_state = models.BinaryField(null=True)
    manner = models.CharField(max_length=10)
    decided_by = models.BigIntegerField()
    decided_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.BigIntegerField(null=True)

    class Meta:
        db_table = "exchange_decision"
        indexes = [
            models.Index(fields=["identity_key"], name="exchange_decision_key"),
            models.Index(fields=["row_id"], name="exchange_decision_row"),
        ]

    scope = Scope(subject="registry", update_columns=("revoked_at", "revoked_by"), history=True)


class Expected(Scoped):
    """A delivery that a department owes: which kind, how often, by which day."""

    subject = models.CharField(max_length=20)
    kind = models.CharField(max_length=40)
    every_months = models.SmallIntegerField(default=1)
    due_day = models.SmallIntegerField(default=5)
    months = ArrayField(models.SmallIntegerField(), default=list)
    note = models.CharField(max_length=120, blank=True)
    since = models.DateField(null=True)

    class Meta:
        db_table = "exchange_expected"
        constraints = [models.UniqueConstraint(fields=["area_code", "kind"], name="exchange_expected_kind")]

    scope = Scope(subject_column=True, person=False, writes=("INSERT", "UPDATE", "DELETE"), history=True)
