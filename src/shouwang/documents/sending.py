"""Made files on their way to a browser: a printed document as docx or pdf, plain sheets as xlsx."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

from django.http import HttpResponse

from shouwang.documents.actions import MEDIA
from shouwang.documents.printed import Printed, to_docx, to_pdf
from shouwang.documents.sheet_writer import Cell, write_template

PRINTED = {"pdf": to_pdf, "docx": to_docx}
Plain = tuple[str, Sequence[str], Iterable[Sequence[Cell]]]


def sent_file(data: bytes, form: str, name: str) -> HttpResponse:
    """A file for downloading; `form` is its suffix."""
    response = HttpResponse(data, content_type=MEDIA[f".{form}"])
    response["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    return response


def sent_printed(content: Printed, form: str, name: str) -> HttpResponse:
    """A document as docx or pdf (one of `PRINTED`)."""
    return sent_file(PRINTED[form](content), form, name)


def sent_sheets(sheets: Sequence[Plain], day: date, name: str) -> HttpResponse:
    """Plain sheets (name, headers, rows) as xlsx."""
    with tempfile.TemporaryDirectory(prefix="shouwang-") as scratch:
        path = Path(scratch) / "sheets.xlsx"
        write_template(path, sheets, day)
        return sent_file(path.read_bytes(), "xlsx", name)
