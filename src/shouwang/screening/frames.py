"""What rules read, out of the database: the register's yearly sheets and the facts, as known at a moment.

Households and persons keep the numbers of the database (`hid`, `pid`), rows keep the number of the delivered row
(`rid`). Identity numbers never come along: a keyed digest stands for them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import polars as pl
from django.db import connection

from shouwang.engine.tables.facts import NOT_FACTS, TYPES
from shouwang.engine.tables.registry import HOUSEHOLD_FIELDS, PERSON_FIELDS, RegistryTables, registry_tables
from shouwang.exchange.subjects import ROSTER, feeds
from shouwang.intake.feed import Feed
from shouwang.kernel.dates import income_year
from shouwang.kernel.errors import UserError

TERM_KIND = "edu_roll"
KNOWN = "{t}.recorded_at <= %(at)s AND ({t}.retracted_at IS NULL OR {t}.retracted_at > %(at)s)"
HOMES = "SELECT id, number, town, village, head_name FROM registry_household h WHERE dissolved_on IS NULL"
HOME_SHAPE = {
    "db_hid": pl.Int64,
    "household_no": pl.String,
    "town": pl.String,
    "village": pl.String,
    "head_name": pl.String,
}
PEOPLE = """SELECT id, number, name, encode(identity_digest, 'hex'), identity_kind, identity_ok, encode(phone_digest, 'hex')
FROM registry_person p WHERE true"""
PERSON_SHAPE = {
    "db_pid": pl.Int64,
    "person_no": pl.String,
    "name": pl.String,
    "id_norm": pl.String,
    "id_kind": pl.String,
    "id_check_ok": pl.Boolean,
    "phone": pl.String,
}
SHEETS = f"""SELECT household_id, person_id, year, data::text, batch_id, sheet, row FROM registry_year_sheet s
WHERE {KNOWN.format(t="s")}"""
SHEET_SHAPE = {
    "db_hid": pl.Int64,
    "db_pid": pl.Int64,
    "year": pl.Int64,
    "data": pl.String,
    "file_no": pl.Int64,
    "sheet_no": pl.Int64,
    "row": pl.Int64,
}
FACTS = f"""SELECT f.row_id, f.kind, f.person_id, f.household_id, f.batch_id, f.data::text FROM exchange_fact f WHERE {KNOWN.format(t="f")}"""
FACT_SHAPE = {
    "rid": pl.Int64,
    "kind": pl.String,
    "pid": pl.Int64,
    "hid": pl.Int64,
    "batch": pl.Int64,
    "data": pl.String,
}
WAITING = """SELECT r.id, r.kind, c.person_id, p.household_id, r.batch_id, r.data::text FROM exchange_row r JOIN exchange_candidate c ON c.row_id = r.id
JOIN registry_person p ON p.id = c.person_id JOIN exchange_batch b ON b.id = r.batch_id
WHERE r.first_status = 'to_confirm' AND b.finished_at <= %(at)s AND (b.retracted_at IS NULL OR b.retracted_at > %(at)s)
AND NOT EXISTS (SELECT 1 FROM exchange_decision d WHERE d.row_id = r.id AND d.decided_at <= %(at)s AND (d.revoked_at IS NULL OR d.revoked_at > %(at)s))"""
ENDED = """SELECT r.id, r.kind, r.household_id, r.batch_id, r.data::text, r.status FROM exchange_row r JOIN exchange_batch b ON b.id = r.batch_id
WHERE b.finished_at <= %(at)s AND (b.retracted_at IS NULL OR b.retracted_at > %(at)s)
AND (r.first_status = 'unmatched' OR (r.first_status = 'rejected' AND r.household_id IS NOT NULL))"""
ENDED_SHAPE = {
    "rid": pl.Int64,
    "kind": pl.String,
    "hid": pl.Int64,
    "batch": pl.Int64,
    "data": pl.String,
    "status": pl.String,
}
DELIVERED = """SELECT id, kind, period_start, period_end FROM exchange_batch WHERE state IN ('done', 'undone') AND finished_at <= %(at)s
AND (retracted_at IS NULL OR retracted_at > %(at)s) AND subject <> 'registry'"""
DELIVERED_SHAPE = {"batch": pl.Int64, "kind": pl.String, "start": pl.Date, "end": pl.Date}


@dataclass(frozen=True)
class Known:
    """All that was known at a moment, ready for the rules; `year` is the income year used."""

    registry: RegistryTables
    frames: Mapping[str, pl.DataFrame]
    kinds: frozenset[str]
    year: int
    batches: tuple[int, ...]
    notes: tuple[str, ...] = ()


def known_at(as_of: date, at: datetime, hids: Sequence[int] | None = None) -> Known:
    """Frames of the open territory, or of some of its households. Raises UserError when there is no yearly sheet."""
    registry, year, notes = _registry(as_of, at, hids)
    delivered = _query(DELIVERED, {"at": at}, DELIVERED_SHAPE)
    usable = _usable_batches(delivered, as_of)
    kinds = frozenset(usable["kind"].unique().to_list())
    facts = _of(_query(FACTS + _only("f.household_id", hids), _params(at, hids), FACT_SHAPE), usable)
    waiting = _of(_query(WAITING + _only("p.household_id", hids), _params(at, hids), FACT_SHAPE), usable)
    ended = _of(_query(ENDED, {"at": at}, ENDED_SHAPE), usable) if hids is None else pl.DataFrame(schema=ENDED_SHAPE)
    if hids is not None:
        ended = _of(_query(ENDED + " AND r.household_id = ANY(%(hids)s)", _params(at, hids), ENDED_SHAPE), usable)
    known = registry.persons.select("pid")
    frames = {"households": registry.households, "persons": registry.persons}
    for kind, feed in feeds().items():
        if feed.is_registry or kind == ROSTER:
            continue
        frames |= _kind(feed, facts, waiting.join(known, on="pid", how="semi"), ended)
    return Known(registry, frames, kinds, year, tuple(usable["batch"].to_list()), notes)


def _registry(as_of: date, at: datetime, hids: Sequence[int] | None) -> tuple[RegistryTables, int, tuple[str, ...]]:
    sheets = _query(SHEETS + _only("s.household_id", hids), _params(at, hids), SHEET_SHAPE)
    households = _query(HOMES + _only("h.id", hids), _params(at, hids), HOME_SHAPE)
    people_now = _query(PEOPLE + _only("p.household_id", hids), _params(at, hids), PERSON_SHAPE)
    rows = sheets.join(households, on="db_hid", how="inner")  # joined here: each table passes row security once
    homes = _typed(
        rows.filter(pl.col("db_pid").is_null()).with_columns(pl.lit(None, dtype=pl.String).alias("phone")),
        feeds()["registry_household"],
    )
    people = _typed(
        rows.filter(pl.col("db_pid").is_not_null()).join(people_now, on="db_pid", how="inner"),
        feeds()["registry_person"],
    )
    wanted = income_year(as_of)
    years = sorted(y for y in set(homes["year"].to_list()) if y <= wanted)
    if not years:
        raise UserError(f"没有 {wanted} 年度的登记数据", "先导入全国系统的登记导出")
    notes = () if years[-1] == wanted else (f"没有 {wanted} 年度的登记表，按 {years[-1]} 年度计算",)
    people = people.with_columns(pl.col("id_norm").alias("id_text"), pl.lit(None, dtype=pl.Date).alias("id_birth"))
    tables = registry_tables(homes.select(*HOUSEHOLD_FIELDS), people.select(*PERSON_FIELDS), years[-1], as_of)
    return _with_database_numbers(tables, homes, people), years[-1], notes


def _with_database_numbers(tables: RegistryTables, homes: pl.DataFrame, people: pl.DataFrame) -> RegistryTables:
    hids = pl.concat([homes.select("household_no", "db_hid"), people.select("household_no", "db_hid")]).unique(
        "household_no"
    )
    pids = people.select("person_no", "db_pid").unique("person_no")
    households = tables.households.drop("hid").join(hids, on="household_no", how="left").rename({"db_hid": "hid"})
    persons = (
        tables.persons.drop("hid", "pid")
        .join(hids, on="household_no", how="left")
        .join(pids, on="person_no", how="left")
    )
    return RegistryTables(households, persons.rename({"db_hid": "hid", "db_pid": "pid"}), tables.year)


def _typed(rows: pl.DataFrame, feed: Feed) -> pl.DataFrame:
    """The JSON of the rows as typed columns, for all fields of the feed that are not columns already."""
    names = [f.name for f in feed.fields if f.name not in rows.columns and f.type not in ("id", "name", "serial")]
    return _unpacked(rows, {n: TYPES.get(feed.field(n).type, pl.String()) for n in names})


def _unpacked(rows: pl.DataFrame, shape: Mapping[str, pl.DataType]) -> pl.DataFrame:
    read = pl.Struct({n: pl.String() if t == pl.Date else t for n, t in shape.items()})
    whole = rows.with_columns(pl.col("data").str.json_decode(read).alias("_"))
    columns = [
        pl.col("_").struct.field(n).str.to_date("%Y-%m-%d").alias(n)
        if t == pl.Date
        else pl.col("_").struct.field(n).alias(n)
        for n, t in shape.items()
    ]
    return whole.with_columns(columns).drop("_", "data")


def _usable_batches(delivered: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """All deliveries, but of the school rolls only the one of the current term."""
    term = (pl.col("start") <= as_of) & (pl.col("end") >= as_of)
    return delivered.filter((pl.col("kind") != TERM_KIND) | term.fill_null(False))


def _of(rows: pl.DataFrame, batches: pl.DataFrame) -> pl.DataFrame:
    """Rows of usable deliveries; the same row delivered again in another file counts once."""
    mine = rows.join(batches.select("batch"), on="batch", how="semi")
    if "pid" not in mine.columns:
        return mine
    first = pl.col("batch").min().over("kind", "pid", "data")
    return mine.sort("rid").filter(pl.col("batch") == first)


def _kind(feed: Feed, facts: pl.DataFrame, waiting: pl.DataFrame, ended: pl.DataFrame) -> dict[str, pl.DataFrame]:
    shape: dict[str, Any] = {
        f.name: TYPES.get(f.type, pl.String()) for f in feed.fields if f.type not in NOT_FACTS and f.name != "dob"
    }
    mine = pl.col("kind") == feed.kind
    gone = _unpacked(ended.filter(mine & (pl.col("status") == "unmatched")), {**shape, "age_at_date": pl.Int64()})
    return {
        f"linked:{feed.kind}": _unpacked(facts.filter(mine), shape).select("rid", "pid", "hid", *shape),
        f"to_confirm:{feed.kind}": _unpacked(waiting.filter(mine), shape).select("rid", "pid", *shape),
        f"unmatched:{feed.kind}": gone.select("rid", *shape, "age_at_date"),
        f"rejected:{feed.kind}": ended.filter(mine & (pl.col("status") == "rejected")).select("hid").unique(),
    }


def _only(column: str, hids: Sequence[int] | None) -> str:
    return "" if hids is None else f" AND {column} = ANY(%(hids)s)"


def _params(at: datetime, hids: Sequence[int] | None) -> dict[str, Any]:
    return {"at": at} if hids is None else {"at": at, "hids": list(hids)}


def _query(sql: str, params: dict[str, Any], shape: Mapping[str, Any]) -> pl.DataFrame:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return pl.DataFrame(cursor.fetchall(), schema=dict(shape), orient="row")
