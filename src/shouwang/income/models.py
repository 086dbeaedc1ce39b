"""Income statements with every yuan's item and source; lists with what is done about each household; periods, targets, rechecks."""

from __future__ import annotations

from typing import Any

from django.db import models

from shouwang.accounts.scope import Scope, Scoped

HOME = (("household_id", "registry_household"),)


class Statement(Scoped):
    """收入核算 of a household: window and concept stored, members counted with a reason each, sums in fen. A correction is a new version."""

    household_id = models.BigIntegerField()
    year = models.SmallIntegerField()
    window_kind = models.CharField(max_length=14)
    window_start = models.DateField()
    window_end = models.DateField()
    concept = models.CharField(max_length=10)
    is_forecast = models.BooleanField(default=False)
    until = models.DateField(null=True)
    persons = models.IntegerField()
    members: Any = models.JSONField(default=list)
    wage = models.BigIntegerField()
    business = models.BigIntegerField()
    property = models.BigIntegerField()
    transfer = models.BigIntegerField()
    cost = models.BigIntegerField()
    self_paid = models.BigIntegerField()
    claims = models.BigIntegerField()
    visitors = models.CharField(max_length=120, blank=True)
    signed_on = models.DateField(null=True)
    version = models.IntegerField(default=1)
    why = models.CharField(max_length=200, blank=True)
    recorded_by = models.BigIntegerField()
    recorded_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "income_statement"
        constraints = [
            models.UniqueConstraint(
                fields=["household_id", "window_kind", "window_end", "is_forecast"],
                name="income_statement_current",
                condition=models.Q(replaced_at__isnull=True),
            )
        ]
        indexes = [
            models.Index(fields=["area_code", "year"], name="income_statement_area"),
            models.Index(fields=["household_id", "year"], name="income_statement_home"),
        ]

    scope = Scope(
        subject="income",
        household="household_id",
        parents=HOME,
        update_columns=("replaced_at", "signed_on"),
        history=True,
    )


class Item(Scoped):
    """One line of a statement: kind, item, fen, whose, where it is known from. `expected`: not received yet (forecast)."""

    statement_id = models.BigIntegerField()
    household_id = models.BigIntegerField()
    kind = models.CharField(max_length=10)
    item = models.CharField(max_length=20)
    amount = models.BigIntegerField()
    person_id = models.BigIntegerField(null=True)
    expected = models.BooleanField(default=False)
    source = models.CharField(max_length=8)
    evidence = models.CharField(max_length=120, blank=True)
    measure = models.SmallIntegerField(null=True)

    class Meta:
        db_table = "income_item"
        indexes = [models.Index(fields=["statement_id"], name="income_item_statement")]

    scope = Scope(subject="income", household="household_id", parents=HOME, writes=("INSERT",))


class ListLine(Scoped):
    """A household on a list of a year: the numbers as found, and reason, measure, person, due day, result."""

    household_id = models.BigIntegerField()
    list_key = models.CharField(max_length=16)
    year = models.SmallIntegerField()
    persons = models.IntegerField()
    before = models.BigIntegerField(null=True)
    now = models.BigIntegerField(null=True)
    fall = models.BigIntegerField(null=True)
    largest = models.CharField(max_length=20, blank=True)
    largest_fall = models.BigIntegerField(null=True)
    backed = models.BooleanField(default=False)
    able = models.BooleanField(null=True)
    found_on = models.DateField()
    left_on = models.DateField(null=True)
    reason = models.CharField(max_length=30, blank=True)
    measure = models.CharField(max_length=120, blank=True)
    responsible = models.CharField(max_length=60, blank=True)
    due_on = models.DateField(null=True)
    done_on = models.DateField(null=True)
    result = models.CharField(max_length=200, blank=True)
    turned = models.BooleanField(null=True)
    clue_id = models.BigIntegerField(null=True)

    class Meta:
        db_table = "income_list_line"
        constraints = [
            models.UniqueConstraint(fields=["household_id", "list_key", "year"], name="income_list_line_once")
        ]
        indexes = [models.Index(fields=["area_code", "list_key", "year", "id"], name="income_list_line_area")]

    scope = Scope(subject="income", household="household_id", parents=HOME, history=True)


class Summary(Scoped):
    """A period's sums of an area (village check, township sort, county dispatch, county report), closed with proposals; corrections are versions."""

    level = models.CharField(max_length=10)
    period = models.CharField(max_length=8)
    sums: Any = models.JSONField()
    proposals = models.CharField(max_length=500, blank=True)
    version = models.IntegerField(default=1)
    closed_on = models.DateField()
    why = models.CharField(max_length=200, blank=True)
    recorded_by = models.BigIntegerField()
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "income_summary"
        constraints = [
            models.UniqueConstraint(fields=["area_code", "level", "period", "version"], name="income_summary_version")
        ]

    scope = Scope(subject="income", person=False, writes=("INSERT",))


class Average(Scoped):
    """A published or computed per-head income of `of_area` in a year, by which targets are judged. In fen a head.

    Kept by an area for itself or for the one above it: a city gives its own to each of its counties.
    """

    of_area = models.CharField(max_length=12, db_collation="C")
    year = models.SmallIntegerField()
    concept = models.CharField(max_length=10)
    per_head = models.BigIntegerField()
    source = models.CharField(max_length=120)
    recorded_by = models.BigIntegerField()
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "income_average"
        constraints = [
            models.UniqueConstraint(fields=["area_code", "of_area", "year", "concept"], name="income_average_once")
        ]

    scope = Scope(subject="income", person=False, history=True)


class Recheck(Scoped):
    """A household asked again by others: right or wrong, and who had asked first."""

    household_id = models.BigIntegerField()
    statement_id = models.BigIntegerField()
    visitors = models.CharField(max_length=120)
    checked_by = models.CharField(max_length=120)
    checked_on = models.DateField()
    wrong = models.BooleanField()
    note = models.CharField(max_length=200, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "income_recheck"

    scope = Scope(subject="income", household="household_id", parents=HOME, writes=("INSERT",))


class Note(Scoped):
    """What an area writes down about its incomes and follows: 三点清单 (risk, growth, effort points), 点上解剖 of a village, income plans,
    proposals of a period, activities of guidance. `state`: open, adopted, done. `funds` in fen."""

    kind = models.CharField(max_length=10)
    year = models.SmallIntegerField()
    period = models.CharField(max_length=8, blank=True)
    title = models.CharField(max_length=120)
    text = models.TextField()
    measure = models.CharField(max_length=300, blank=True)
    owner = models.CharField(max_length=60, blank=True)
    due_on = models.DateField(null=True)
    households = models.IntegerField(null=True)
    funds = models.BigIntegerField(null=True)
    state = models.CharField(max_length=8, default="open")
    outcome = models.CharField(max_length=300, blank=True)
    done_on = models.DateField(null=True)
    recorded_by = models.BigIntegerField()
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "income_note"
        indexes = [models.Index(fields=["area_code", "kind", "year"], name="income_note_area")]

    scope = Scope(subject="income", person=False, history=True)
