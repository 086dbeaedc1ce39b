"""Lists of an area and year made from the frame and stored: who is on, who left, with the numbers as found; and boards from the same frame."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

import polars as pl
from django.db import connection
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Substr

from shouwang.accounts.bulk import incoming
from shouwang.cases.limits import words
from shouwang.engine.tables.words import ABLE
from shouwang.income.frames import homes, net
from shouwang.income.kinds import COST, INCOME
from shouwang.income.lists import LISTS, Lines, assess, band_of, largest_fall, roll_up
from shouwang.income.models import ListLine
from shouwang.income.targets import growth
from shouwang.kernel.areas import COUNTY_DIGITS
from shouwang.kernel.dates import income_window
from shouwang.kernel.money import per_head
from shouwang.registry.queries import my_range
from shouwang.screening.application_book import book_for

RUNNING = ("will_fall", "mid_year")  # lists that compare the running year with the closed one
COLUMNS = ("household_id", "list_key", "year", "persons", "before", "now", "fall", "largest", "largest_fall")
STORE = """INSERT INTO income_list_line (area_code, {columns}, able, backed, found_on, reason, measure, responsible, result)
SELECT h.area_code, {from_i}, (SELECT bool_or(y.data->>'skill' = ANY (%(able)s)) FROM registry_year_sheet y WHERE y.household_id = h.id
    AND y.person_id IS NOT NULL AND y.retracted_at IS NULL AND y.year = %(year)s),
    EXISTS (SELECT 1 FROM registry_status_spell s WHERE s.household_id = h.id AND s.kind IN ('allowance', 'destitute', 'backed')
    AND s.until IS NULL AND s.retracted_at IS NULL), %(today)s, '', '', '', ''
FROM {name} i JOIN registry_household h ON h.id = i.household_id
ON CONFLICT (household_id, list_key, year) DO UPDATE SET persons = EXCLUDED.persons, before = EXCLUDED.before, now = EXCLUDED.now, fall = EXCLUDED.fall,
    largest = EXCLUDED.largest, largest_fall = EXCLUDED.largest_fall, able = EXCLUDED.able, left_on = NULL"""
# NOT IN is hashed once; NOT EXISTS is planned as a loop over the fresh table, whose size nobody knows yet.
LEFT = """UPDATE income_list_line l SET left_on = %(today)s WHERE l.year = %(year)s AND l.left_on IS NULL AND l.area_code >= %(lo)s AND l.area_code < %(hi)s
{some} AND (l.household_id, l.list_key) NOT IN (SELECT household_id, list_key FROM {name})"""


def lines_for(area: str, year: int) -> Lines:
    """The figures in force at the end of the income year."""
    book, on = book_for(area[:COUNTY_DIGITS]), income_window(year).end

    def value(name: str) -> int | None:
        found = book.applied(name, area=area[:COUNTY_DIGITS] or "00", as_of=on, income_year=year).value
        return None if found is None or isinstance(found, str) else int(found)

    everyone = words(area[:COUNTY_DIGITS], "income_list_group", on) == "全部"
    return Lines(
        value("lifted_watch"), value("monitoring_line"), value("sharp_fall_pct"), value("spending_jump_pct"), everyone,
        value("income_mid_year_line"),
    )  # fmt: skip


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
    prefix, base, size = ("f_", "", "persons") if key in RUNNING else ("", "0", "persons0")
    own = "f_persons" if key in RUNNING else "persons"
    amounts = [pl.col(f"{prefix}{k}").alias(f"now_{k}") for k in INCOME] + [
        pl.col(f"{k}{base}").alias(f"then_{k}") for k in INCOME
    ]
    sums = (net(suffix=base).alias("before"), net(prefix).alias("now"))
    told = found.select("hid", pl.col(own).alias("n"), pl.col(size).alias("n0"), *sums, *amounts)
    rows = []
    for r in told.iter_rows(named=True):
        known = r["before"] is not None and r["now"] is not None
        most = largest_fall({k: r[f"now_{k}"] for k in INCOME}, {k: r[f"then_{k}"] for k in INCOME}) if known else None
        fall = round(Fraction(r["before"], r["n0"]) * r["n"] - r["now"]) if known and r["n0"] else None
        rows.append((r["hid"], key, year, r["n"] or 0, r["before"], r["now"], fall, *(most or ("", None))))
    return rows


@dataclass(frozen=True)
class Tab:
    """A list with its count and how far the work on it is."""

    key: str
    title: str
    count: int = 0
    without_reason: int = 0
    without_measure: int = 0
    started: int = 0
    done: int = 0
    turned: int = 0


WORK = {
    "count": Count("id"),
    "without_reason": Count("id", filter=Q(reason="")),
    "without_measure": Count("id", filter=Q(measure="")),
    "started": Count("id", filter=~Q(measure="")),
    "done": Count("id", filter=Q(done_on__isnull=False)),
    "turned": Count("id", filter=Q(turned=True)),
}


def on_list(area: str, year: int, key: str = "") -> QuerySet[ListLine]:
    """Lines that stand on the lists of an area and year, or on one of them."""
    lo, hi = my_range(area)
    found = ListLine.objects.filter(year=year, left_on__isnull=True, area_code__gte=lo, area_code__lt=hi)
    return found.filter(list_key=key) if key else found


def tabs(area: str, year: int) -> list[Tab]:
    """All lists of a year: those without reason or measure are counted to be named; 落实率 is started (with a measure) of all."""
    found = {row.pop("list_key"): row for row in on_list(area, year).values("list_key").annotate(**WORK)}
    return [Tab(key, title, **found.get(key, {})) for key, title in LISTS.items()]


def work_below(area: str, year: int, key: str, digits: int) -> dict[str, Tab]:
    """How far the work on a list is, by the areas below."""
    lines = on_list(area, year, key).annotate(place=Substr("area_code", 1, digits))
    return {row.pop("place"): Tab(key, LISTS[key], **row) for row in lines.values("place").annotate(**WORK)}


def reasons(area: str, year: int, key: str) -> list[tuple[str, int]]:
    """Households of a list by reason, the most frequent first; a blank reason is none yet."""
    found = on_list(area, year, key).values_list("reason").annotate(n=Count("id"))
    return sorted(found, key=lambda r: (-r[1], r[0]))


def boards(area: str, year: int, digits: int) -> pl.DataFrame:
    """By the areas below: households, persons, kinds, lists."""
    return rolled(assessed(area, year), digits)


def rolled(frame: pl.DataFrame, digits: int) -> pl.DataFrame:
    """The same from a frame that is there already; households whose income is not known are left out."""
    keys = [k for k in LISTS if k in frame.columns]
    found: pl.DataFrame = roll_up(frame.filter(pl.col("wage").is_not_null()), digits, keys)
    return found


def bands(area: str, year: int, frame: pl.DataFrame) -> dict[str, int]:
    """Households below the low line by band."""
    text = words(area[:COUNTY_DIGITS], "income_bands", income_window(year).end)
    lines = [int(part) * 100 for part in text.split("、") if part]
    names = [band_of(line - 1, 1, lines) for line in lines]
    counts = dict.fromkeys(names, 0)
    for amount, persons in frame.filter(pl.col("below")).select(net(), "persons").iter_rows():
        band = band_of(amount, persons, lines)
        counts[band] = counts.get(band, 0) + 1
    return {band: n for band, n in counts.items() if n}


@dataclass(frozen=True)
class Growth:
    """Growth of per-head income: of all that are known each year, of those known in both (the constant group), and of those
    of the latter with as many persons as before; each with its households."""

    all: Fraction | None
    constant: Fraction | None
    same_size: Fraction | None
    households: int
    same_size_households: int


def growth_of(frame: pl.DataFrame) -> Growth:
    """From the frame of a year; unrounded."""
    told = frame.select(net().alias("now"), net(suffix="0").alias("before"), "persons", "persons0")
    this, last = told.drop_nulls(["now", "persons"]), told.drop_nulls(["before", "persons0"])
    both = told.drop_nulls()
    same = both.filter(pl.col("persons") == pl.col("persons0"))
    every = _rate(this["now"].sum(), this["persons"].sum(), last["before"].sum(), last["persons0"].sum())
    return Growth(every, _rate_of(both), _rate_of(same), both.height, same.height)


def _rate_of(both: pl.DataFrame) -> Fraction | None:
    return _rate(both["now"].sum(), both["persons"].sum(), both["before"].sum(), both["persons0"].sum())


def _rate(*sums: Any) -> Fraction | None:
    """From income and persons of this year and of the year before."""
    now, persons, before, persons0 = (int(s) for s in sums)
    return growth(Fraction(now, persons), Fraction(before, persons0)) if persons and persons0 else None


def average_of(area: str, year: int) -> tuple[int, int] | None:
    """Fen a head and households of the group that targets are about: lifted-out and monitored households known in a year."""
    return average_from(homes(area, year).filter(pl.col("lifted") | pl.col("monitored")))


def average_from(group: pl.DataFrame) -> tuple[int, int] | None:
    """The same from the group's frame."""
    known = group.drop_nulls([*INCOME, COST])
    net = int(sum(int(known[k].sum()) for k in INCOME) - known[COST].sum())
    head = per_head(net, int(known["persons"].sum() or 0))
    return None if head is None else (head, known.height)


def changes(frame: pl.DataFrame) -> tuple[dict[tuple[str, str], int], dict[tuple[str, str], int]]:
    """(kind, "") → fen of last year and this of the households known in both: what the waterfall of an area is drawn from."""
    columns = [*INCOME, COST]
    both = frame.drop_nulls([*columns, *(f"{c}0" for c in columns)])
    return {(c, ""): int(both[f"{c}0"].sum()) for c in columns}, {(c, ""): int(both[c].sum()) for c in columns}


def movers(area: str, year: int, kind: str) -> pl.DataFrame:
    """hid area change: households known in both years whose kind of income changed most, falls first: what is behind a bar."""
    sign = -1 if kind == COST else 1
    both = homes(area, year).drop_nulls([kind, f"{kind}0"])
    told = both.select("hid", "area", change=sign * (pl.col(kind) - pl.col(f"{kind}0")))
    return told.filter(pl.col("change") != 0).sort("change", "hid")
