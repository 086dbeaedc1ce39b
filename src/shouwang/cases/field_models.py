"""What is found in the field: screening rounds, the seven items, problems, consultations, leaflets, inspectors' samples."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models

from shouwang.accounts.scope import Scope, Scoped
from shouwang.cases.models import HOME


class Round(Scoped):
    """A screening round of all households of an area: daily, concentrated, or special after a disaster."""

    kind = models.CharField(max_length=12)
    title = models.CharField(max_length=120)
    event = models.CharField(max_length=120, blank=True)
    starts_on = models.DateField()
    due_on = models.DateField(null=True)
    closed_on = models.DateField(null=True)
    households = models.IntegerField(default=0)
    opened_by = models.BigIntegerField()
    opened_at = models.DateTimeField()

    class Meta:
        db_table = "cases_round"

    scope = Scope(person=False, history=True)


class RoundLine(Scoped):
    """One household of a round: why it is visited first, who went, what they found."""

    round_id = models.BigIntegerField()
    starts_on = models.DateField()
    closed_on = models.DateField(null=True)
    household_id = models.BigIntegerField()
    groups = ArrayField(models.CharField(max_length=20), default=list)
    visitors = models.CharField(max_length=120, blank=True)
    visited_on = models.DateField(null=True)
    manner = models.CharField(max_length=12, blank=True)
    conclusion = models.CharField(max_length=12, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    referred_to = models.CharField(max_length=30, blank=True)
    on_paper = models.BooleanField(default=False)
    client_id = models.CharField(max_length=40, blank=True)
    clue_id = models.BigIntegerField(null=True)
    recorded_by = models.BigIntegerField(null=True)
    recorded_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "cases_round_line"
        constraints = [models.UniqueConstraint(fields=["round_id", "household_id"], name="cases_round_line_once")]
        indexes = [
            models.Index(fields=["round_id", "area_code", "id"], name="cases_round_line_area"),
            models.Index(fields=["household_id"], name="cases_round_line_home"),
        ]

    scope = Scope(subject="registry", household="household_id", parents=HOME, history=True)


class ItemState(Scoped):
    """One of the seven items (收支 吃 穿 教育 医疗 住房 饮水) of a household, as found on a day. Only ever added."""

    household_id = models.BigIntegerField()
    item = models.CharField(max_length=10)
    met = models.BooleanField()
    found_on = models.DateField()
    evidence = models.CharField(max_length=200, blank=True)
    source = models.CharField(max_length=12)
    recorded_by = models.BigIntegerField()
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "cases_item_state"
        indexes = [models.Index(fields=["household_id", "item", "-found_on"], name="cases_item_home")]

    scope = Scope(subject="registry", household="household_id", parents=HOME, writes=("INSERT",))


class Problem(Scoped):
    """问题台账: something found wanting, open until evidence says it is settled."""

    household_id = models.BigIntegerField(null=True)
    kind = models.CharField(max_length=12)
    item = models.CharField(max_length=10, blank=True)
    cause = models.CharField(max_length=30, blank=True)
    title = models.CharField(max_length=160)
    holder = models.CharField(max_length=60, blank=True)
    consultation_id = models.BigIntegerField(null=True)
    opened_on = models.DateField()
    due_on = models.DateField(null=True)
    closed_on = models.DateField(null=True)
    closing = models.CharField(max_length=200, blank=True)
    recorded_by = models.BigIntegerField()
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "cases_problem"
        indexes = [models.Index(fields=["area_code", "opened_on"], name="cases_problem_area")]

    scope = Scope(subject="registry", household="household_id", parents=HOME, history=True)


class Consultation(Scoped):
    """会商纪要: who met, what was judged, what was agreed."""

    held_on = models.DateField()
    topic = models.CharField(max_length=120)
    departments = ArrayField(models.CharField(max_length=20), default=list)
    present = models.CharField(max_length=300)
    judged = models.TextField(blank=True)
    agreed = models.TextField(blank=True)
    recorded_by = models.BigIntegerField()
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "cases_consultation"

    scope = Scope(person=False, history=True)


class Leaflet(Scoped):
    """明白纸: a household got a policy sheet (how to apply; what help there is)."""

    household_id = models.BigIntegerField()
    kind = models.CharField(max_length=8)
    given_on = models.DateField()
    manner = models.CharField(max_length=12, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "cases_leaflet"
        constraints = [models.UniqueConstraint(fields=["household_id", "kind", "given_on"], name="cases_leaflet_once")]

    scope = Scope(subject="registry", household="household_id", parents=HOME)


class Sample(Scoped):
    """抽查: a draw that can be repeated from its seed."""

    seed = models.CharField(max_length=40)
    drawn_on = models.DateField()
    wanted: Any = models.JSONField(default=dict)
    households: Any = models.JSONField(default=list)
    printed_at = models.DateTimeField(null=True)
    document_id = models.BigIntegerField(null=True)
    drawn_by = models.BigIntegerField()
    drawn_at = models.DateTimeField()

    class Meta:
        db_table = "cases_sample"

    scope = Scope(subject="registry", history=True, update_columns=("printed_at", "document_id"))
