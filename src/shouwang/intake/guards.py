"""Looks at a workbook before anything parses it: sizes in its directory, extent of its sheets, formulas without values.

A sheet with a cell in A1 and one in XFD1048576 is 5 kB on disk and 17 thousand million cells in memory.
"""

from __future__ import annotations

import html
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from shouwang.kernel.errors import FileRefused

MAX_UNPACKED = 1_500_000_000
MAX_RATIO = 300
RATIO_MATTERS_FROM = 100_000_000
MAX_CELLS = 60_000_000
CHUNK = 8 << 20
OVERLAP = 64
TWO_LETTERS_END = 702
LONG_COLUMN = re.compile(rb' r="([A-Z]{3})([0-9]+)"')
WIDE_COLUMN = re.compile(rb' r="([A-Z]{2,3})([0-9]+)"')
LAST_ROW = re.compile(rb'<row[^>]*? r="([0-9]+)"')
FORMULA = re.compile(rb"<f[ >/]")
FORMULA_CELL = re.compile(rb"<c ([^>]*)>\s*<f(?:\s[^>]*)?(?:/>|>[^<]*</f>)\s*(<v>[^<]+</v>|<is>)?")
CELL_PLACE = re.compile(rb'(?:^| )r="([A-Z]+[0-9]+)"')
TEXT_RESULT = b't="str"'
ERROR_CELL = b't="e"'
SHEET = re.compile(r"xl/worksheets/(?:sheet)?([^/]+)\.xml", re.IGNORECASE)
SHEET_NAME = re.compile(r'<sheet [^>]*?name="([^"]*)"')


@dataclass
class _Extent:
    """The furthest row and column that a sheet names."""

    last_row: int = 0
    last_column: int = 1
    cell: str = ""

    @property
    def cells(self) -> int:
        return self.last_row * max(self.last_column, 1)


def check_workbook(source: Path | BinaryIO) -> int:
    """How many cells show an error (#N/A and the like); they read as blanks, and the user is told.

    Raises FileRefused when an xlsx is broken, a bomb, absurdly wide, or has formulas that were never calculated.
    """
    errors = 0
    try:
        with zipfile.ZipFile(source) as archive:
            _check_sizes(archive)
            names = _sheet_names(archive)
            for info in archive.infolist():
                if number := SHEET.fullmatch(info.filename):
                    errors += _check_sheet(archive, info, names.get(number[1], info.filename))
    except zipfile.BadZipFile as broken:
        raise FileRefused("文件不完整，不是有效的 xlsx", "请来源单位重新发送，或用 Excel 打开后另存") from broken
    except (EOFError, OSError, NotImplementedError, RuntimeError) as broken:
        raise FileRefused(f"压缩内容损坏（{type(broken).__name__}）", "请来源单位重新发送") from broken
    return errors


def _check_sizes(archive: zipfile.ZipFile) -> None:
    unpacked = sum(i.file_size for i in archive.infolist())
    packed = max(sum(i.compress_size for i in archive.infolist()), 1)
    too_dense = unpacked > RATIO_MATTERS_FROM and unpacked / packed > MAX_RATIO
    if unpacked > MAX_UNPACKED or too_dense:
        raise FileRefused(
            f"解压后有 {unpacked / 1e6:,.0f} MB（压缩文件 {packed / 1e6:,.1f} MB），超过可读取的范围",
            "删除空白区域和多余的表后另存，或按乡镇拆成几个文件",
        )


def _sheet_names(archive: zipfile.ZipFile) -> dict[str, str]:
    """What people call the sheets, by the number in the file's name; empty when the workbook does not say."""
    try:
        book = archive.read("xl/workbook.xml").decode("utf-8", errors="replace")
    except KeyError:
        return {}
    return {str(n): f"工作表“{html.unescape(name)}”" for n, name in enumerate(SHEET_NAME.findall(book), start=1)}


def _check_sheet(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str) -> int:
    extent, has_formula, errors = _Extent(), False, 0
    with archive.open(info) as stream:
        tail = b""
        while piece := stream.read(CHUNK):
            window = tail + piece
            _widen(extent, window)
            has_formula = has_formula or FORMULA.search(window) is not None
            errors += piece.count(ERROR_CELL)
            tail = window[-OVERLAP:]
    if extent.cells > MAX_CELLS:
        place = (
            f"单元格 {extent.cell} 有内容" if extent.cell else f"有 {extent.last_row:,} 行 × {extent.last_column:,} 列"
        )
        raise FileRefused(f"{name}的{place}，范围过大", "删除表格以外的零散内容和空白行列后另存")
    if has_formula:
        _refuse_uncalculated(name, archive.read(info))
    return errors


def _widen(extent: _Extent, window: bytes) -> None:
    at = window.rfind(b"<row")
    while at >= 0:
        found = LAST_ROW.match(window, at)
        if found:
            extent.last_row = max(extent.last_row, int(found[1]))
            break
        at = window.rfind(b"<row", 0, at)
    narrow = extent.last_row * TWO_LETTERS_END <= MAX_CELLS
    for found in (LONG_COLUMN if narrow else WIDE_COLUMN).finditer(window):
        column = column_number(found[1].decode())
        if column > extent.last_column:
            extent.last_column, extent.cell = column, (found[1] + found[2]).decode()


def _refuse_uncalculated(name: str, content: bytes) -> None:
    """A formula whose result is an empty text was calculated; one without any result was not."""
    for found in FORMULA_CELL.finditer(content):
        if found[2] is None and TEXT_RESULT not in found[1]:
            place = CELL_PLACE.search(found[1])
            cell = place[1].decode() if place else "（未写位置）"
            raise FileRefused(
                f"{name}的单元格 {cell} 是公式，没有保存计算结果", "用 Excel 打开、保存后再发送，或粘贴为数值"
            )


def column_number(letters: str) -> int:
    """`A` is 1, `XFD` is 16384."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
