"""Households and persons of the register, dated, each in the custody of one area.

`area_code` is custody now; where a household lived earlier is in the dated rows. Names are kept as written; identity
numbers and telephone numbers only encrypted, and as keyed digests by which they are found.
"""

from __future__ import annotations

from typing import Any

from django.db import models

from shouwang.accounts.scope import Scope, Scoped
from shouwang.kernel.areas import CODE_LENGTH

HOUSEHOLD = (("household_id", "registry_household"),)
PERSON = (*HOUSEHOLD, ("person_id", "registry_person"))


class Household(Scoped):
    """A household. `also_area` is the second area that sees it: where it is registered or lives, if not here."""

    number = models.CharField(max_length=30, db_collation="C")
    head_name = models.CharField(max_length=60)
    town = models.CharField(max_length=60)
    village = models.CharField(max_length=60)
    persons = models.IntegerField(null=True)
    also_area = models.CharField(max_length=CODE_LENGTH, null=True, db_collation="C")
    lives_elsewhere = models.BooleanField(default=False)
    phone = models.BinaryField(null=True)
    phone_digest = models.BinaryField(null=True)
    housing: Any = models.JSONField(default=dict)
    origin = models.CharField(max_length=20)
    recorded_at = models.DateTimeField()
    dissolved_on = models.DateField(null=True)
    version = models.IntegerField(default=1)

    class Meta:
        db_table = "registry_household"
        constraints = [
            models.UniqueConstraint(fields=["id", "area_code"], name="registry_household_custody"),
            models.UniqueConstraint(fields=["number"], name="registry_household_number"),
        ]
        indexes = [
            models.Index(fields=["area_code", "id"], name="registry_household_area"),
            models.Index(
                fields=["also_area"], name="registry_household_also", condition=models.Q(also_area__isnull=False)
            ),
            models.Index(fields=["phone_digest"], name="registry_household_phone"),
        ]

    scope = Scope(subject="registry", household="id", history=True)


class Person(Scoped):
    """A person, in the custody of the household's area."""

    household_id = models.BigIntegerField()
    number = models.CharField(max_length=32, db_collation="C")
    name = models.CharField(max_length=60, blank=True)
    sex = models.CharField(max_length=2, blank=True)
    birth = models.DateField(null=True)
    relation = models.CharField(max_length=30, blank=True)
    identity = models.BinaryField(null=True)
    identity_digest = models.BinaryField(null=True)
    identity_kind = models.CharField(max_length=10)
    identity_ok = models.BooleanField(default=False)
    phone = models.BinaryField(null=True)
    phone_digest = models.BinaryField(null=True)
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "registry_person"
        constraints = [
            models.UniqueConstraint(fields=["id", "area_code"], name="registry_person_custody"),
            models.UniqueConstraint(fields=["number"], name="registry_person_number"),
        ]
        indexes = [
            models.Index(fields=["household_id"], name="registry_person_household"),
            models.Index(fields=["area_code", "id"], name="registry_person_area"),
            models.Index(fields=["identity_digest"], name="registry_person_identity"),
            models.Index(fields=["phone_digest"], name="registry_person_phone"),
        ]

    scope = Scope(subject="registry", household="household_id", parents=HOUSEHOLD, history=True)


class Membership(Scoped):
    """A person in a household from a day until a day, and why it began and ended (birth, marriage, death, split, moved)."""

    household_id = models.BigIntegerField()
    person_id = models.BigIntegerField()
    since = models.DateField(null=True)
    until = models.DateField(null=True)
    began = models.CharField(max_length=20)
    ended = models.CharField(max_length=20, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "registry_membership"
        indexes = [
            models.Index(fields=["household_id"], name="registry_membership_home"),
            models.Index(fields=["person_id"], name="registry_membership_person"),
        ]

    scope = Scope(subject="registry", household="household_id", parents=HOUSEHOLD, history=True)


class StatusSpell(Scoped):
    """A status of a household from a day until a day. Spells of different kinds may overlap."""

    household_id = models.BigIntegerField()
    kind = models.CharField(max_length=20)
    since = models.DateField(null=True)
    until = models.DateField(null=True)
    source = models.CharField(max_length=60)
    recorded_at = models.DateTimeField()
    retracted_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "registry_status_spell"
        indexes = [
            models.Index(fields=["household_id"], name="registry_spell_home"),
            models.Index(fields=["area_code", "kind"], name="registry_spell_kind"),
        ]

    scope = Scope(subject="registry", household="household_id", parents=HOUSEHOLD, history=True)


class YearSheet(Scoped):
    """What the national system's yearly sheet says of a household (person_id null) or a person: append-only facts."""

    household_id = models.BigIntegerField()
    person_id = models.BigIntegerField(null=True)
    year = models.SmallIntegerField()
    data: Any = models.JSONField()
    batch_id = models.BigIntegerField()
    sheet = models.SmallIntegerField()
    row = models.IntegerField()
    recorded_at = models.DateTimeField()
    retracted_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "registry_year_sheet"
        indexes = [
            models.Index(fields=["household_id", "year"], name="registry_sheet_home"),
            models.Index(fields=["area_code", "year"], name="registry_sheet_area"),
            models.Index(fields=["batch_id"], name="registry_sheet_batch"),
        ]

    scope = Scope(subject="registry", household="household_id", parents=HOUSEHOLD, update_columns=("retracted_at",))


class SearchToken(Scoped):
    """What a household is found by: parts of names, their pinyin and initials, its number. Searched by ranges."""

    household_id = models.BigIntegerField()
    token = models.CharField(max_length=80, db_collation="C")

    class Meta:
        db_table = "registry_search_token"
        indexes = [models.Index(fields=["token", "area_code", "household_id"], name="registry_token_find")]

    scope = Scope(subject="registry", household="household_id", parents=HOUSEHOLD, writes=("INSERT", "DELETE"))


class Consent(Scoped):
    """承诺授权: the household allows its assets to be compared, from the day it signed until it takes that back."""

    household_id = models.BigIntegerField()
    signed_on = models.DateField()
    revoked_on = models.DateField(null=True)
    paper = models.CharField(max_length=80, blank=True)
    recorded_by = models.BigIntegerField()
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "registry_consent"
        indexes = [models.Index(fields=["household_id"], name="registry_consent_home")]

    scope = Scope(subject="registry", household="household_id", parents=HOUSEHOLD, history=True)


class Transfer(Scoped):
    """A household handed over to another area: offered by the one that has custody, accepted by the other.

    `area_code` is the giving side; `also_area` the receiving one, which must see the offer too.
    """

    household_id = models.BigIntegerField()
    also_area = models.CharField(max_length=CODE_LENGTH, db_collation="C")
    household_number = models.CharField(max_length=30)
    reason = models.CharField(max_length=120)
    state = models.CharField(max_length=10, default="offered")
    offered_by = models.BigIntegerField()
    offered_at = models.DateTimeField()
    answered_by = models.BigIntegerField(null=True)
    answered_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=120, blank=True)

    class Meta:
        db_table = "registry_transfer"
        indexes = [models.Index(fields=["household_id"], name="registry_transfer_home")]

    scope = Scope(subject="registry", both_sides=True, history=True)


class OwnHousehold(Scoped):
    """A household given to a 帮扶责任人, from a day until a day."""

    household_id = models.BigIntegerField()
    user_id = models.BigIntegerField()
    since = models.DateField()
    until = models.DateField(null=True)

    class Meta:
        db_table = "registry_own_household"
        indexes = [models.Index(fields=["user_id"], name="registry_own_user")]

    scope = Scope(subject="registry", parents=HOUSEHOLD, own_column="user_id", history=True)
