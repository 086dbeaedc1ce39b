"""Recording what was done and what was looked at, in the transaction that does or shows it."""

from __future__ import annotations

import json
from typing import Any

from django.db import connection

from shouwang.accounts.territory import current_scope

WRITE = "SELECT audit_write(%s, %s, %s, %s, %s, %s, %s, %s::jsonb)"


def record(
    action: str, kind: str, object_id: object = "", *, role: str = "", area: str = "", reason: str = "",
    rows: int | None = None, **details: Any,
) -> None:  # fmt: skip
    """Write one entry. What a page shows leaves only after its transaction, and so this entry, is committed.

    `details` hold counts, codes and ids, never names or numbers of persons.
    """
    scope = current_scope()
    where = area or (scope.area if scope else "00")
    with connection.cursor() as cursor:
        cursor.execute(
            WRITE,
            [
                role,
                action,
                kind,
                str(object_id),
                where[:12],
                reason[:200],
                rows,
                json.dumps(details, ensure_ascii=False),
            ],
        )
