"""A stored file is opened in a private place, read by a guarded child process, and told to the clerk before it counts."""

from __future__ import annotations

import contextlib
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
from django.conf import settings

from shouwang.accounts.secret_fields import keys, show
from shouwang.exchange.models import Batch
from shouwang.exchange.subjects import REGISTRY, feeds, feeds_for, title_of
from shouwang.intake.child import FileRead, ReadJob, SheetRead
from shouwang.intake.feed import Feed
from shouwang.intake.reading import read_files
from shouwang.kernel.identity import masked
from shouwang.kernel.sealed_file import open_pieces

PREVIEW_ROWS = 3
# Numbers as people write them: with blanks, dashes or quotes between the digits.
LONG_DIGITS = re.compile(r"\d(?:[\s\u3000'’‘-]{0,2}\d){10,}(?:[\s\u3000]?[Xx])?")


@dataclass(frozen=True)
class Opened:
    """What the reader said of a file; the typed tables live as long as the block."""

    answer: FileRead
    sheets: tuple[SheetRead, ...]


@contextlib.contextmanager
def opened(batch: Batch, subjects: tuple[str, ...], kind: str = "") -> Iterator[Opened]:
    """Decrypt into a private folder, read, and remove it all afterwards."""
    with tempfile.TemporaryDirectory(prefix="shouwang-") as scratch:
        folder = Path(scratch)
        path = folder / (Path(batch.file_name).name or "file")
        with path.open("wb") as stream:
            for piece in open_pieces(settings.PLACE.uploads / batch.stored_as, keys()):
                stream.write(piece)
        allowed: dict[str, Feed] = feeds_for(subjects)
        password = _password(batch)
        job = ReadJob(path, allowed, folder, 0, password, dict(batch.mapping), kind)
        (answer,) = read_files([job])
        yield Opened(answer, answer.sheets)


def _password(batch: Batch) -> str | None:
    sealed = batch.what.get("password") if isinstance(batch.what, dict) else None
    return show("exchange_batch", "password", batch.pk, bytes.fromhex(sealed)) if sealed else None


def described(answer: FileRead) -> dict[str, Any]:
    """What was understood, for the preview: per sheet kind, header line, columns, unknown columns, first rows masked."""
    start, end = answer.period
    return {
        "kind": _whole_kind(answer),
        "start": start.isoformat() if start else "",
        "end": end.isoformat() if end else "",
        "skipped": list(answer.skipped),
        "error_cells": answer.error_cells,
        "sure": all(s.is_sure and not s.rival and not s.suggestions for s in answer.sheets),
        "sheets": [_sheet(s) for s in answer.sheets],
    }


def _whole_kind(answer: FileRead) -> str:
    kinds = {s.kind for s in answer.sheets}
    if kinds and kinds <= {"registry_household", "registry_person"} and len(kinds) > 1:
        return REGISTRY
    return answer.sheets[0].kind if answer.sheets else ""


def _sheet(sheet: SheetRead) -> dict[str, Any]:
    feed = feeds()[sheet.kind]
    rows = pl.read_ipc(sheet.table.read_bytes()).head(PREVIEW_ROWS)
    return {
        "name": sheet.sheet,
        "kind": sheet.kind,
        "title": title_of(sheet.kind),
        "rows": sheet.rows_in,
        "header_line": sheet.header_line + 1,
        "columns": [[header, _said(feed, name)] for header, name in sheet.mapping.items()],
        "unknown": list(sheet.unknown),
        "suggestions": [[header, name, _said(feed, name)] for header, name in sheet.suggestions.items()],
        "in_wan": [_said(feed, name) for name in sheet.in_wan],
        "titles": list(sheet.titles)[:4],
        "rival": title_of(sheet.rival) if sheet.rival else "",
        "first_rows": [masked_text(text) for text in rows["raw"].to_list()],
    }


def _said(feed: Feed, name: str) -> str:
    headers = feed.field(name).headers
    return headers[0] if headers else {"town": "乡镇", "village": "行政村", "addr": "住址"}.get(name, name)


def masked_text(text: str | None) -> str:
    """A row's text with every long number hidden but for its last four characters."""
    return LONG_DIGITS.sub(lambda found: masked(re.sub(r"[^\dXx]", "", found[0])), text or "")
