"""Department rows become facts: one status a row, and per kind the tables that rules read.

Tables by kind: `linked` (rid pid hid and the fields), `to_confirm` (one line per candidate), `unmatched`,
and the households whose row was clear but unreadable (`rejected_hids`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from shouwang.engine.matching.decisions import LINKED, TO_CONFIRM, UNMATCHED
from shouwang.engine.matching.index import person_index
from shouwang.engine.matching.places import written_places
from shouwang.engine.matching.standard import ROW_COLUMNS, Links, link
from shouwang.intake.feed import Feed

REJECTED = "rejected"
IDENTITY = (
    "rid",
    "name",
    "id_text",
    "id_norm",
    "id_kind",
    "id15",
    "id_birth",
    "dob",
    "town",
    "village",
    "addr",
    "county",
)
PLACE_OF_ROW = ("file_no", "sheet_no", "row")
BIRTH = "dob"
NOT_FACTS = ("serial", "id", "name", "address", "county")
TYPES: dict[str, pl.DataType] = {
    "date": pl.Date(),
    "month": pl.Date(),
    "school_year": pl.Int64(),
    "money": pl.Int64(),
    "level": pl.Int64(),
    "count": pl.Int64(),
    "yes_no": pl.Boolean(),
}


@dataclass(frozen=True)
class SheetRows:
    """The typed rows of one department sheet, with its kind and number."""

    kind: str
    file_no: int
    sheet_no: int
    rows: pl.DataFrame


@dataclass(frozen=True)
class Accounted:
    """Every department row with its end, and the same rows by kind with their fields.

    `rows`: rid file_no sheet_no row kind status pid hid method reject raw. `links.candidates`: rid pid.
    """

    rows: pl.DataFrame
    candidates: pl.DataFrame
    by_kind: Mapping[str, pl.DataFrame]
    identity: pl.DataFrame


def account(sheets: Sequence[SheetRows], persons: pl.DataFrame, county: str, prefixes: list[str]) -> Accounted:
    """Link every row of every sheet; each ends as linked, to confirm, unmatched or rejected."""
    numbered: list[pl.DataFrame] = []
    first = 0
    for sheet in sheets:
        rows = sheet.rows.with_columns(
            pl.int_range(first, first + sheet.rows.height, dtype=pl.Int64).alias("rid"),
            pl.lit(sheet.kind).alias("kind"),
            pl.lit(sheet.file_no, dtype=pl.Int64).alias("file_no"),
            pl.lit(sheet.sheet_no, dtype=pl.Int64).alias("sheet_no"),
        )
        numbered.append(rows)
        first += rows.height
    identity = _identity(numbered, persons, prefixes)
    links = link(identity.filter(pl.col("reject").is_null()).select(ROW_COLUMNS), person_index(persons))
    by_kind: dict[str, list[pl.DataFrame]] = {}
    for sheet, rows in zip(sheets, numbered, strict=True):
        by_kind.setdefault(sheet.kind, []).append(rows)
    frames = {kind: pl.concat(rows, how="diagonal") for kind, rows in by_kind.items()}
    return Accounted(_ends(identity, links, persons, county), links.candidates, frames, identity)


def _identity(numbered: list[pl.DataFrame], persons: pl.DataFrame, prefixes: list[str]) -> pl.DataFrame:
    columns = [*IDENTITY, "kind", *PLACE_OF_ROW, "reject", "bad", "raw"]
    schema = (
        dict.fromkeys(columns, pl.String)
        | dict.fromkeys(("rid", *PLACE_OF_ROW), pl.Int64)
        | {"id_birth": pl.Date, "dob": pl.Date}
    )
    rows = pl.concat([pl.DataFrame(schema=schema), *[r.select(columns) for r in numbered]])
    known = persons.select("town", "village", "place").drop_nulls().unique()
    return rows.join(written_places(rows, known, prefixes), on="rid", how="left")


def _ends(identity: pl.DataFrame, links: Links, persons: pl.DataFrame, county: str) -> pl.DataFrame:
    named = pl.col("county")
    elsewhere = named.is_not_null() & ~named.str.contains(county, literal=True) if county else pl.lit(False)
    is_unmatched = pl.col("status") == UNMATCHED
    reject = (
        pl.when(pl.col("reject").is_not_null())
        .then("reject")
        .when(elsewhere & is_unmatched)
        .then(pl.lit("other_county"))
        .otherwise("bad")
    )
    return (
        identity.join(links.outcomes, on="rid", how="left")
        .join(persons.select("pid", "hid"), on="pid", how="left")
        .with_columns(reject.alias("reject"))
        .with_columns(
            pl.when(pl.col("status") == LINKED).then("hid").alias("clear_hid"),
            pl.when(pl.col("reject").is_not_null()).then(pl.lit(REJECTED)).otherwise("status").alias("status"),
        )
        .with_columns(pl.when(pl.col("status") == LINKED).then(c).alias(c) for c in ("pid", "hid"))
        .select("rid", *PLACE_OF_ROW, "kind", "status", "pid", "hid", "method", "reject", "clear_hid", "raw", "place")
        .sort("rid")
    )


def fact_frames(
    accounted: Accounted, feeds: Mapping[str, Feed], kinds: Mapping[str, Sequence[int] | None]
) -> dict[str, pl.DataFrame]:
    """`linked:K`, `to_confirm:K`, `unmatched:K` and `rejected:K` for every department kind.

    `kinds` gives, for the kinds to be used by rules, the file numbers (None: all); other kinds are empty.
    """
    frames: dict[str, pl.DataFrame] = {}
    ends = accounted.rows.select("rid", "status", "pid", "hid", "clear_hid")
    people = accounted.rows.select("rid", "status").filter(pl.col("status") == TO_CONFIRM).select("rid")
    waiting = accounted.candidates.join(people, on="rid", how="semi")
    for kind, feed in feeds.items():
        if feed.is_registry:
            continue
        names = [f.name for f in feed.fields if f.type not in NOT_FACTS and f.name != BIRTH]
        shape = {n: TYPES.get(feed.field(n).type, pl.String()) for n in names}
        rows = _usable(accounted, kind, kinds, shape)
        with_end = rows.join(ends, on="rid", how="inner")
        frames[f"linked:{kind}"] = with_end.filter(pl.col("status") == LINKED).select("rid", "pid", "hid", *names)
        frames[f"to_confirm:{kind}"] = rows.join(waiting, on="rid", how="inner").select("rid", "pid", *names)
        frames[f"unmatched:{kind}"] = with_end.filter(pl.col("status") == UNMATCHED).select(
            "rid", *names, age_at_date(names)
        )
        is_clear = (pl.col("status") == REJECTED) & pl.col("clear_hid").is_not_null()
        frames[f"rejected:{kind}"] = with_end.filter(is_clear).select(pl.col("clear_hid").alias("hid")).unique()
    return frames


def age_at_date(names: Sequence[str]) -> pl.Expr:
    """Completed years on the row's own date by the row's own birth date; null where either is missing."""
    if "date" not in names:
        return pl.lit(None, dtype=pl.Int64).alias("age_at_date")
    birth, day = pl.col("dob"), pl.col("date")
    not_yet = (day.dt.month().cast(pl.Int32) * 100 + day.dt.day()) < (
        birth.dt.month().cast(pl.Int32) * 100 + birth.dt.day()
    )
    return (day.dt.year() - birth.dt.year() - not_yet.cast(pl.Int32)).cast(pl.Int64).alias("age_at_date")


def _usable(
    accounted: Accounted, kind: str, kinds: Mapping[str, Sequence[int] | None], shape: Mapping[str, pl.DataType]
) -> pl.DataFrame:
    empty = pl.DataFrame(schema={"rid": pl.Int64, "dob": pl.Date, **shape})
    if kind not in kinds or kind not in accounted.by_kind:
        return empty
    rows, files = accounted.by_kind[kind], kinds[kind]
    if files is not None:
        rows = rows.filter(pl.col("file_no").is_in(list(files)))
    return rows.select("rid", "dob", *[pl.col(n).cast(t) for n, t in shape.items()])
