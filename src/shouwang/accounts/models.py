"""People who use the system, what they may see and do, their tokens; and the record of what was done and looked at."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models

from shouwang.accounts.enums import ROLES, Role
from shouwang.accounts.territory import ActiveScope
from shouwang.kernel.areas import CODE_LENGTH


class Users(BaseUserManager["User"]):
    """Finds users by name, whatever the case."""

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(username__iexact=username)


class User(AbstractBaseUser):
    """A person with an account."""

    username = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=60)
    is_active = models.BooleanField(default=True)
    is_demo = models.BooleanField(default=False)
    made_at = models.DateTimeField(auto_now_add=True)
    objects = Users()
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        db_table = "accounts_user"

    def get_full_name(self) -> str:
        return str(self.name)


class Assignment(models.Model):
    """A post of a person: role, area and subjects, from a day until a day. One is active at a time."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="assignments")
    role = models.CharField(max_length=20)
    area_code = models.CharField(max_length=CODE_LENGTH, blank=True, db_collation="C")
    subjects = ArrayField(models.CharField(max_length=20), default=list)
    since = models.DateField()
    until = models.DateField(null=True)
    given_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        db_table = "accounts_assignment"

    @property
    def kind(self) -> Role:
        return ROLES[self.role]

    def scope(self) -> ActiveScope:
        """What this post lets its holder see."""
        kind = self.kind
        subjects = tuple(self.subjects) if not kind.subjects else kind.subjects
        return ActiveScope(self.area_code or "00", subjects, kind.depth, self.user_id, kind.own_only)


class ApiToken(models.Model):
    """A token for programs: kept as a digest, with the post it acts for and the rights it was given."""

    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT)
    title = models.CharField(max_length=80)
    digest = models.BinaryField(unique=True)
    rights = ArrayField(models.CharField(max_length=30), default=list)
    expires = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "accounts_api_token"


class AuditEntry(models.Model):
    """Something done or looked at. Written by one function of the database, by nobody else; never changed."""

    at = models.DateTimeField()
    actor = models.BigIntegerField()
    role = models.CharField(max_length=20)
    action = models.CharField(max_length=40)
    kind = models.CharField(max_length=40)
    object_id = models.CharField(max_length=40)
    area_code = models.CharField(max_length=CODE_LENGTH, db_collation="C")
    reason = models.CharField(max_length=200)
    rows = models.BigIntegerField(null=True)
    details: Any = models.JSONField(default=dict)
    tx = models.BigIntegerField()
    era = models.IntegerField()

    class Meta:
        db_table = "audit_entry"
        indexes = [
            models.Index(fields=["era", "tx"], name="audit_entry_tx"),
            models.Index(fields=["kind", "object_id"], name="audit_entry_object"),
        ]


class History(models.Model):
    """The row as it was before a change: written by triggers that no role of the site can touch."""

    at = models.DateTimeField()
    actor = models.BigIntegerField()
    table = models.CharField(max_length=60)
    row_id = models.BigIntegerField()
    area_code = models.CharField(max_length=CODE_LENGTH, db_collation="C")
    operation = models.CharField(max_length=6)
    before: Any = models.JSONField(null=True)
    after: Any = models.JSONField(null=True)
    tx = models.BigIntegerField()
    era = models.IntegerField()

    class Meta:
        db_table = "audit_history"
        indexes = [
            models.Index(fields=["era", "tx"], name="audit_history_tx"),
            models.Index(fields=["table", "row_id"], name="audit_history_row"),
        ]


class AuditSeal(models.Model):
    """A link of the chain: all entries and history rows of a window of transactions, each with its digest."""

    at = models.DateTimeField()
    era = models.IntegerField()
    tx_from = models.BigIntegerField()
    tx_to = models.BigIntegerField()
    entries = models.BinaryField()
    histories = models.BinaryField()
    digest = models.BinaryField()

    class Meta:
        db_table = "audit_seal"


class AuditEra(models.Model):
    """Transaction numbers start anew after a restore; the era tells which count a number belongs to."""

    number = models.IntegerField()

    class Meta:
        db_table = "audit_era"
