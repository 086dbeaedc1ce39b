"""Any sheet comes back unchanged, with what the register knows of each row's person beside it."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import polars as pl
from openpyxl.cell.cell import Cell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from shouwang.engine.matching.decisions import LINKED, TO_CONFIRM, UNMATCHED
from shouwang.engine.matching.explain import SENTENCES, ranked_candidates
from shouwang.engine.matching.index import person_index
from shouwang.engine.matching.places import written_places
from shouwang.engine.matching.standard import link
from shouwang.engine.tables.registry import RegistryTables
from shouwang.intake.any_sheet import WhoColumns, find_who, who_rows
from shouwang.intake.cells import CELL_BLANKS
from shouwang.intake.grid import Grid, decoded_text
from shouwang.kernel.errors import FileRefused

ADDED = ("户编号", "村", "户类型", "监测类别", "是否消除", "核对说明")
WIDTHS = (20, 14, 10, 14, 9, 60)
SHOWN_CANDIDATES = 3
NOBODY = "本行没有姓名和证件号码"


@dataclass(frozen=True)
class MatchedSheet:
    """What is added to one sheet: header line and, by line from 0, six texts; and how the lines ended."""

    sheet: str
    header_line: int
    added: dict[int, tuple[str, ...]]
    counts: dict[str, int]


def match_grid(grid: Grid, registry: RegistryTables, prefixes: list[str]) -> MatchedSheet | None:
    """Match one sheet; None when it names nobody."""
    who = find_who(grid)
    if who is None:
        return None
    rows = who_rows(grid, who)
    known = registry.persons.select("town", "village", "place").drop_nulls().unique()
    rows = rows.join(written_places(rows, known, prefixes), on="rid", how="left")
    named = rows.filter(pl.col("name").is_not_null() | (pl.col("id_kind") != "missing"))
    links = link(named, person_index(registry.persons))
    told = _told(links.outcomes, links.candidates, named, registry)
    added = {line: tuple(texts) for line, *texts in told.iter_rows()}
    blank = ("", "", "", "", "", NOBODY)
    written = _written_lines(grid, who)
    added |= {line: blank for line in written if line not in added}
    counts = dict(links.outcomes.group_by("status").len().iter_rows())
    ends = {status: counts.get(status, 0) for status in (LINKED, TO_CONFIRM, UNMATCHED)}
    return MatchedSheet(grid.sheet, who.line, added, {**ends, "nobody": len(written) - named.height})


def _written_lines(grid: Grid, who: WhoColumns) -> list[int]:
    """Lines below the header with anything in them."""
    frame = pl.DataFrame(grid.columns).with_row_index("line").slice(who.line + 1)
    text = pl.concat_str(pl.all().exclude("line"), separator="").str.strip_chars(CELL_BLANKS)
    return frame.filter(text != "")["line"].to_list()


def _told(
    outcomes: pl.DataFrame, candidates: pl.DataFrame, rows: pl.DataFrame, registry: RegistryTables
) -> pl.DataFrame:
    persons = registry.persons.select("pid", "hid", "person_no", "name", "village", "household_no")
    homes = registry.households.select("hid", "household_type", "monitored_kind", "in_monitoring", "eliminated")
    gone = pl.when("eliminated").then(pl.lit("是")).when("in_monitoring").then(pl.lit("否"))
    best = (
        ranked_candidates(candidates, rows, registry.persons)
        .filter(pl.col("rank") <= SHOWN_CANDIDATES)
        .join(persons, on="pid", how="left")
    )
    shown = pl.concat_str(
        pl.col("name"),
        pl.lit("（"),
        pl.col("village").fill_null(""),
        pl.lit("，户编号"),
        pl.col("household_no"),
        pl.lit("："),
        pl.col("because"),
        pl.lit("）"),
    )
    listed = best.sort("rid", "rank").group_by("rid", maintain_order=True).agg(shown.str.join("；").alias("maybe"))
    why = pl.col("method").replace_strict(SENTENCES, default="", return_dtype=pl.String)
    explained = (
        pl.when(pl.col("maybe").is_not_null() & (pl.col("status") == TO_CONFIRM))
        .then(pl.concat_str(pl.lit("待确认："), why, pl.lit("。可能是："), "maybe"))
        .when(pl.col("status") == LINKED)
        .then(pl.concat_str(pl.lit("比中："), why))
        .otherwise(pl.concat_str(pl.lit("未比中："), why))
    )
    return (
        outcomes.join(persons.drop("name"), on="pid", how="left")
        .join(homes, on="hid", how="left")
        .join(listed, on="rid", how="left")
        .select(
            "rid",
            *[pl.col(c).fill_null("") for c in ("household_no", "village", "household_type", "monitored_kind")],
            gone.fill_null("").alias("gone"),
            explained.alias("why"),
        )
    )


def write_matched(source: Path, target: Path, sheets: Sequence[MatchedSheet | None], grids: Sequence[Grid]) -> None:
    """Write the sheet back with the added columns behind its last one; `.xls` comes back as `.xlsx`."""
    if source.suffix.lower() in (".xlsx", ".xlsm"):
        _into_workbook(source, target, [s for s in sheets if s])
    elif source.suffix.lower() == ".xls":
        _fresh_workbook(target, sheets, grids)
    else:
        _into_csv(source, target, sheets[0])


def _into_workbook(source: Path, target: Path, sheets: Sequence[MatchedSheet]) -> None:
    try:
        book = openpyxl.load_workbook(source)
    except Exception as broken:  # whatever a foreign workbook does to the library, the user gets one line
        raise FileRefused(
            f"无法在原工作簿上加列（{type(broken).__name__}）", "用 Excel 另存为新的 .xlsx 后重试"
        ) from broken
    for matched in sheets:
        page = book[matched.sheet]
        first = page.max_column + 1
        _put(page, matched, first)
        for offset, width in enumerate(WIDTHS):
            page.column_dimensions[get_column_letter(first + offset)].width = width
    book.save(target)


def _fresh_workbook(target: Path, sheets: Sequence[MatchedSheet | None], grids: Sequence[Grid]) -> None:
    book = openpyxl.Workbook(write_only=False)
    book.remove(book.worksheets[0])
    for matched, grid in zip(sheets, grids, strict=True):
        page = book.create_sheet(grid.sheet)
        for number, column in enumerate(grid.columns, start=1):
            for line, text in enumerate(column.to_list(), start=1):
                if text:
                    _text(page.cell(line, number), text)
        if matched:
            _put(page, matched, len(grid.columns) + 1)
    book.save(target)


def _put(page: Worksheet, matched: MatchedSheet, first: int) -> None:
    lines = {matched.header_line: ADDED, **matched.added} if matched.header_line >= 0 else matched.added
    for line, texts in lines.items():
        for offset, text in enumerate(texts):
            _text(page.cell(line + 1, first + offset), text)


def _text(cell: Cell, text: str) -> None:
    """Text stays text: a leading `=` makes no formula."""
    cell.value = text
    cell.data_type = "s"


def _into_csv(source: Path, target: Path, matched: MatchedSheet | None) -> None:
    rows = list(csv.reader(io.StringIO(decoded_text(source))))
    width = max((len(r) for r in rows), default=0)
    with target.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        for line, row in enumerate(rows):
            padded = row + [""] * (width - len(row))
            if matched and line == matched.header_line:
                padded += ADDED
            elif matched and line in matched.added:
                padded += matched.added[line]
            writer.writerow(padded)
