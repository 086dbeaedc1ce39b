"""Lists of an area and year made from the frame and stored: who is on, who left, with the numbers as found; and boards from the same frame."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

import polars as pl
from django.db import connection
from django.db.models import Count, Q

from shouwang.accounts.bulk import incoming
from shouwang.engine.tables.words import ABLE
from shouwang.income.frames import homes
from shouwang.income.kinds import COST, INCOME, TITLES
from shouwang.income.lists import LISTS, Lines, assess, band_of, roll_up
from shouwang.income.models import ListLine
from shouwang.income.targets import growth
from shouwang.kernel.areas import COUNTY_DIGITS
from shouwang.registry.queries import my_range
from shouwang.screening.application_book import book_for

COLUMNS = ("household_id", "list_key", "year", "persons", "before", "now", "fall", "largest", "largest_fall")
STORE = """INSERT INTO income_list_line (area_code, {columns}, able, backed, found_on, reason, measure, responsible, result)
SELECT h.area_code, {from_i}, (SELECT bool_or(y.data->>'skill' = ANY (%(able)s)) FROM registry_year_sheet y WHERE y.household_id = h.id
    AND y.person_id IS NOT NULL AND y.retracted_at IS NULL AND y.year = %(year)s),
    EXISTS (SELECT 1 FROM registry_status_spell s WHERE s.household_id = h.id AND s.kind IN ('allowance', 'destitute', 'backed')
    AND s.until IS NULL AND s.retracted_at IS NULL), %(today)s, '', '', '', ''
FROM {name} i JOIN registry_household h ON h.id = i.household_id
ON CONFLICT (household_id, list_key, year) DO UPDATE SET persons = EXCLUDED.persons, before = EXCLUDED.before, now = EXCLUDED.now, fall = EXCLUDED.fall,
    largest = EXCLUDED.largest, largest_fall = EXCLUDED.largest_fall, able = EXCLUDED.able, left_on = NULL"""
LEFT = """UPDATE income_list_line l SET left_on = %(today)s WHERE l.year = %(year)s AND l.left_on IS NULL AND l.area_code >= %(lo)s AND l.area_code < %(hi)s
{some} AND NOT EXISTS (SELECT 1 FROM {name} i WHERE i.household_id = l.household_id AND i.list_key = l.list_key)"""


def lines_for(area: str, year: int) -> Lines:
    """The figures in force at the end of the income year."""
    book, on = book_for(area[:COUNTY_DIGITS]), date(year, 9, 30)

    def value(name: str) -> int | None:
        found = book.applied(name, area=area[:COUNTY_DIGITS] or "00", as_of=on, income_year=year).value
        return None if found is None or isinstance(found, str) else int(found)

    return Lines(value("lifted_watch"), value("monitoring_line"), value("sharp_fall_pct"), value("spending_jump_pct"))


def assessed(area: str, year: int, hids: Sequence[int] | None = None) -> pl.DataFrame:
    """The frame with a column a list."""
    county = area or my_range("")[0]
    found: pl.DataFrame = assess(homes(area, year, hids), lines_for(county, year))
    return found


def refresh(area: str, year: int, today: date, hids: Sequence[int] | None = None) -> dict[str, int]:
    """Store the lists of an area, or of some households after a correction. Work that was written on a line stays. Gives counts."""
    frame = assessed(area, year, hids)
    rows = [row for key in LISTS if key in frame.columns for row in _rows(frame.filter(pl.col(key)), key, year)]
    lo, hi = my_range(area)
    params: dict[str, Any] = {
        "today": today,
        "year": year,
        "lo": lo,
        "hi": hi,
        "hids": list(hids or ()),
        "able": list(ABLE),
    }
    with incoming(ListLine, COLUMNS, rows) as name, connection.cursor() as cursor:
        cursor.execute(
            STORE.format(columns=", ".join(COLUMNS), from_i=", ".join(f"i.{c}" for c in COLUMNS), name=name), params
        )
        cursor.execute(
            LEFT.format(name=name, some="" if hids is None else "AND l.household_id = ANY (%(hids)s)"), params
        )
        left = cursor.rowcount
    return {"on": len(rows), "left": left}


def _rows(found: pl.DataFrame, key: str, year: int) -> list[tuple[Any, ...]]:
    """(household, list, year, persons, before, now, fall, largest fall's kind, its amount): per household in fen; a fall is per head times persons."""
    prefix, base, size = ("f_", "", "persons") if key == "will_fall" else ("", "0", "persons0")
    own = "f_persons" if key == "will_fall" else "persons"
    net = sum(pl.col(f"{prefix}{k}") for k in INCOME) - pl.col(f"{prefix}{COST}")
    net0 = sum(pl.col(f"{k}{base}") for k in INCOME) - pl.col(f"{COST}{base}")
    changes = [(pl.col(f"{k}{base}") - pl.col(f"{prefix}{k}")).alias(f"d_{k}") for k in INCOME]
    told = found.select(
        "hid", pl.col(own).alias("n"), pl.col(size).alias("n0"), net0.alias("before"), net.alias("now"), *changes
    )
    rows = []
    for r in told.iter_rows(named=True):
        falls = {k: r[f"d_{k}"] for k in INCOME if r[f"d_{k}"] is not None}
        most = max(falls, key=lambda k: falls[k]) if falls else ""
        largest = (TITLES[most], falls[most]) if most and falls[most] > 0 else ("", None)
        known = r["before"] is not None and r["now"] is not None and r["n0"]
        fall = round(Fraction(r["before"], r["n0"]) * r["n"] - r["now"]) if known else None
        rows.append((r["hid"], key, year, r["n"] or 0, r["before"], r["now"], fall, *largest))
    return rows


@dataclass(frozen=True)
class Tab:
    """A list with its count and how far the work on it is."""

    key: str
    title: str
    count: int
    without_reason: int
    without_measure: int
    done: int


def tabs(area: str, year: int) -> list[Tab]:
    """All lists of a year: those without reason or without measure are counted to be named; implementation is done of all."""
    lo, hi = my_range(area)
    found = (
        ListLine.objects.filter(year=year, left_on__isnull=True, area_code__gte=lo, area_code__lt=hi)
        .values_list("list_key")
        .annotate(
            n=Count("id"),
            r=Count("id", filter=Q(reason="")),
            m=Count("id", filter=Q(measure="")),
            d=Count("id", filter=Q(done_on__isnull=False)),
        )
    )
    counts = {row[0]: row[1:] for row in found}
    return [Tab(key, title, *counts.get(key, (0, 0, 0, 0))) for key, title in LISTS.items()]


def boards(area: str, year: int, digits: int) -> pl.DataFrame:
    """By the areas below: households, persons, kinds, lists."""
    frame = assessed(area, year)
    keys = [k for k in LISTS if k in frame.columns]
    found: pl.DataFrame = roll_up(frame.filter(pl.col("wage").is_not_null()), digits, keys)
    return found


def bands(area: str, year: int, frame: pl.DataFrame) -> dict[str, int]:
    """Households below the low line by band."""
    text = str(
        book_for(area[:COUNTY_DIGITS])
        .applied("income_bands", area=area[:COUNTY_DIGITS] or "00", as_of=date(year, 9, 30))
        .value
        or ""
    )
    lines = [int(part) * 100 for part in text.split("、") if part]
    names = [band_of(line - 1, 1, lines) for line in lines]
    counts = dict.fromkeys(names, 0)
    net = sum(pl.col(k) for k in INCOME) - pl.col(COST)
    for amount, persons in frame.filter(pl.col("below")).select(net.alias("net"), "persons").iter_rows():
        band = band_of(amount, persons, lines)
        counts[band] = counts.get(band, 0) + 1
    return {band: n for band, n in counts.items() if n}


@dataclass(frozen=True)
class Growth:
    """Growth of per-head income: of all that are known each year, and of those known in both (the constant group)."""

    all: Fraction | None
    constant: Fraction | None
    households: int


def growth_of(frame: pl.DataFrame) -> Growth:
    """From the frame of a year; unrounded."""
    now = sum(pl.col(k) for k in INCOME) - pl.col(COST)
    before = sum(pl.col(f"{k}0") for k in INCOME) - pl.col(f"{COST}0")
    told = frame.select(now.alias("now"), before.alias("before"), "persons", "persons0")
    this, last = told.drop_nulls(["now", "persons"]), told.drop_nulls(["before", "persons0"])
    both = told.drop_nulls()
    return Growth(
        _rate(this["now"].sum(), this["persons"].sum(), last["before"].sum(), last["persons0"].sum()),
        _rate(both["now"].sum(), both["persons"].sum(), both["before"].sum(), both["persons0"].sum()), both.height,
    )  # fmt: skip


def _rate(*sums: Any) -> Fraction | None:
    """From income and persons of this year and of the year before."""
    now, persons, before, persons0 = (int(s) for s in sums)
    return growth(Fraction(now, persons), Fraction(before, persons0)) if persons and persons0 else None


def changes(frame: pl.DataFrame) -> tuple[dict[tuple[str, str], int], dict[tuple[str, str], int]]:
    """(kind, "") → fen of last year and this of the households known in both: what the waterfall of an area is drawn from."""
    columns = [*INCOME, COST]
    both = frame.drop_nulls([*columns, *(f"{c}0" for c in columns)])
    return {(c, ""): int(both[f"{c}0"].sum()) for c in columns}, {(c, ""): int(both[c].sum()) for c in columns}
