"""Any sheet with a name or an identity number: finds the columns that say who each row is about."""

from __future__ import annotations

import re
from dataclasses import dataclass

import polars as pl

from shouwang.intake.cells import as_date, compact
from shouwang.intake.feed import ADDRESS_HEADERS, TOWN_HEADERS, VILLAGE_HEADERS, header_key
from shouwang.intake.grid import Grid
from shouwang.intake.identity_columns import identity_columns, name_norm
from shouwang.intake.rows import unswapped

SEARCHED_LINES = 15
NAME = re.compile(r"(姓名|户主$|申请人$|负责人|所有人|权利人|法定代表人|救助对象|房主)")
NUMBER = re.compile(r"(身份证|证件号|证件号码|身份号码|社会保障号|残疾证|残疾人证)")
BIRTH = re.compile(r"^(出生日期|出生年月日?|生日)$")
LOOKS_LIKE_NUMBER = r"^['’]?[0-9]{15,17}[0-9Xx]([0-9]{2,4})?$|^[0-9]\.[0-9]+[eE]\+[0-9]+$"


@dataclass(frozen=True)
class WhoColumns:
    """Header line (from 0, −1 when there is none) and the columns found, by what they hold."""

    line: int
    columns: dict[str, int]


def find_who(grid: Grid) -> WhoColumns | None:
    """The columns for name, number, birth date and address; None when neither a name nor a number is there."""
    best: WhoColumns | None = None
    for line in range(min(SEARCHED_LINES, grid.height)):
        columns = _named(grid.line(line))
        if {"name", "id"} & columns.keys() and (best is None or len(columns) > len(best.columns)):
            best = WhoColumns(line, columns)
    if best is not None:
        return best
    for number, column in enumerate(grid.columns):
        written = column.filter(column.str.strip_chars() != "")
        looks = written.str.contains(LOOKS_LIKE_NUMBER).sum()
        if len(written) and looks * 2 > len(written):
            return WhoColumns(-1, {"id": number})
    return None


def _named(cells: list[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    lists = {"town": TOWN_HEADERS, "village": VILLAGE_HEADERS, "addr": ADDRESS_HEADERS}
    for number, cell in enumerate(cells):
        key = header_key(cell)
        if not key or len(key) > 20:
            continue
        for what, pattern in (("id", NUMBER), ("name", NAME), ("dob", BIRTH)):
            if what not in found and pattern.search(key):
                found[what] = number
                break
        else:
            for what, headers in lists.items():
                if what not in found and key in {header_key(h) for h in headers}:
                    found[what] = number
    return found


def who_rows(grid: Grid, who: WhoColumns) -> pl.DataFrame:
    """One line per data line: `rid` (line of the sheet from 0) and the columns that linking asks for."""
    frame = (
        pl.DataFrame(grid.columns).with_row_index("rid").slice(who.line + 1).with_columns(pl.col("rid").cast(pl.Int64))
    )

    def text(what: str) -> pl.Expr:
        return pl.col(f"c{who.columns[what]}") if what in who.columns else pl.lit(None, dtype=pl.String)

    shown = frame.select(text("name").alias("name"), text("id").alias("id"))
    name, number = (
        unswapped(shown["name"], shown["id"]) if {"name", "id"} <= who.columns.keys() else (shown["name"], shown["id"])
    )
    frame = frame.with_columns(name.alias("who"), number.alias("number"))
    rows = frame.select(
        "rid",
        name_norm(pl.col("who")).alias("name"),
        as_date(text("dob")).alias("dob"),
        pl.col("number").alias("written"),
        *[compact(text(w)).alias(w) for w in ("town", "village", "addr")],
    )
    numbers = identity_columns(rows["written"], of_registry=False)
    return rows.drop("written").hstack(numbers.get_columns())
