"""Clues with their evidence, reports of households, cases with every step, sittings and papers.

Every step keeps the day on the paper (`happened_on`) and the moment of entry (`recorded_at`). Steps and
evidence are only ever added; what a case was on a day is read from them. (Rounds, items, problems: `field_models.py`.)
"""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models

from shouwang.accounts.scope import Scope, Scoped

HOME = (("household_id", "registry_household"),)
CODE = {"max_length": 12, "db_collation": "C"}


class Clue(Scoped):
    """风险线索: all that was heard about one household, until people have looked. `received_on` is the earliest receipt and starts the clock."""

    household_id = models.BigIntegerField(null=True)
    title = models.CharField(max_length=120, blank=True)
    state = models.CharField(max_length=10, default="new")
    source = models.CharField(max_length=12)
    received_on = models.DateField()
    recorded_at = models.DateTimeField()
    late = models.BooleanField(default=False)
    dispatched_on = models.DateField(null=True)
    dispatched_at = models.DateTimeField(null=True)
    due_on = models.DateField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    escalated_at = models.DateTimeField(null=True)
    result = models.CharField(max_length=12, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    manner = models.CharField(max_length=12, blank=True)
    visitors = models.CharField(max_length=120, blank=True)
    checked_on = models.DateField(null=True)
    checked_at = models.DateTimeField(null=True)
    checked_by = models.BigIntegerField(null=True)
    referred_to = models.CharField(max_length=30, blank=True)
    case_id = models.BigIntegerField(null=True)
    version = models.IntegerField(default=1)

    class Meta:
        db_table = "cases_clue"
        constraints = [
            models.UniqueConstraint(
                fields=["household_id"], name="cases_clue_one_open", condition=models.Q(state__in=["new", "dispatched"])
            )
        ]
        indexes = [
            models.Index(fields=["area_code", "state", "id"], name="cases_clue_area"),
            models.Index(fields=["household_id"], name="cases_clue_home"),
        ]

    scope = Scope(subject="registry", household="household_id", parents=HOME, history=True)


class Evidence(Scoped):
    """One signal or report in a clue: what was said, by whom, when it was received; `period` and `value` tell whether it is new."""

    clue_id = models.BigIntegerField()
    household_id = models.BigIntegerField(null=True)
    person_id = models.BigIntegerField(null=True)
    subject = models.CharField(max_length=20)
    source = models.CharField(max_length=12)
    rule = models.CharField(max_length=8, blank=True)
    risk_type = models.CharField(max_length=30, blank=True)
    signal_id = models.BigIntegerField(null=True)
    row_id = models.BigIntegerField(null=True)
    report_id = models.BigIntegerField(null=True)
    period = models.CharField(max_length=14, blank=True)
    value = models.DecimalField(max_digits=20, decimal_places=4, null=True)
    event_date = models.DateField(null=True)
    sentence = models.TextField()
    citation = models.TextField(blank=True)
    late = models.BooleanField(default=False)
    received_on = models.DateField()
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "cases_evidence"
        indexes = [
            models.Index(fields=["clue_id"], name="cases_evidence_clue"),
            models.Index(fields=["household_id", "rule"], name="cases_evidence_home"),
            models.Index(fields=["row_id"], name="cases_evidence_row", condition=models.Q(row_id__isnull=False)),
        ]

    scope = Scope(subject_column=True, household="household_id", parents=HOME, writes=("INSERT",))


class Report(Scoped):
    """自主申报: what a household (or somebody for it) asked for. It belongs to the township; no village sees or removes it."""

    receipt = models.CharField(max_length=20, unique=True)
    phone_digest = models.BinaryField(null=True)
    client_digest = models.BinaryField()
    home_area = models.CharField(**CODE)
    name = models.CharField(max_length=60)
    phone = models.BinaryField(null=True)
    trouble = models.CharField(max_length=30)
    text = models.CharField(max_length=600, blank=True)
    for_other = models.CharField(max_length=60, blank=True)
    authorised = models.BooleanField(default=False)
    voice_document = models.BigIntegerField(null=True)
    received_at = models.DateTimeField()
    household_id = models.BigIntegerField(null=True)
    clue_id = models.BigIntegerField(null=True)
    answer = models.CharField(max_length=300, blank=True)
    visitor = models.CharField(max_length=60, blank=True)
    visit_by = models.DateField(null=True)
    ask_phone = models.CharField(max_length=30, blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "cases_report"
        indexes = [models.Index(fields=["area_code", "-id"], name="cases_report_area")]

    scope = Scope(
        subject="registry", history=True,
        update_columns=("phone", "household_id", "clue_id", "answer", "visitor", "visit_by", "ask_phone", "answered_at", "voice_document"),
    )  # fmt: skip


class Case(Scoped):
    """The case of one household: where it stands (read from its steps) and when its clock began. The clock never moves."""

    household_id = models.BigIntegerField()
    clue_id = models.BigIntegerField(null=True)
    state = models.CharField(max_length=14)
    state_since = models.DateField()
    clock_start = models.DateField()
    due_on = models.DateField(null=True)
    opened_on = models.DateField()
    opened_at = models.DateTimeField()
    category = models.CharField(max_length=12, blank=True)
    risks = ArrayField(models.CharField(max_length=30), default=list)
    persons = models.IntegerField(null=True)
    consent_on = models.DateField(null=True)
    comparison_sent_on = models.DateField(null=True)
    comparison_back_on = models.DateField(null=True)
    publicity_from = models.DateField(null=True)
    publicity_until = models.DateField(null=True)
    objection_open = models.BooleanField(default=False)
    green_on = models.DateField(null=True)
    green_cause = models.CharField(max_length=30, blank=True)
    held = models.BooleanField(default=False)
    decided_on = models.DateField(null=True)
    announced_on = models.DateField(null=True)
    entered_on = models.DateField(null=True)
    eliminated_on = models.DateField(null=True)
    elimination = models.CharField(max_length=12, blank=True)
    ended_on = models.DateField(null=True)
    former_case = models.BigIntegerField(null=True)
    version = models.IntegerField(default=1)

    class Meta:
        db_table = "cases_case"
        constraints = [
            models.UniqueConstraint(
                fields=["household_id"], name="cases_case_one_open",
                condition=~models.Q(state__in=["eliminated", "not_included", "ended"]),
            )
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["area_code", "state", "id"], name="cases_case_area"),
            models.Index(fields=["due_on"], name="cases_case_due", condition=models.Q(decided_on__isnull=True)),
            models.Index(fields=["household_id"], name="cases_case_home"),
        ]

    scope = Scope(subject="registry", household="household_id", parents=HOME, history=True)


class Step(Scoped):
    """What was done in a case. Only ever added."""

    case_id = models.BigIntegerField()
    household_id = models.BigIntegerField()
    action = models.CharField(max_length=20)
    from_state = models.CharField(max_length=14)
    to_state = models.CharField(max_length=14)
    happened_on = models.DateField()
    recorded_at = models.DateTimeField()
    by = models.BigIntegerField()
    role = models.CharField(max_length=20)
    people = ArrayField(models.CharField(max_length=30), default=list)
    note = models.CharField(max_length=500, blank=True)
    data: Any = models.JSONField(default=dict)
    sitting_id = models.BigIntegerField(null=True)

    class Meta:
        db_table = "cases_step"
        indexes = [
            models.Index(fields=["case_id", "id"], name="cases_step_case"),
            models.Index(
                fields=["sitting_id"], name="cases_step_sitting", condition=models.Q(sitting_id__isnull=False)
            ),
            models.Index(fields=["area_code", "action", "happened_on"], name="cases_step_area"),
            models.Index(fields=["household_id"], name="cases_step_home"),
        ]

    scope = Scope(subject="registry", household="household_id", parents=HOME, writes=("INSERT",))


class Pause(Scoped):
    """A time in which a case's clock stands still, for a reason of the closed list."""

    case_id = models.BigIntegerField()
    household_id = models.BigIntegerField()
    reason = models.CharField(max_length=30)
    since = models.DateField()
    until = models.DateField(null=True)
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "cases_pause"
        indexes = [models.Index(fields=["case_id"], name="cases_pause_case")]

    scope = Scope(subject="registry", household="household_id", parents=HOME, update_columns=("until",), history=True)


class Sitting(Scoped):
    """A meeting, notice, report or decision about several households at once."""

    action = models.CharField(max_length=20)
    held_on = models.DateField()
    place = models.CharField(max_length=80, blank=True)
    people = ArrayField(models.CharField(max_length=30), default=list)
    note = models.CharField(max_length=500, blank=True)
    cases = models.IntegerField(default=0)
    agreed = models.IntegerField(default=0)
    recorded_by = models.BigIntegerField()
    recorded_at = models.DateTimeField()
    web_token = models.CharField(max_length=40, blank=True)
    web_until = models.DateField(null=True)
    web_text: Any = models.JSONField(default=list)

    class Meta:
        db_table = "cases_sitting"
        indexes = [models.Index(fields=["area_code", "-id"], name="cases_sitting_area")]

    scope = Scope(
        subject="registry",
        history=True,
        update_columns=("web_token", "web_until", "web_text", "cases", "agreed", "note"),
    )


class Paper(Scoped):
    """A scan or photo that belongs to a case: first and last day of a publicity, a signature, a form."""

    case_id = models.BigIntegerField()
    household_id = models.BigIntegerField()
    kind = models.CharField(max_length=16)
    document_id = models.BigIntegerField()
    taken_on = models.DateField()

    class Meta:
        db_table = "cases_paper"
        indexes = [models.Index(fields=["case_id"], name="cases_paper_case")]

    scope = Scope(subject="registry", household="household_id", parents=HOME, writes=("INSERT",))
