"""From a folder to typed sheets: reads every delivered file, and without a manifest proposes what each one is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import polars as pl

from shouwang.intake.child import FileRead, ReadJob, SheetRead
from shouwang.intake.feed import Feed
from shouwang.intake.pack import Delivery, Pack
from shouwang.intake.reading import read_files

REGISTRY = "registry"


@dataclass(frozen=True)
class Proposal:
    """What an unlisted file seems to be. `doubt` says why a person should look before accepting."""

    delivery: Delivery
    title: str
    doubt: str


@dataclass(frozen=True)
class ReadSheet:
    """One sheet of an accepted file, numbered as the outputs name it."""

    file_no: int
    sheet_no: int
    delivery: Delivery
    read: SheetRead

    def rows(self) -> pl.DataFrame:
        """The typed rows."""
        return pl.read_ipc(self.read.table)


@dataclass(frozen=True)
class Reading:
    """All accepted files: their sheets, and the files that were refused (delivery, answer)."""

    sheets: tuple[ReadSheet, ...]
    refused: tuple[tuple[Delivery, FileRead], ...]
    deliveries: tuple[Delivery, ...]
    notes: tuple[str, ...] = ()


Chosen = Mapping[str, Mapping[str, str]]
Told = Callable[[FileRead], None]
Ask = Callable[[str], str | None]


def read_listed(pack: Pack, feeds: Mapping[str, Feed], scratch: Path, chosen: Chosen, told: Told, ask: Ask) -> Reading:
    """Read the files that the manifest names, each as the kind it says."""
    deliveries = pack.deliveries or ()
    jobs = [_job(pack, feeds, scratch, n, d.file, d.kind, chosen) for n, d in enumerate(deliveries)]
    return _reading(list(deliveries), _read_with_passwords(jobs, told, ask))


def _read_with_passwords(jobs: list[ReadJob], told: Told, ask: Ask) -> list[FileRead]:
    """Locked workbooks are asked about once; without an answer they stay refused."""
    answers = read_files(jobs, told)
    for number, job in enumerate(jobs):
        if answers[number].needs_password and (password := ask(job.path.name)):
            answers[number] = read_files([replace(job, password=password)], told)[0]
    return answers


def propose(
    pack: Pack, feeds: Mapping[str, Feed], scratch: Path, chosen: Chosen, told: Told, ask: Ask
) -> tuple[list[Proposal], list[FileRead]]:
    """Read every file of a folder without a manifest and say what each seems to be."""
    jobs = [_job(pack, feeds, scratch, n, name, "", chosen) for n, name in enumerate(pack.files())]
    answers = _read_with_passwords(jobs, told, ask)
    proposals = [_proposal(answer, feeds) for answer in answers if not answer.is_refused]
    return proposals, answers


def accepted_reading(deliveries: Sequence[Delivery], answers: Sequence[FileRead]) -> Reading:
    """The reading of the proposals that somebody accepted (in the order of the files)."""
    by_name = {answer.path.name: answer for answer in answers}
    return _reading(list(deliveries), [by_name[d.file] for d in deliveries])


def _job(
    pack: Pack, feeds: Mapping[str, Feed], scratch: Path, number: int, name: str, kind: str, chosen: Chosen
) -> ReadJob:
    return ReadJob(
        pack.folder / name, feeds, scratch, number, pack.passwords.get(name), dict(chosen.get(name, {})), kind
    )


def _reading(deliveries: list[Delivery], answers: list[FileRead]) -> Reading:
    sheets, refused, notes = [], [], []
    for number, (delivery, answer) in enumerate(zip(deliveries, answers, strict=True)):
        if answer.is_refused:
            refused.append((delivery, answer))
        sheets += [ReadSheet(number, n, delivery, sheet) for n, sheet in enumerate(answer.sheets)]
        notes += [f"{delivery.file} 的工作表“{name}”没有可认的表头，没有读" for name in answer.skipped]
        if answer.error_cells:
            notes.append(f"{delivery.file} 有 {answer.error_cells} 个单元格是错误值（如 #N/A），按空白处理")
    return Reading(tuple(sheets), tuple(refused), tuple(deliveries), tuple(notes))


def _proposal(answer: FileRead, feeds: Mapping[str, Feed]) -> Proposal:
    kinds = {sheet.kind for sheet in answer.sheets}
    kind = REGISTRY if len(kinds) > 1 and all(feeds[k].is_registry for k in kinds) else answer.sheets[0].kind
    doubts = []
    if len(kinds) > 1 and kind != REGISTRY:
        doubts.append(f"各工作表像不同的类别：{'、'.join(sorted(kinds))}")
    for sheet in answer.sheets:
        if sheet.rival:
            doubts.append(f"也可能是“{feeds[sheet.rival].title}”")
        if not sheet.is_sure and sheet.unknown:
            doubts.append(f"不认识的列：{'、'.join(sheet.unknown[:5])}")
    start, end = answer.period
    title = "全国系统登记导出" if kind == REGISTRY else feeds[kind].title
    return Proposal(
        Delivery(answer.path.name, kind, feeds[answer.sheets[0].kind].department, start, end), title, "；".join(doubts)
    )


def contains(delivery: Delivery, day: date) -> bool:
    """Whether the period of a delivery contains a day."""
    return delivery.start is not None and delivery.end is not None and delivery.start <= day <= delivery.end
