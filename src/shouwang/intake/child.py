"""The process that opens files: one job at a time, with limits, so that a hostile file harms nobody else."""

from __future__ import annotations

import contextlib
import os
import resource
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from multiprocessing.connection import Connection
from pathlib import Path

import polars as pl

from shouwang.intake.feed import Feed
from shouwang.intake.grid import Grid, PasswordNeeded, read_grids
from shouwang.intake.header import NoHeader, find_header, require_complete
from shouwang.intake.propose import guess_kind, guess_period
from shouwang.intake.rows import typed_sheet
from shouwang.kernel.errors import FileRefused

MEMORY_LIMIT = 4 << 30
RAW = "raw"


@dataclass(frozen=True)
class ReadJob:
    """A file to read. Without `kind` the child proposes one; `feeds` are the kinds it may be.

    With kind `RAW` the sheets come back as text columns, untyped.
    """

    path: Path
    feeds: Mapping[str, Feed]
    out_dir: Path
    number: int
    password: str | None = None
    chosen: Mapping[str, str] = field(default_factory=dict)
    kind: str = ""


@dataclass(frozen=True)
class SheetRead:
    """One typed sheet on disk (Arrow IPC at `table`), and what was understood of its header."""

    sheet: str
    kind: str
    table: Path
    rows_in: int
    header_line: int
    mapping: Mapping[str, str]
    unknown: tuple[str, ...]
    suggestions: Mapping[str, str]
    titles: tuple[str, ...]
    in_wan: tuple[str, ...]
    is_sure: bool = True
    rival: str = ""


@dataclass(frozen=True)
class FileRead:
    """What came of one file: its sheets, or the reason it was refused.

    `is_unknown`: readable, but like no kind we know, and nobody said which it is.
    `skipped` names sheets without any known header (notes, covers) beside sheets that were read.
    """

    path: Path
    sheets: tuple[SheetRead, ...] = ()
    skipped: tuple[str, ...] = ()
    refusal: str = ""
    remedy: str = ""
    needs_password: bool = False
    is_unknown: bool = False
    error_cells: int = 0
    period: tuple[date | None, date | None] = (None, None)

    @property
    def is_refused(self) -> bool:
        return bool(self.refusal)


def serve(pipe: Connection) -> None:
    """Read jobs until the pipe closes. Runs in a child process."""
    with contextlib.suppress(ValueError, OSError):  # a system without this limit still has the time limit
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 2)
    while True:
        try:
            job: ReadJob = pipe.recv()
        except EOFError:
            return
        pipe.send(read_file(job))


def read_file(job: ReadJob) -> FileRead:
    """One file as typed sheets. Never raises: what goes wrong is said in the answer."""
    try:
        return _read(job)
    except PasswordNeeded as refusal:
        return FileRead(job.path, refusal=refusal.what, remedy=refusal.remedy, needs_password=True)
    except FileRefused as refusal:
        unknown = isinstance(refusal, NoHeader) and not job.kind
        return FileRead(job.path, refusal=refusal.what, remedy=refusal.remedy, is_unknown=unknown)
    except MemoryError:
        return FileRead(job.path, refusal="读取时超过内存限制", remedy="按乡镇拆成几个文件，或删除空白区域后另存")
    except Exception as broken:  # a damaged file can make any library raise anything
        place = traceback.extract_tb(broken.__traceback__)[-1].name
        return FileRead(
            job.path, refusal=f"内容无法解析（{type(broken).__name__}，{place}）", remedy="用 Excel 打开后另存为 .xlsx"
        )


def _read(job: ReadJob) -> FileRead:
    sheets: list[SheetRead] = []
    skipped: list[str] = []
    period: tuple[date | None, date | None] = (None, None)
    no_header: NoHeader | None = None
    grids, errors = read_grids(job.path, job.password)
    for grid in grids:
        if _is_blank(grid):
            continue
        try:
            read, seen = _read_sheet(job, grid, len(sheets))
        except NoHeader as found_none:
            no_header = no_header or found_none
            skipped.append(grid.sheet)
            continue
        sheets.append(read)
        period = period if period[0] else seen
    if not sheets:
        raise no_header or FileRefused("没有任何数据", "核对是否发错了文件")
    return FileRead(job.path, tuple(sheets), tuple(skipped), period=period, error_cells=errors)


def _is_blank(grid: Grid) -> bool:
    return all((column.str.strip_chars() == "").all() for column in grid.columns)


def _read_sheet(job: ReadJob, grid: Grid, number: int) -> tuple[SheetRead, tuple[date | None, date | None]]:
    if job.kind == RAW:
        return _raw_sheet(job, grid, number), (None, None)
    allowed = {k: f for k, f in job.feeds.items() if not job.kind or k == job.kind or _part_of(job.kind, k)}
    is_sure, rival = True, ""
    if len(allowed) == 1:
        feed = next(iter(allowed.values()))
        mapped = require_complete(feed, find_header(grid, feed, job.chosen), grid.sheet)
    else:
        guess = guess_kind(grid, allowed)
        if guess is None:
            raise NoHeader("认不出是哪一类数据（表头与已知各类都不符）", "核对表头，或在 manifest.csv 中写明类别")
        feed, mapped, is_sure, rival = guess.feed, guess.mapped, guess.is_sure, guess.rival
    typed = typed_sheet(grid, feed, mapped)
    table = job.out_dir / f"{job.number:03d}_{number:02d}.arrow"
    typed.rows.write_ipc(table)
    period = guess_period(job.path.name, mapped.titles, typed.rows)
    mapping = {mapped.headers[n]: name for n, name in mapped.fields.items()}
    read = SheetRead(
        grid.sheet,
        feed.kind,
        table,
        typed.rows.height,
        mapped.line,
        mapping,
        mapped.unknown,
        mapped.suggestions,
        mapped.titles,
        tuple(sorted(mapped.in_wan)),
        is_sure,
        rival,
    )
    return read, period


def _raw_sheet(job: ReadJob, grid: Grid, number: int) -> SheetRead:
    table = job.out_dir / f"{job.number:03d}_{number:02d}.arrow"
    pl.DataFrame(grid.columns).write_ipc(table)
    return SheetRead(grid.sheet, RAW, table, grid.height, -1, {}, (), {}, (), ())


def _part_of(kind: str, part: str) -> bool:
    return kind == "registry" and part.startswith("registry_")
