"""Reads filled check sheets back: which lines came back, which are missing, which contradict themselves."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from shouwang.intake.cells import as_date, compact, plain
from shouwang.intake.grid import Grid
from shouwang.intake.reading import read_raw
from shouwang.kernel.errors import FileRefused
from shouwang.reports.checklist.columns import (
    CODE,
    CONFIRMED,
    DAY,
    DEPARTMENT,
    MANNER,
    MANNERS,
    NO_RISK,
    REASON,
    REFERRED,
    RESULT,
    RESULTS,
    UNTRUE,
    VISITORS,
)
from shouwang.reports.checklist.row_codes import is_intact

READ_COLUMNS = (VISITORS, DAY, MANNER, RESULT, REASON, DEPARTMENT, CODE)
HEADER_SEARCHED = 10
PEOPLE_NEEDED = 2
PEOPLE_SEPARATORS = r"[、,，;；/\s]+"
LINE = {
    "file": pl.String,
    "sheet": pl.String,
    "row": pl.Int64,
    "code": pl.String,
    "visitors": pl.String,
    "day_text": pl.String,
    "day": pl.Date,
    "manner": pl.String,
    "result": pl.String,
    "reason": pl.String,
    "department": pl.String,
}


@dataclass(frozen=True)
class Returned:
    """Complete lines; contradictory lines with what is wrong; sent codes that did not come back; refused files."""

    returned: pl.DataFrame
    contradictory: pl.DataFrame
    missing: pl.DataFrame
    refused: tuple[tuple[str, FileRefused], ...]


def read_returned(files: Sequence[Path], sent: pl.DataFrame, as_of: date | None) -> Returned:
    """Compare filled sheets with the codes that were sent (`row_code town village household_no`)."""
    parts, refused = [pl.DataFrame(schema=LINE)], []
    for answer, grids in read_raw(files, {}):
        name = answer.path.name
        if answer.is_refused:
            refused.append((name, FileRefused(answer.refusal, answer.remedy)))
            continue
        with_header = [(grid, line) for grid in grids if (line := _header(grid)) is not None]
        if not with_header:
            refused.append((name, FileRefused("没有一张表带“行码”一栏", "退回由本系统发出的核查清单")))
        parts += [_lines(name, grid, line) for grid, line in with_header]
    lines = pl.concat(parts)
    filled = lines.filter(
        pl.any_horizontal(pl.col("visitors", "day_text", "manner", "result", "reason", "department").is_not_null())
    )
    judged = filled.with_columns(_wrong(filled, set(sent["row_code"].to_list()), as_of).alias("wrong"))
    bad, good = judged.filter(pl.col("wrong") != ""), judged.filter(pl.col("wrong") == "")
    came = pl.concat([good, bad]).select(pl.col("code").alias("row_code")).drop_nulls()
    named = {"left_on": "code", "right_on": "row_code", "how": "left"}
    return Returned(
        good.unique("code", keep="first", maintain_order=True).join(sent, **named).drop("wrong", "day_text"),  # type: ignore[arg-type]
        bad.join(sent, **named),  # type: ignore[arg-type]
        sent.join(came, on="row_code", how="anti"),
        tuple(refused),
    )


def _header(grid: Grid) -> int | None:
    for index in range(min(HEADER_SEARCHED, grid.height)):
        if CODE in [c.strip() for c in grid.line(index)]:
            return index
    return None


def _lines(file: str, grid: Grid, header: int) -> pl.DataFrame:
    titles = ["".join(c.split()) for c in grid.line(header)]
    frame = pl.DataFrame(grid.columns).with_row_index("row", offset=1).slice(header + 1)
    texts = {
        t: plain(pl.col(f"c{titles.index(t)}")) if t in titles else pl.lit(None, dtype=pl.String) for t in READ_COLUMNS
    }
    day = pl.col(f"c{titles.index(DAY)}") if DAY in titles else pl.lit(None, dtype=pl.String)
    code = compact(pl.col(f"c{titles.index(CODE)}"))
    return frame.select(
        pl.lit(file).alias("file"),
        pl.lit(grid.sheet).alias("sheet"),
        pl.col("row").cast(pl.Int64),
        code.alias("code"),
        texts[VISITORS].alias("visitors"),
        texts[DAY].alias("day_text"),
        as_date(day).alias("day"),
        texts[MANNER].alias("manner"),
        texts[RESULT].alias("result"),
        texts[REASON].alias("reason"),
        texts[DEPARTMENT].alias("department"),
    )


def _wrong(lines: pl.DataFrame, sent: set[str], as_of: date | None) -> pl.Series:
    """What is wrong with each line, in words, empty when nothing is."""
    results: dict[str, set[str | None]] = {}
    for code, result in lines.select("code", "result").iter_rows():
        results.setdefault(code, set()).add(result)
    said = []
    for line in lines.iter_rows(named=True):
        faults = [*_code_faults(line["code"], sent), *_line_faults(line, as_of)]
        if len(results[line["code"]]) > 1:
            faults.append("同一行码交回了不同的结论")
        said.append("；".join(faults))
    return pl.Series("wrong", said, dtype=pl.String)


def _code_faults(code: str | None, sent: set[str]) -> list[str]:
    if not code:
        return ["缺行码"]
    if not is_intact(code):
        return [f"行码 {code} 被改动或不完整"]
    return [] if code in sent else [f"行码 {code} 不是本次发出的"]


def _line_faults(line: dict[str, object], as_of: date | None) -> list[str]:
    faults = []
    people = [p for p in re.split(PEOPLE_SEPARATORS, str(line["visitors"] or "")) if p]
    if len(set(people)) < PEOPLE_NEEDED:
        faults.append(f"核查人应为两人，现为：{line['visitors'] or '空'}")
    day = line["day"]
    if not isinstance(day, date):
        faults.append(f"核查日期缺失或无法识别：{line['day_text'] or '空'}")
    elif as_of is not None and day < as_of:
        faults.append(f"核查日期 {day} 早于清单截止日 {as_of}")
    if line["manner"] not in MANNERS:
        faults.append(f"方式应从列表中选：{line['manner'] or '空'}")
    result = line["result"]
    if result not in RESULTS:
        faults.append(f"结论应从列表中选：{result or '空'}")
    if result in (NO_RISK, UNTRUE) and not line["reason"]:
        faults.append(f"结论是“{result}”，没有写理由")
    if result == REFERRED and not line["department"]:
        faults.append("结论是“转办部门”，没有写部门")
    if result == CONFIRMED and line["reason"]:
        faults.append("结论是“属实纳入研判”，却写了不纳入理由")
    if result != REFERRED and line["department"]:
        faults.append(f"写了转办部门，结论却是“{result or '空'}”")
    return faults
