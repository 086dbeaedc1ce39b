"""Runs with their manifests, signals from the day they appeared until the day they ended, and counts by area."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models

from shouwang.accounts.scope import Scope, Scoped


class Run(Scoped):
    """One screening: what it spoke about, what was known, which policy and code, what it counted."""

    manner = models.CharField(max_length=12)
    as_of = models.DateField()
    known_at = models.DateTimeField()
    batch_id = models.BigIntegerField(null=True)
    income_year = models.SmallIntegerField(null=True)
    households = models.IntegerField(null=True)
    manifest: Any = models.JSONField(default=dict)
    state = models.CharField(max_length=10, default="waiting")
    step = models.CharField(max_length=40, blank=True)
    asked_by = models.BigIntegerField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "screening_run"
        indexes = [models.Index(fields=["area_code", "-id"], name="screening_run_area")]

    scope = Scope(person=False)


class Signal(Scoped):
    """A rule's hit about a household (person_id null) or a person, open until a run no longer finds it."""

    household_id = models.BigIntegerField()
    person_id = models.BigIntegerField(null=True)
    subject = models.CharField(max_length=20)
    rule = models.CharField(max_length=8)
    signal_class = models.CharField(max_length=12)
    risk_type = models.CharField(max_length=30, blank=True)
    value = models.CharField(max_length=40, null=True)
    threshold = models.CharField(max_length=40, null=True)
    event_date = models.DateField(null=True)
    sentence = models.TextField()
    citation = models.TextField()
    late = models.BooleanField(default=False)
    facts = ArrayField(models.BigIntegerField(), default=list)
    opened_run = models.BigIntegerField()
    opened_on = models.DateField()
    closed_run = models.BigIntegerField(null=True)
    closed_on = models.DateField(null=True)

    class Meta:
        db_table = "screening_signal"
        indexes = [
            models.Index(fields=["household_id"], name="screening_signal_home"),
            models.Index(
                fields=["area_code", "rule", "id"],
                name="screening_signal_area",
                condition=models.Q(closed_run__isnull=True),
            ),
        ]

    scope = Scope(subject_column=True, household="household_id", parents=(("household_id", "registry_household"),))


class NotAssessed(Scoped):
    """Rules that could say nothing about a household at the last run, and why."""

    household_id = models.BigIntegerField()
    run_id = models.BigIntegerField()
    reasons: Any = models.JSONField()

    class Meta:
        db_table = "screening_not_assessed"
        constraints = [models.UniqueConstraint(fields=["household_id"], name="screening_not_assessed_home")]

    scope = Scope(
        subject="registry", household="household_id", parents=(("household_id", "registry_household"),),
        writes=("INSERT", "UPDATE", "DELETE"),
    )  # fmt: skip


class OutsideRow(Scoped):
    """A row of somebody outside the register with a serious event: a household that nobody watches yet."""

    run_id = models.BigIntegerField()
    row_id = models.BigIntegerField()
    subject = models.CharField(max_length=20)
    rule = models.CharField(max_length=8)
    value = models.CharField(max_length=40, null=True)

    class Meta:
        db_table = "screening_outside_row"
        indexes = [models.Index(fields=["area_code", "rule"], name="screening_outside_area")]

    scope = Scope(subject_column=True, writes=("INSERT", "DELETE"))


class LocalFigure(models.Model):
    """A value of a figure from a local document: for an area and below, from a day, with number and date of the document.

    Policy is public: no territory (see `row_security.REVIEWED`). A value is retracted, never changed.
    """

    area = models.CharField(max_length=12, db_collation="C", db_index=True)
    figure = models.CharField(max_length=60)
    value = models.CharField(max_length=120)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)
    document_number = models.CharField(max_length=80)
    document_date = models.DateField()
    article = models.CharField(max_length=80, blank=True)
    recorded_by = models.BigIntegerField()
    recorded_at = models.DateTimeField()
    retracted_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "screening_local_figure"


class AreaCount(Scoped):
    """Open signals and households with one, by village: what travels upwards and boards are drawn from."""

    rule = models.CharField(max_length=8)
    signals = models.IntegerField()
    households = models.IntegerField()
    as_of = models.DateField()

    class Meta:
        db_table = "screening_area_count"
        constraints = [models.UniqueConstraint(fields=["area_code", "rule"], name="screening_area_count_rule")]

    scope = Scope(person=False, writes=("INSERT", "UPDATE", "DELETE"))
    derived = True  # counted anew from signals whenever areas change
