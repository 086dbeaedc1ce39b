"""Writes workbooks for people: text stays text, never a formula or a link; the same bytes for the same content."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

Cell = str | int | Decimal | None
FONT = "宋体"
SHEET_NAME_LENGTH = 31
FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\'", "_"))


@dataclass(frozen=True)
class Column:
    """A column of a sheet: header, width, whether people fill it, and the choices offered."""

    title: str
    width: float
    fill_in: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """One sheet: a title line, a note under it, columns, rows of text."""

    name: str
    title: str
    note: str
    columns: tuple[Column, ...]
    rows: Sequence[Sequence[Cell]] = field(default_factory=list)


def write_workbook(path: Path, sheets: Sequence[Sheet], day: date) -> None:
    """Write sheets to an xlsx at `path`; `day` stands in the properties instead of the clock."""
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(str(path), options)
    created = datetime(day.year, day.month, day.day, tzinfo=UTC).replace(tzinfo=None)
    book.set_properties({"title": path.stem, "author": "守望", "created": created})
    formats = _formats(book)
    taken: set[str] = set()
    for sheet in sheets:
        _write_sheet(book.add_worksheet(_free_name(sheet.name, taken)), sheet, formats)
    book.close()


def _formats(book: xlsxwriter.Workbook) -> dict[str, Format]:
    base = {"font_name": FONT, "font_size": 10, "valign": "vcenter", "text_wrap": True}
    cell = {**base, "border": 1, "border_color": "#999999"}
    return {
        "title": book.add_format({**base, "bold": True, "font_size": 15, "text_wrap": False}),
        "note": book.add_format({**base, "font_color": "#555555"}),
        "header": book.add_format({**cell, "bold": True, "bg_color": "#e6f0ec", "align": "center"}),
        "fill_header": book.add_format({**cell, "bold": True, "bg_color": "#fff4d6", "align": "center"}),
        "cell": book.add_format(cell),
        "fill": book.add_format({**cell, "bg_color": "#fffdf5", "num_format": "@"}),
        "money": book.add_format({**cell, "num_format": "0.00"}),
        "fill_money": book.add_format({**cell, "bg_color": "#fffdf5", "num_format": "0.00"}),
    }


def _write_sheet(page: Worksheet, sheet: Sheet, formats: dict[str, Format]) -> None:
    page.set_landscape()
    page.set_paper(8 if len(sheet.columns) > 8 else 9)
    page.fit_to_pages(1, 0)
    page.set_margins(0.4, 0.4, 0.5, 0.5)
    page.set_footer("&C第 &P 页 共 &N 页")
    page.write_string(0, 0, sheet.title, formats["title"])
    last = max(len(sheet.columns) - 1, 1)
    page.merge_range(1, 0, 1, last, sheet.note, formats["note"])
    page.set_row(0, 26)
    page.set_row(1, _note_height(sheet))
    for number, column in enumerate(sheet.columns):
        page.set_column(number, number, column.width)
        page.write_string(2, number, column.title, formats["fill_header" if column.fill_in else "header"])
        if column.choices and sheet.rows:
            page.data_validation(3, number, 2 + len(sheet.rows), number, _choices(column))
    for line, row in enumerate(sheet.rows, start=3):
        for number, (column, value) in enumerate(zip(sheet.columns, row, strict=True)):
            style = formats["fill" if column.fill_in else "cell"]
            if isinstance(value, Decimal):
                page.write_number(line, number, value, formats["fill_money" if column.fill_in else "money"])
            elif isinstance(value, int):
                page.write_number(line, number, value, style)
            else:
                page.write_string(line, number, value or "", style)
        page.set_row(line, _height(sheet.columns, row))
    page.freeze_panes(3, min(4, len(sheet.columns)))
    page.repeat_rows(2)


def _choices(column: Column) -> dict[str, object]:
    return {
        "validate": "list",
        "source": list(column.choices),
        "error_title": column.title,
        "error_message": f"请从列表中选择：{'、'.join(column.choices)}"[:250],
    }


def _note_height(sheet: Sheet) -> float:
    """Enough lines for the note over the whole width of the table; a Chinese character takes two widths."""
    width = sum(column.width for column in sheet.columns)
    return 15.0 * (1 + int(len(sheet.note) * 2.1 // width))


def _height(columns: Sequence[Column], row: Sequence[Cell]) -> float:
    """Enough lines for the longest text, so that nothing is hidden when it is printed."""
    lines = 1
    for column, value in zip(columns, row, strict=True):
        if isinstance(value, str):
            per_line = max(int(column.width / 2), 1)
            lines = max(lines, sum(-(-max(len(part), 1) // per_line) for part in value.split("\n")))
    return min(max(20, 14 * lines + 4), 400)


def _free_name(name: str, taken: set[str]) -> str:
    clean = name.translate(FORBIDDEN).strip() or "表"
    candidate, number = clean[:SHEET_NAME_LENGTH], 2
    while candidate.lower() in taken:
        suffix = f"_{number}"
        candidate, number = clean[: SHEET_NAME_LENGTH - len(suffix)] + suffix, number + 1
    taken.add(candidate.lower())
    return candidate


def in_words(row: Sequence[Cell]) -> tuple[str, ...]:
    """A row as a printed document shows it."""
    return tuple(f"{c:,.2f}" if isinstance(c, Decimal) else "" if c is None else str(c) for c in row)


def write_template(
    path: Path,
    sheets: Sequence[tuple[str, Sequence[str], Iterable[Sequence[Cell]]]],
    day: date,
    mark: str = "",
) -> int:
    """Plain sheets (name, headers, rows) for loading into another system: header first, text as text, nothing else.

    A Decimal is money: a number with two places, so that people can add it up.

    `mark` is a watermark: it stands in the header and footer of every printed page and in the properties. Gives the rows written.
    """
    options = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "constant_memory": True,
    }
    book = xlsxwriter.Workbook(str(path), options)
    created = datetime(day.year, day.month, day.day, tzinfo=UTC).replace(tzinfo=None)
    book.set_properties({"title": path.stem, "author": "守望", "created": created, "comments": mark})
    count, money = 0, book.add_format({"num_format": "#,##0.00"})
    for name, headers, rows in sheets:
        page = book.add_worksheet(name)
        if mark:
            page.set_header(f"&C{mark}")
            page.set_footer(f"&C{mark}")
        for column, header in enumerate(headers):
            page.write_string(0, column, header)
        for line, row in enumerate(rows, start=1):
            count += 1
            for column, value in enumerate(row):
                if isinstance(value, Decimal):
                    page.write_number(line, column, value, money)
                elif isinstance(value, int):
                    page.write_number(line, column, value)
                elif value:
                    page.write_string(line, column, value)
    book.close()
    for page in book.worksheets():
        page.row_data_fh.close()  # the library leaves its scratch file to the garbage collector
    return count
