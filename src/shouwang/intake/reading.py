"""Reads many files at once in child processes with memory and time limits; one bad file never stops the others."""

from __future__ import annotations

import multiprocessing
import os
import tempfile
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path

import polars as pl

from shouwang.intake.child import RAW, FileRead, ReadJob, serve
from shouwang.intake.grid import Grid
from shouwang.kernel.errors import UserError

SECONDS_PER_FILE = 60
SECONDS_PER_MEGABYTE = 6
WORKERS = 2
HEADER_WITHIN = 10


@dataclass
class _Worker:
    process: BaseProcess
    pipe: Connection
    job: ReadJob | None = None
    deadline: float = 0.0


def read_files(
    jobs: Sequence[ReadJob], told: Callable[[FileRead], None] = lambda _: None, seconds: float = SECONDS_PER_FILE
) -> list[FileRead]:
    """Every job's answer, in the order of the jobs. `told` hears of each file as it is done."""
    waiting = sorted(jobs, key=lambda j: -j.path.stat().st_size)
    answers: dict[int, FileRead] = {}
    workers: list[_Worker] = []
    try:
        while waiting or any(w.job for w in workers):
            while len(workers) < min(WORKERS, len(jobs)):
                workers.append(_start())
            for worker in workers:
                if worker.job is None and waiting:
                    _give(worker, waiting.pop(0), seconds)
            for worker in list(workers):
                answer = _answer(worker, workers)
                if answer is not None and worker.job is not None:
                    answers[worker.job.number] = answer
                    worker.job = None
                    told(answer)
    finally:
        for worker in workers:
            _stop(worker)
    return [answers[job.number] for job in jobs]


def read_raw(paths: Sequence[Path], passwords: Mapping[str, str]) -> list[tuple[FileRead, list[Grid]]]:
    """Files as plain text grids, opened in the same guarded processes."""
    with tempfile.TemporaryDirectory(prefix="shouwang-") as scratch:
        jobs = [
            ReadJob(path, {}, Path(scratch), number, passwords.get(path.name), kind=RAW)
            for number, path in enumerate(paths)
        ]
        return [(answer, [_grid(s.sheet, s.table) for s in answer.sheets]) for answer in read_files(jobs)]


def read_sent(name: str, data: bytes) -> list[Grid]:
    """A file that somebody sent, as plain text grids. Raises UserError where it cannot be read."""
    with tempfile.TemporaryDirectory(prefix="shouwang-") as scratch:
        path = Path(scratch) / (Path(name).name or "sheet.xlsx")
        path.write_bytes(data)
        answer, grids = read_raw([path], {})[0]
    if answer.is_refused:
        raise UserError(answer.refusal, answer.remedy, where=name)
    return grids


def lines_under(grids: Iterable[Grid], wanted: Collection[str]) -> list[tuple[int, dict[str, str]]]:
    """Rows below the header that holds all wanted titles, of every sheet that has one: (row of the sheet, title → text)."""
    found = []
    for grid in grids:
        for n in range(min(HEADER_WITHIN, grid.height)):
            titles = ["".join(c.split()) for c in grid.line(n)]
            if set(wanted) <= set(titles):
                rows = ((r + 1, [c.strip() for c in grid.line(r)]) for r in range(n + 1, grid.height))
                found += [
                    (r, {t: c for t, c in zip(titles, cells, strict=False) if t}) for r, cells in rows if any(cells)
                ]
                break
    return found


def _grid(sheet: str, table: Path) -> Grid:
    return Grid(sheet, pl.read_ipc(table.read_bytes()).get_columns())


def _start() -> _Worker:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=serve, args=(theirs,), daemon=True)
    before = os.environ.get("POLARS_MAX_THREADS")
    os.environ["POLARS_MAX_THREADS"] = "1"
    try:
        process.start()
    finally:
        if before is None:
            del os.environ["POLARS_MAX_THREADS"]
        else:
            os.environ["POLARS_MAX_THREADS"] = before
    theirs.close()
    return _Worker(process, ours)


def _give(worker: _Worker, job: ReadJob, seconds: float) -> None:
    worker.job = job
    worker.deadline = time.monotonic() + seconds + SECONDS_PER_MEGABYTE * job.path.stat().st_size / 1e6
    worker.pipe.send(job)


def _answer(worker: _Worker, workers: list[_Worker]) -> FileRead | None:
    """The worker's answer if it has one; a worker that died or is late is replaced and its file refused."""
    if worker.job is None:
        return None
    wait([w.pipe for w in workers if w.job], timeout=0.5)
    path = worker.job.path
    if worker.pipe.poll():
        try:
            answer: FileRead = worker.pipe.recv()
            return answer
        except (EOFError, ConnectionError):
            _retire(worker, workers)
            return FileRead(
                path, refusal="读取时内存超限或解析程序中断", remedy="删除空白区域和多余的表后另存，或请来源单位重发"
            )
    if time.monotonic() > worker.deadline:
        _retire(worker, workers)
        return FileRead(path, refusal="读取超时", remedy="按乡镇拆成几个文件，或删除空白区域后另存")
    return None


def _retire(worker: _Worker, workers: list[_Worker]) -> None:
    _stop(worker)
    workers.remove(worker)


def _stop(worker: _Worker) -> None:
    worker.pipe.close()
    worker.process.join(timeout=0.2 if worker.job is None else 0)
    if worker.process.is_alive():
        worker.process.kill()
        worker.process.join()
