"""The database's own rules, made anew after every migration: functions, policies, grants, triggers."""

from __future__ import annotations

from django.conf import settings
from django.db import connection, transaction

from shouwang.accounts import row_security
from shouwang.accounts.audit.sql import FUNCTIONS
from shouwang.accounts.bulk import FUNCTIONS as BULK_FUNCTIONS
from shouwang.cases.sql import FUNCTIONS as CASES_FUNCTIONS
from shouwang.registry.sql import FUNCTIONS as REGISTRY_FUNCTIONS


def secure() -> None:
    """Run as the owner. All or nothing: no moment without the rules."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("INSERT INTO audit_era (number) SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM audit_era)")
        cursor.execute(FUNCTIONS)
        cursor.execute(BULK_FUNCTIONS)
        cursor.execute(REGISTRY_FUNCTIONS)
        cursor.execute(CASES_FUNCTIONS)
        for statement in row_security.statements(settings.DATABASE_NAMES):
            cursor.execute(statement)
