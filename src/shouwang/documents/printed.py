"""Printed documents: one content, written as docx or pdf, the same bytes for the same content.

The content is plain data; text from the register never becomes markup. A document has a title, a line of particulars,
sections of fields or tables, and a foot.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import typst
from docx import Document as DocxDocument
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from docx.shared import Pt

LAYOUT = Path(__file__).with_name("printed.typ")
FONT = "宋体"
FIXED = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Section:
    """A heading with fields (title, value) or a table (header, rows)."""

    title: str
    fields: Sequence[tuple[str, str]] = ()
    header: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()


@dataclass(frozen=True)
class Printed:
    """One document. `day` stands where others would put the clock; `wide` lays it across the page."""

    title: str
    particulars: str
    sections: Sequence[Section]
    foot: str
    day: date = field(default=date(2000, 1, 1))
    wide: bool = False


def to_pdf(content: Printed) -> bytes:
    """The document as PDF."""
    data = {**asdict(content), "day": content.day.isoformat()}
    stamp = (content.day - date(1970, 1, 1)).days * 86_400
    compile_pdf: Any = typst.compile
    made: bytes = compile_pdf(
        LAYOUT.read_bytes(),
        root=str(LAYOUT.parent),
        sys_inputs={"content": json.dumps(data, ensure_ascii=False)},
        timestamp=stamp,
    )
    return made


def to_docx(content: Printed) -> bytes:
    """The document as docx, in a font that offices have."""
    made = DocxDocument()
    style = made.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(11)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    if content.wide:
        page = made.sections[0]
        page.orientation, page.page_width, page.page_height = WD_ORIENT.LANDSCAPE, page.page_height, page.page_width
    heading = made.add_paragraph()
    run = heading.add_run(content.title)
    run.bold, run.font.size = True, Pt(16)
    made.add_paragraph(content.particulars)
    for section in content.sections:
        made.add_paragraph().add_run(section.title).bold = True
        if section.fields:
            table = made.add_table(rows=0, cols=2, style="Table Grid")
            for name, value in section.fields:
                cells = table.add_row().cells
                cells[0].text, cells[1].text = name, value
        if section.header:
            table = made.add_table(rows=1, cols=len(section.header), style="Table Grid")
            for cell, text in zip(table.rows[0].cells, section.header, strict=True):
                cell.text = text
            for row in section.rows:
                for cell, text in zip(table.add_row().cells, row, strict=True):
                    cell.text = text
    made.add_paragraph(content.foot)
    made.core_properties.author = "守望"
    out = io.BytesIO()
    made.save(out)
    return _without_clock(out.getvalue(), content.day)


def _without_clock(data: bytes, day: date) -> bytes:
    """The same package with fixed times inside."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in sorted(source.namelist()):
            target.writestr(zipfile.ZipInfo(name, FIXED), source.read(name), zipfile.ZIP_DEFLATED)
    return out.getvalue()
