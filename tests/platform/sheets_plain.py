"""A messy sheet as an office sends it, from persons given as plain mappings."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
from python_calamine import CalamineWorkbook

HEADER = ("序号", "参保人姓名", "社会保障号", "所在乡镇村", "结算时间", "个人自付(元)")


def messy_sheet(path: Path, people: Sequence[dict[str, Any]]) -> Path:
    """Two title rows; numbers with spaces, lost to Excel, missing; a total; a repeated header: eleven data rows."""
    book = openpyxl.Workbook()
    page: Any = book.active
    page.append(["某县医疗保障局个人自付费用明细表"])
    page.append(["填报日期：2025年9月", "", "", "单位：元"])
    page.append(HEADER)
    for n, p in enumerate(people, start=1):
        number, place = p["number"], p["town"] + p["village"]
        if n == 2:
            number = " ".join((number[:6], number[6:14], number[14:]))
        if n in (3, 4, 5):
            number = ""
        page.append(
            [n, p["name"], number, place, "2025.9.1" if n % 2 else "2025年9月2日", "58,000.50" if n == 1 else 100 * n]
        )
    page.append(HEADER)
    page.append(["9", "查无此人", "110101199003074514", "某地", "2025-09-03", 12])
    page.append(["合计", "", "", "", "", 99999])
    book.save(path)
    return path


def read_sheet(path: Path, name: str) -> pl.DataFrame:
    """A sheet below the line that has 户编号, everything as text (whole numbers without their point), blanks as null."""
    rows = CalamineWorkbook.from_path(path).get_sheet_by_name(name).to_python(skip_empty_area=False)
    line = next(n for n, row in enumerate(rows) if "户编号" in row)
    names = [str(cell) for cell in rows[line] if cell]
    texts = [[_text(cell) for cell in row[: len(names)]] for row in rows[line + 1 :]]
    return pl.DataFrame(texts, schema=dict.fromkeys(names, pl.String), orient="row")


def _text(cell: object) -> str | None:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell) if cell not in (None, "") else None
