"""The board of the fifteen measures: households and fen by kind. A path is not a kind: what sales brought stands under 经营性."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.db import connection

from shouwang.income.kinds import INCOME
from shouwang.registry.queries import my_range

TABLE = Path(__file__).with_name("measures.yaml")
SUMS = """SELECT i.measure, i.kind, count(DISTINCT i.household_id), sum(i.amount)::bigint FROM income_item i JOIN income_statement s ON s.id = i.statement_id
WHERE i.measure IS NOT NULL AND s.replaced_at IS NULL AND NOT s.is_forecast AND s.year = %s AND i.area_code >= %s AND i.area_code < %s GROUP BY 1, 2"""
HOMES = """SELECT i.measure, count(DISTINCT i.household_id) FROM income_item i JOIN income_statement s ON s.id = i.statement_id
WHERE i.measure IS NOT NULL AND s.replaced_at IS NULL AND NOT s.is_forecast AND s.year = %s AND i.area_code >= %s AND i.area_code < %s GROUP BY 1"""


@cache
def table() -> dict[int, dict[str, str]]:
    """Number → path and title."""
    raw: dict[int, dict[str, Any]] = yaml.safe_load(TABLE.read_text(encoding="utf-8"))
    return raw


@dataclass(frozen=True)
class Row:
    """One measure: households reached, fen by kind and in all."""

    number: int
    path: str
    title: str
    households: int
    by_kind: dict[str, int]

    @property
    def total(self) -> int:
        """Over the four kinds."""
        return sum(self.by_kind.values())


def board(area: str, year: int) -> list[Row]:
    """All fifteen, those that reached nobody with zeros."""
    lo, hi = my_range(area)
    with connection.cursor() as cursor:
        cursor.execute(SUMS, [year, lo, hi])
        sums = {(m, k): amount for m, k, _, amount in cursor.fetchall()}
        cursor.execute(HOMES, [year, lo, hi])
        homes = dict(cursor.fetchall())
    return [
        Row(n, entry["path"], entry["title"], homes.get(n, 0), {k: sums.get((n, k), 0) for k in INCOME})
        for n, entry in table().items()
    ]


EXPOSED = """SELECT i.item, count(DISTINCT i.household_id), sum(i.amount)::bigint,
    count(DISTINCT i.household_id) FILTER (WHERE i.amount * 100 >= %(pct)s * (s.wage + s.business + s.property + s.transfer))
FROM income_item i JOIN income_statement s ON s.id = i.statement_id
WHERE i.kind = 'business' AND s.replaced_at IS NULL AND NOT s.is_forecast AND s.year = %(year)s AND i.area_code >= %(lo)s AND i.area_code < %(hi)s
GROUP BY 1 ORDER BY 3 DESC"""


@dataclass(frozen=True)
class Exposed:
    """Who grows or raises what: households, fen, and how many live mostly on it: a fall of its price hits these."""

    item: str
    households: int
    amount: int
    mostly: int


def exposure(area: str, year: int, share_pct: int) -> list[Exposed]:
    """By product, the largest first."""
    lo, hi = my_range(area)
    with connection.cursor() as cursor:
        cursor.execute(EXPOSED, {"pct": share_pct, "year": year, "lo": lo, "hi": hi})
        return [Exposed(*row) for row in cursor.fetchall()]
