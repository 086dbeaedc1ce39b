"""A file as sheets of text cells: xlsx, xls, csv, whatever the ending says. Formats are told apart by content."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from operator import itemgetter
from pathlib import Path
from typing import Any, BinaryIO

import msoffcrypto
import polars as pl
from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum

from shouwang.intake.guards import check_workbook
from shouwang.kernel.errors import FileRefused

ZIP_MAGIC = b"PK\x03\x04"
OLE_MAGIC = b"\xd0\xcf\x11\xe0"
MAX_COLUMNS = 2_000
EXACT_DIGITS = 10**15
SMALLEST_PLAIN = 0.001


@dataclass
class Grid:
    """One sheet: text columns of equal length; line 1 of the sheet is index 0. A csv has the sheet name ``""``."""

    sheet: str
    columns: list[pl.Series]
    merged: list[tuple[tuple[int, int], tuple[int, int]]] = field(default_factory=list)

    @property
    def height(self) -> int:
        """Lines of the sheet, titles and blank lines counted."""
        return len(self.columns[0]) if self.columns else 0

    def line(self, index: int) -> list[str]:
        """The cells of one line, counted from 0."""
        return [str(column[index] or "") for column in self.columns]


class PasswordNeeded(FileRefused):
    """The workbook is encrypted and no (or a wrong) password was given."""


def read_grids(path: Path, password: str | None = None) -> tuple[list[Grid], int]:
    """All sheets of a file that have any content, and how many cells show an error like #N/A (they read as blanks).

    Raises FileRefused with what is wrong and what to do.
    """
    if path.stat().st_size == 0:
        raise FileRefused("文件是空的（0 字节）", "请来源单位重新发送")
    with path.open("rb") as stream:
        head = stream.read(4096)
    if head.startswith(ZIP_MAGIC):
        errors = check_workbook(path)
        return _workbook(path), errors
    if head.startswith(OLE_MAGIC):
        return _old_or_encrypted(path, password)
    start = head.lstrip()[:200].lower()
    if start.startswith((b"<html", b"<!doctype", b"<table", b"<?xml")):
        raise FileRefused("文件其实是网页或XML，只是改了扩展名", "用 Excel 打开后另存为 .xlsx")
    if path.suffix.lower() in (".xlsx", ".xlsm", ".xls") and b"\x00" in head:
        raise FileRefused("文件已损坏，不是 Excel 工作簿", "请来源单位重新发送")
    return [_delimited(path)], 0


def _old_or_encrypted(path: Path, password: str | None) -> tuple[list[Grid], int]:
    with path.open("rb") as stream:
        try:
            office = msoffcrypto.OfficeFile(stream)
            encrypted = office.is_encrypted()
        except Exception as broken:  # the library raises bare exceptions of many kinds on damaged files
            raise FileRefused("文件已损坏，不是有效的 Excel 工作簿", "请来源单位重新发送") from broken
        if not encrypted:
            return _workbook(path), 0
        if not password:
            raise PasswordNeeded("文件有打开密码", "运行时输入密码（--password 文件名=密码），或请来源单位去掉密码")
        plain = io.BytesIO()
        try:
            office.load_key(password=password)
            office.decrypt(plain)
        except Exception as broken:
            raise PasswordNeeded("打开密码不对", "核对密码后重试") from broken
    errors = check_workbook(plain) if plain.getvalue().startswith(ZIP_MAGIC) else 0
    plain.seek(0)
    return _workbook(plain), errors


def _workbook(source: Path | BinaryIO) -> list[Grid]:
    try:
        book = CalamineWorkbook.from_object(source)
        grids = [_sheet(book, s.name) for s in book.sheets_metadata if s.typ == SheetTypeEnum.WorkSheet]
    except CalamineError as broken:
        raise FileRefused(f"无法读取工作簿：{broken}", "用 Excel 打开后另存为 .xlsx") from broken
    return [grid for grid in grids if grid.height]


def _sheet(book: CalamineWorkbook, name: str) -> Grid:
    sheet = book.get_sheet_by_name(name)
    lines = sheet.to_python(skip_empty_area=False)
    if lines and len(lines[0]) > MAX_COLUMNS:
        raise FileRefused(f"工作表“{name}”有 {len(lines[0])} 列", "删除表格以外的零散内容后另存")
    width = len(lines[0]) if lines else 0
    columns = [_text_column(n, list(map(itemgetter(n), lines))) for n in range(width)]
    tall = [((a, b), (c, d)) for (a, b), (c, d) in sheet.merged_cell_ranges or [] if c > a]
    return Grid(name, columns, tall)


def _text_column(number: int, cells: list[Any]) -> pl.Series:
    """A column as text. Columns of one type are converted as a whole; mixed ones cell by cell."""
    name = f"c{number}"
    kinds = set(map(type, cells))
    if kinds == {str}:
        return pl.Series(name, cells, dtype=pl.String)
    if kinds <= {float, str} and (numbers := _plain_numbers(cells)) is not None:
        return numbers.alias(name)
    return pl.Series(name, [c if type(c) is str else cell_text(c) for c in cells], dtype=pl.String)


def _plain_numbers(cells: list[Any]) -> pl.Series | None:
    """Numbers and blanks as text, when no number is so large or small that its text needs care; else None."""
    try:
        numbers = pl.Series([None if c == "" else c for c in cells], dtype=pl.Float64, strict=True)
    except TypeError:
        return None
    size = numbers.abs()
    if bool(((size >= EXACT_DIGITS) | ((size < SMALLEST_PLAIN) & (size > 0))).any()):
        return None
    value = pl.col("n")
    text = pl.when(value == value.floor()).then(value.cast(pl.Int64).cast(pl.String)).otherwise(value.cast(pl.String))
    return numbers.to_frame("n").select(text.fill_null("").alias("n"))["n"]


def cell_text(cell: Any) -> str:
    """A cell's value as text. Numbers keep every digit that Excel kept: over 15 digits they show as `2.3E+17`."""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, int | float):
        if cell == int(cell) and abs(cell) < EXACT_DIGITS:
            return str(int(cell))
        text = repr(float(cell))
        return format(cell, ".10f").rstrip("0") if "e-" in text else text
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return str(cell)


def _delimited(path: Path) -> Grid:
    text = decoded_text(path)
    comma = "\t" if "\t" in text[:2000] and "," not in text[:2000] else ","
    lines = text.count("\n") + (not text.endswith("\n"))
    if '"' in text:
        width = max(
            (len(r) for _, r in zip(range(200), csv.reader(io.StringIO(text), delimiter=comma), strict=False)),
            default=0,
        )
    else:
        width = max((line.count(comma) + 1 for line in text[:200_000].split("\n")), default=0)
    if not 1 <= width <= MAX_COLUMNS:
        raise FileRefused(f"第一行附近有 {width} 列", "检查分隔符，另存为标准的 csv 或 xlsx")
    frame = _read_quickly(text, comma, width)
    if frame is None or frame.height != lines:
        frame = _read_carefully(text, comma)
    return Grid("", frame.get_columns())


def _read_quickly(text: str, comma: str, width: int) -> pl.DataFrame | None:
    schema = {f"c{n}": pl.String for n in range(width)}
    try:
        return pl.read_csv(
            text.encode(),
            has_header=False,
            separator=comma,
            schema=schema,
            extra_columns="ignore",
            missing_columns="insert",
            empty_string_is_null=False,
        ).with_columns(pl.all().fill_null(""))
    except pl.exceptions.PolarsError:
        return None


def _read_carefully(text: str, comma: str) -> pl.DataFrame:
    try:
        rows = list(csv.reader(io.StringIO(text), delimiter=comma))
    except csv.Error as broken:
        raise FileRefused(f"csv 无法读取：{broken}", "另存为标准的 csv 或 xlsx") from broken
    width = max((len(r) for r in rows), default=0)
    if width > MAX_COLUMNS:
        raise FileRefused(f"有 {width} 列", "检查分隔符")
    columns = zip(*(r + [""] * (width - len(r)) for r in rows), strict=True)
    return pl.DataFrame([pl.Series(f"c{n}", c, dtype=pl.String) for n, c in enumerate(columns)])


def decoded_text(path: Path) -> str:
    """The text of a csv in UTF-8, UTF-16 or GB18030. Raises FileRefused when it is none of them."""
    content = path.read_bytes()
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif content.startswith(b"\xef\xbb\xbf"):
        encodings = ["utf-8-sig"]
    else:
        encodings = ["utf-8", "gb18030"]
    if b"\x00" in content and encodings != ["utf-16"]:
        at = content.index(b"\x00")
        raise FileRefused(f"第 {at + 1} 个字节不是文字，文件是二进制内容", "请来源单位另存为 csv 或 xlsx 后重发")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise FileRefused("编码既不是 UTF-8 也不是 GB18030", "用 Excel 打开后另存为“CSV UTF-8”")
    odd = sum(c < " " and c not in "\t\r\n" for c in text[:100_000])
    if odd > 0:
        raise FileRefused("文件里有控制字符，不像表格文字", "请来源单位另存为 csv 或 xlsx 后重发")
    return text.replace("\r\n", "\n").replace("\r", "\n")
