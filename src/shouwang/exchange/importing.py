"""A department's file becomes rows and facts: linked by the standard, in pieces that a killed worker can resume.

Rows are written piece by piece, each in a territory re-read from the requester's post; the same row is never written
twice. Facts appear at the end, all at once, with the counts: until then nothing of the file counts.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl
from django.db import connection

from shouwang.accounts.bulk import MANY, insert_rows, refresh_statistics, take_ids
from shouwang.accounts.secret_fields import digest, hide
from shouwang.accounts.territory import ActiveScope, territory
from shouwang.engine.matching.decisions import LINKED, TO_CONFIRM
from shouwang.engine.matching.explain import ranked_candidates
from shouwang.engine.tables.facts import NOT_FACTS, Accounted, SheetRows, account, age_at_date
from shouwang.exchange.models import Batch, Candidate, Fact, Row
from shouwang.exchange.people import persons_to_link
from shouwang.exchange.remembered import apply_remembered
from shouwang.exchange.subjects import feeds
from shouwang.intake.child import SheetRead
from shouwang.regions.divisions import county
from shouwang.worklist.actions import open_task
from shouwang.worklist.clock import due_by

PIECE = 4000
ROW_COLUMNS = ("id", "area_code", "batch_id", "subject", "kind", "sheet", "row", "status", "first_status", "method", "reject", "written",
               "identity_key", "data", "amount", "person_id", "household_id", "home_area", "recorded_at")  # fmt: skip
CANDIDATE_COLUMNS = ("area_code", "row_id", "person_id", "rank", "because")
AMOUNTS = ("amount", "loss", "total")


@dataclass(frozen=True)
class Prepared:
    """All rows of a file with their ends, and the candidates of those to confirm; written piece by piece."""

    rows: pl.DataFrame
    candidates: pl.DataFrame

    @property
    def pieces(self) -> int:
        return -(-self.rows.height // PIECE)


def prepare(batch: Batch, sheets: tuple[SheetRead, ...], scope: ActiveScope) -> Prepared:
    """Link every row of the file to the register of the requester's area."""
    with territory(scope):
        persons = persons_to_link()
    area = county(batch.area_code[:6])
    name, prefixes = (area.name, [area.province, area.city, area.name]) if area else ("", [])
    typed = [SheetRows(s.kind, 0, n, pl.read_ipc(s.table.read_bytes())) for n, s in enumerate(sheets)]
    accounted = account(typed, persons, name, prefixes)
    ranked = ranked_candidates(accounted.candidates, accounted.identity, persons)
    ends = accounted.rows.select(
        "rid",
        "sheet_no",
        "row",
        "kind",
        "status",
        "pid",
        pl.coalesce("hid", "clear_hid").alias("hid"),
        "method",
        "reject",
        "raw",
    )
    rows = ends.join(
        accounted.identity.select("rid", "name", "id_text", "id_norm", "dob", "place"), on="rid", how="left"
    )
    rows = rows.join(persons.select("pid", "area"), on="pid", how="left").join(_data(accounted), on="rid", how="left")
    return Prepared(rows.sort("rid"), ranked.sort("rid", "rank"))


def _data(accounted: Accounted) -> pl.DataFrame:
    """rid, data (JSON of the fields that rules read, no identity), amount."""
    parts = []
    for kind, rows in accounted.by_kind.items():
        names = [f.name for f in feeds()[kind].fields if f.type not in NOT_FACTS]
        amount = next((n for n in AMOUNTS if n in names and rows.schema[n] == pl.Int64), None)
        parts.append(
            rows.select(
                "rid",
                pl.struct(*names, age_at_date(names)).struct.json_encode().alias("data"),
                (pl.col(amount) if amount else pl.lit(None, dtype=pl.Int64)).alias("amount"),
            )
        )
    return pl.concat(parts) if parts else pl.DataFrame(schema={"rid": pl.Int64, "data": pl.String, "amount": pl.Int64})


def write_piece(batch: Batch, prepared: Prepared, number: int, at: datetime) -> int:
    """Rows `number`·PIECE and on, with their candidates, in the open territory. Rows that are there are left alone."""
    piece = prepared.rows.slice(number * PIECE, PIECE)
    there = set(Row.objects.filter(batch_id=batch.pk, sheet__in=piece["sheet_no"].unique().to_list()).filter(
        row__gte=piece["row"].min(), row__lte=piece["row"].max()).values_list("sheet", "row"))  # fmt: skip
    fresh = [r for r in piece.iter_rows(named=True) if (r["sheet_no"], r["row"]) not in there]
    ids = take_ids(Row, len(fresh))
    insert_rows(Row, ROW_COLUMNS, _row_lines(batch, fresh, ids, at))
    number_of = {r["rid"]: n for r, n in zip(fresh, ids, strict=True) if r["status"] == TO_CONFIRM}
    waiting = prepared.candidates.filter(pl.col("rid").is_in(list(number_of)))
    insert_rows(
        Candidate,
        CANDIDATE_COLUMNS,
        (
            (batch.area_code, number_of[rid], pid, rank, because)
            for rid, pid, rank, because in waiting.select("rid", "pid", "rank", "because").iter_rows()
        ),
    )
    return len(fresh)


def _row_lines(batch: Batch, rows: list[dict[str, Any]], ids: list[int], at: datetime) -> Iterator[tuple[Any, ...]]:
    table = Row._meta.db_table
    for r, n in zip(rows, ids, strict=True):
        dob = r["dob"].isoformat() if r["dob"] else ""
        written = {
            "raw": r["raw"] or "",
            "name": r["name"] or "",
            "id": r["id_text"] or "",
            "dob": dob,
            "place": (r["place"] or "").split("\x1f"),
        }
        key = digest("row", "\x1f".join([r["name"] or "", r["id_norm"] or r["id_text"] or "", dob, r["place"] or ""]))
        yield (
            n, batch.area_code, batch.pk, batch.subject, r["kind"], r["sheet_no"], r["row"], r["status"], r["status"], r["method"] or "",
            r["reject"] or "", hide(table, "written", n, json.dumps(written, ensure_ascii=False)), key, r["data"] or "{}", r["amount"],
            r["pid"], r["hid"], r["area"] or "", at,
        )  # fmt: skip


FACTS = """
INSERT INTO exchange_fact (area_code, row_id, batch_id, subject, kind, person_id, household_id, data, event_date, amount, sheet, row, method, recorded_at)
SELECT h.area_code, r.id, r.batch_id, r.subject, r.kind, r.person_id, h.id, r.data, (r.data ->> 'date')::date, r.amount, r.sheet, r.row, r.method, %s
FROM exchange_row r JOIN registry_person p ON p.id = r.person_id JOIN registry_household h ON h.id = p.household_id
WHERE r.batch_id = %s AND r.status = 'linked' AND NOT EXISTS (SELECT 1 FROM exchange_fact f WHERE f.row_id = r.id)
"""
COUNTS = "SELECT status, count(*) FROM exchange_row WHERE batch_id = %s GROUP BY status"


def finish(batch: Batch, rows_in: int, at: datetime) -> dict[str, Any]:
    """Apply remembered decisions, let the facts appear, store the counts. Raises AssertionError when a row is lost."""
    with connection.cursor() as cursor:
        cursor.execute(FACTS, [at, batch.pk])
        many = cursor.rowcount >= MANY
    if many:
        refresh_statistics(Fact)
    apply_remembered(batch, at)
    counts = count_rows(batch.pk)
    if sum(counts.values()) != rows_in:
        raise AssertionError(f"batch {batch.pk}: {rows_in} rows read, {counts} accounted for")
    Batch.objects.filter(pk=batch.pk).update(
        state="done", finished_at=at, step="", done_rows=rows_in, rows_in=rows_in, **counts
    )
    if counts[TO_CONFIRM]:
        today = at.date()
        title = f"核对“{batch.file_name}”"
        area = batch.area_code
        due = due_by("review", today)
        open_task("review", batch.pk, area, "exchange.review", batch.subject, title, today, due, counts[TO_CONFIRM])
    return counts


def count_rows(batch_id: int) -> dict[str, Any]:
    """How many rows ended in which way."""
    counts = dict.fromkeys((LINKED, TO_CONFIRM, "unmatched", "rejected"), 0)
    with connection.cursor() as cursor:
        cursor.execute(COUNTS, [batch_id])
        counts |= dict(cursor.fetchall())
    return counts
