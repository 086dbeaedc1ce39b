"""One household one plan: measures against risks, one responsible person, visits, and what shows that a risk is gone."""

from __future__ import annotations

from typing import Any

from django.db import models

from shouwang.accounts.scope import Scope, Scoped

HOME = (("household_id", "registry_household"),)


class Plan(Scoped):
    """帮扶计划 of a case. `able` and `willing` decide whether a development measure is due."""

    household_id = models.BigIntegerField()
    case_id = models.BigIntegerField()
    made_on = models.DateField()
    able = models.BooleanField()
    willing = models.BooleanField(default=True)
    goal = models.CharField(max_length=300, blank=True)
    effect = models.CharField(max_length=300, blank=True)
    recorded_by = models.BigIntegerField()
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "assistance_plan"
        constraints = [models.UniqueConstraint(fields=["case_id"], name="assistance_plan_once")]
        indexes = [models.Index(fields=["household_id"], name="assistance_plan_home")]

    scope = Scope(subject="registry", household="household_id", parents=HOME, history=True)


class Measure(Scoped):
    """帮扶措施 against one risk, in one of the fourteen columns of the national export, with its days and its worth in fen."""

    household_id = models.BigIntegerField()
    case_id = models.BigIntegerField()
    risk = models.CharField(max_length=30)
    column = models.CharField(max_length=16)
    value = models.CharField(max_length=60)
    provider = models.CharField(max_length=60, blank=True)
    planned_on = models.DateField()
    started_on = models.DateField(null=True)
    delivered_on = models.DateField(null=True)
    amount = models.BigIntegerField(null=True)
    effect = models.CharField(max_length=200, blank=True)
    cancelled_on = models.DateField(null=True)
    cancelled_why = models.CharField(max_length=120, blank=True)
    recorded_by = models.BigIntegerField()
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "assistance_measure"
        indexes = [
            models.Index(fields=["case_id"], name="assistance_measure_case"),
            models.Index(fields=["household_id"], name="assistance_measure_home"),
        ]

    scope = Scope(subject="registry", household="household_id", parents=HOME, history=True)


class Responsible(Scoped):
    """帮扶责任人: exactly one at a time."""

    household_id = models.BigIntegerField()
    name = models.CharField(max_length=30)
    unit = models.CharField(max_length=60, blank=True)
    user_id = models.BigIntegerField(null=True)
    since = models.DateField()
    until = models.DateField(null=True)

    class Meta:
        db_table = "assistance_responsible"
        constraints = [
            models.UniqueConstraint(
                fields=["household_id"], name="assistance_responsible_one", condition=models.Q(until__isnull=True)
            )
        ]
        indexes = [
            models.Index(
                fields=["name", "unit"], name="assistance_responsible_name", condition=models.Q(until__isnull=True)
            )
        ]

    scope = Scope(subject="registry", household="household_id", parents=HOME, history=True)


class RiskGone(Scoped):
    """What shows that a risk of a case is gone. Only ever added; a later "still there" (`gone` false) undoes an earlier one."""

    household_id = models.BigIntegerField()
    case_id = models.BigIntegerField()
    risk = models.CharField(max_length=30)
    gone = models.BooleanField()
    seen_on = models.DateField()
    evidence = models.CharField(max_length=300)
    recorded_by = models.BigIntegerField()
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "assistance_risk_gone"
        indexes = [models.Index(fields=["case_id", "risk"], name="assistance_gone_case")]

    scope = Scope(subject="registry", household="household_id", parents=HOME, writes=("INSERT",))


class AfterFields(Scoped):
    """The thirteen fields 风险消除后…, entered anew before an elimination. Money in fen."""

    household_id = models.BigIntegerField()
    case_id = models.BigIntegerField()
    data: Any = models.JSONField()
    entered_on = models.DateField()
    recorded_by = models.BigIntegerField()
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "assistance_after_fields"
        indexes = [models.Index(fields=["case_id"], name="assistance_after_case")]

    scope = Scope(subject="registry", household="household_id", parents=HOME, writes=("INSERT",))


class HelpVisit(Scoped):
    """走访 of the responsible person: the same entry sent twice counts once (`client_id`)."""

    household_id = models.BigIntegerField()
    visited_on = models.DateField()
    visitors = models.CharField(max_length=120)
    manner = models.CharField(max_length=12)
    note = models.CharField(max_length=500, blank=True)
    client_id = models.CharField(max_length=40, blank=True)
    recorded_by = models.BigIntegerField()
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "assistance_help_visit"
        indexes = [models.Index(fields=["household_id", "-visited_on"], name="assistance_visit_home")]

    scope = Scope(subject="registry", household="household_id", parents=HOME)
