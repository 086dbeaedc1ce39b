"""What a period is closed with: the area's sums of the closed year, the running year as far as it is known, and the lists with the work on them."""

from __future__ import annotations

from typing import Any

import polars as pl
from django.db import connection

from shouwang.income import listing
from shouwang.income.frames import EXPECTED, RECEIVED
from shouwang.income.kinds import COST, INCOME
from shouwang.kernel.areas import CODE_LENGTH
from shouwang.registry.queries import my_range

RUNNING = f"""SELECT count(DISTINCT s.id), {RECEIVED}, {EXPECTED} FROM income_statement s LEFT JOIN income_item i ON i.statement_id = s.id
WHERE s.replaced_at IS NULL AND s.is_forecast AND s.year = %s AND s.area_code >= %s AND s.area_code < %s"""


def sums_of(area: str, year: int) -> dict[str, Any]:
    """households, persons, the four kinds and cost of a closed year (fen); `running`: households forecast for the next one, net received and
    expected so far; `lists`: list → [on it, without reason, without measure, done, turned]."""
    return sums_from(listing.assessed(area, year), area, year)


def sums_from(frame: pl.DataFrame, area: str, year: int) -> dict[str, Any]:
    """The same from the area's frame, where it is there already."""
    found = listing.rolled(frame, CODE_LENGTH)
    closed = {c: int(found[c].sum()) for c in ("households", "persons", *INCOME, COST)}
    lists = {t.key: [t.count, t.without_reason, t.without_measure, t.done, t.turned] for t in listing.tabs(area, year)}
    return {**closed, "running": running(area, year + 1), "lists": lists}


def running(area: str, year: int) -> dict[str, int]:
    """Households with a running forecast of a year, and what they received and still expect, net, in fen."""
    lo, hi = my_range(area)
    with connection.cursor() as cursor:
        cursor.execute(RUNNING, [year, lo, hi])
        households, received, expected = cursor.fetchone()
    return {"households": households, "received": received, "expected": expected}
