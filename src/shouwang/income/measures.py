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
# Items of the year's current statements in an area: (year, from, to).
STATED = """FROM income_item i JOIN income_statement s ON s.id = i.statement_id WHERE s.replaced_at IS NULL AND NOT s.is_forecast
    AND s.window_kind <> 'trailing' AND s.year = %s AND i.area_code >= %s AND i.area_code < %s"""
SUMS = f"SELECT i.measure, i.kind, sum(i.amount)::bigint {STATED} AND i.measure IS NOT NULL GROUP BY 1, 2"
HOMES = f"SELECT i.measure, count(DISTINCT i.household_id) {STATED} AND i.measure IS NOT NULL GROUP BY 1"
GROSS = "s.wage + s.business + s.property + s.transfer"
EXPOSED = f"""SELECT i.item, count(DISTINCT i.household_id), sum(i.amount)::bigint,
    count(DISTINCT i.household_id) FILTER (WHERE i.amount * 100 >= %s * ({GROSS}))
{STATED} AND i.kind = 'business' GROUP BY 1 ORDER BY 3 DESC"""
GROWERS = f"""SELECT i.household_id, sum(i.amount)::bigint, max({GROSS}) {STATED} AND i.kind = 'business' AND i.item = %s AND i.amount > 0
GROUP BY 1 ORDER BY sum(i.amount)::numeric / max({GROSS}) DESC, 1 LIMIT %s"""
REACHED = (
    f"SELECT i.household_id, i.kind, i.item, i.amount {STATED} AND i.measure = %s ORDER BY i.amount DESC, i.id LIMIT %s"
)


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
    here = [year, *my_range(area)]
    sums = {(m, k): amount for m, k, amount in _rows(SUMS, here)}
    homes = dict(_rows(HOMES, here))
    return [
        Row(n, entry["path"], entry["title"], homes.get(n, 0), {k: sums.get((n, k), 0) for k in INCOME})
        for n, entry in table().items()
    ]


@dataclass(frozen=True)
class Exposed:
    """Who grows or raises what: households, fen, and how many live mostly on it: a fall of its price hits these."""

    item: str
    households: int
    amount: int
    mostly: int


def exposure(area: str, year: int, share_pct: int) -> list[Exposed]:
    """By product, the largest first."""
    return [Exposed(*row) for row in _rows(EXPOSED, [share_pct, year, *my_range(area)])]


def exposed_households(area: str, year: int, item: str, most: int) -> list[tuple[int, int, int]]:
    """(household, fen from a product, fen in all), those first who live on it most."""
    return _rows(GROWERS, [year, *my_range(area), item, most])


def reached_households(area: str, year: int, measure: int, most: int) -> list[tuple[int, str, str, int]]:
    """(household, kind, item, fen) of a measure, the largest first."""
    return _rows(REACHED, [year, *my_range(area), measure, most])


def _rows(sql: str, params: list[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())
