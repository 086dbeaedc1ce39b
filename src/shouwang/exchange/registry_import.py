"""The national export or a roster: first what would change, then, once somebody said so, the writing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import polars as pl

from shouwang.accounts.scope import area_range
from shouwang.exchange.models import Batch
from shouwang.exchange.subjects import ROSTER
from shouwang.intake.child import SheetRead
from shouwang.kernel.areas import COUNTY_DIGITS
from shouwang.kernel.errors import UserError
from shouwang.registry.apply import apply
from shouwang.registry.compare import compare
from shouwang.registry.incoming import Incoming, from_national, from_roster

ORIGINS = {True: "roster", False: "national"}
Files = Sequence[tuple[Batch, tuple[SheetRead, ...]]]


def incoming_of(files: Files) -> tuple[Incoming, dict[int, dict[str, int]]]:
    """The households and persons of files that belong together, and per batch the count of its rows by end.

    Raises UserError for another county's file or an incomplete set.
    """
    rows: dict[str, list[pl.DataFrame]] = {}
    ends: dict[int, dict[str, int]] = {}
    place = 0
    for batch, sheets in files:
        ends[batch.pk] = {"linked": 0, "rejected": 0}
        for sheet in sheets:
            frame = _accepted(batch, sheet).with_columns(pl.lit(place, dtype=pl.Int64).alias("sheet_no"))
            good = frame.filter(pl.col("reject").is_null())
            ends[batch.pk]["linked"] += good.height
            ends[batch.pk]["rejected"] += frame.height - good.height
            rows.setdefault(sheet.kind, []).append(good)
            place += 1
    return _incoming(files[0][0], {kind: pl.concat(parts, how="diagonal") for kind, parts in rows.items()}), ends


def _accepted(batch: Batch, sheet: SheetRead) -> pl.DataFrame:
    """Typed rows with `reject` where a row names nobody; the year from the period where no column has it."""
    frame = pl.read_ipc(sheet.table.read_bytes())
    key = "person_no" if sheet.kind == "registry_person" else "household_no"
    nobody = pl.col("reject").is_null() & pl.col(key).is_null()
    frame = frame.with_columns(pl.when(nobody).then(pl.lit("no_identity")).otherwise("reject").alias("reject"))
    if "year" in frame.columns and batch.period_start:
        frame = frame.with_columns(pl.col("year").fill_null(batch.period_start.year))
    return frame


def _incoming(batch: Batch, frames: dict[str, pl.DataFrame]) -> Incoming:
    for frame in frames.values():
        _same_county(batch, frame)
    if ROSTER in frames:
        return from_roster(frames[ROSTER], batch.area_code)
    if set(frames) != {"registry_household", "registry_person"}:
        raise UserError("登记导出要有户信息和人信息两类工作表", "户信息和人信息都上传并确认后，再合并导入")
    return from_national(frames["registry_household"], frames["registry_person"], batch.area_code)


def _same_county(batch: Batch, frame: pl.DataFrame) -> None:
    numbers = frame["household_no"].drop_nulls()
    if numbers.is_empty():
        raise UserError("没有一行写有户编号", "核对是否发错了文件")
    code = str(numbers.str.slice(0, COUNTY_DIGITS).value_counts(sort=True)["household_no"][0])
    mine = batch.area_code[:COUNTY_DIGITS]
    if code.isdigit() and code != mine:
        raise UserError(f"户编号以 {code} 开头，不是本县（{mine}）的文件", "核对是否发错了文件；没有写入任何内容")


def differences(files: Files) -> dict[str, Any]:
    """What the import would change, for the page."""
    incoming, ends = incoming_of(files)
    found = compare(incoming, *area_range(files[0][0].area_code))
    unplaced = [[town, village, n] for town, village, n in incoming.unplaced.head(50).iter_rows()]
    return {
        **found.report(),
        "unplaced": unplaced,
        "year": incoming.year,
        "rejected": sum(e["rejected"] for e in ends.values()),
    }


def write(
    files: Files, at: datetime, told: Callable[[str, int], None]
) -> tuple[dict[str, Any], dict[int, dict[str, int]]]:
    """Write it, in one transaction. Gives counts of what was written, and per batch its rows by end."""
    incoming, ends = incoming_of(files)
    lead, sheets = files[0]
    found = compare(incoming, *area_range(lead.area_code))
    origin = ORIGINS[any(s.kind == ROSTER for s in sheets)]
    return apply(incoming, found, lead.pk, origin, at.date(), at, told), ends
