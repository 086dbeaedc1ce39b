"""A publicity on the web: read by its token alone, while its days last."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from django.db import connection


def shown_notice(token: str, today: date) -> tuple[date, date, list[list[Any]]] | None:
    """Day of posting, last day, lines; None for an unknown or expired token."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT held_on, until, text FROM cases_web_notice(%s, %s)", [token[:60], today])
        row = cursor.fetchone()
    if row is None:
        return None
    text = json.loads(row[2]) if isinstance(row[2], str) else row[2]
    return row[0], row[1], text
