"""The county's own figures: params.csv of a pack, the layer above all others."""

from __future__ import annotations

import csv
import io
from datetime import date
from fractions import Fraction
from pathlib import Path

from shouwang.kernel.dates import parse_iso
from shouwang.kernel.errors import UserError
from shouwang.kernel.money import fen
from shouwang.policy.book import Book
from shouwang.policy.figure_files import month_day, words
from shouwang.policy.figures import MONEY, Citation, Figure, Grade, Unit, Value

COLUMNS = ("参数", "年度", "值", "生效日期", "失效日期", "文号")


def read_params(path: Path, book: Book, area: str) -> tuple[Book, list[UserError]]:
    """The book with the county's values above it, and the lines that could not be used.

    Raises UserError when the file as a whole is no params.csv.
    """
    text = _text(path)
    reader = csv.DictReader(io.StringIO(text))
    missing = [c for c in COLUMNS if c not in (reader.fieldnames or [])]
    if missing:
        raise UserError(f"缺少列：{'、'.join(missing)}", f"表头应为 {'、'.join(COLUMNS)}", where=path.name)
    rows = [(n, row) for n, row in enumerate(reader, start=2) if (row["参数"] or "").strip()]
    values: list[tuple[str, Value]] = []
    problems: list[UserError] = []
    for line, row in rows:
        try:
            values.append(_value(path.name, line, row, book, area))
        except UserError as problem:
            problems.append(problem)
    return book.with_values(values), problems


def _text(path: Path) -> str:
    content = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UserError("编码既不是UTF-8也不是GB18030", "另存为“CSV UTF-8”", where=path.name)


def _value(name: str, line: int, row: dict[str, str | None], book: Book, area: str) -> tuple[str, Value]:
    cell = {k: (row.get(k) or "").strip() for k in COLUMNS}
    where = f"{name} 第{line}行"
    if cell["参数"] not in book.figures:
        raise UserError(f"没有名为 {cell['参数']} 的参数", "用 shouwang policy 查看可用的参数名", where=where)
    figure = book.figures[cell["参数"]]
    year = _year(cell["年度"], where) if figure.keyed_by == "income_year" else None
    start, end = _day(cell["生效日期"], where, "生效日期"), _day(cell["失效日期"], where, "失效日期")
    if start and end and end < start:
        raise UserError(f"失效日期 {end} 早于生效日期 {start}", "改正日期", where=where)
    return figure.name, Value(
        value=amount(figure, cell["值"], where),
        grade=Grade.LOCAL,
        citation=Citation(cell["文号"] or "未写文号"),
        area=area,
        valid_from=start,
        valid_until=end,
        income_year=year,
        layer="params.csv",
        place=f"{name}:{line}",
    )


def amount(figure: Figure, raw: str, where: str) -> int | str:
    """What somebody wrote as the value of a figure: money in fen, a whole number, or words. Raises UserError."""
    problem = UserError(
        f"{figure.name} 的值 {raw!r} 与单位 {figure.unit.value} 不符",
        "金额写元，天数和百分数写整数，日期写MM-DD",
        where=where,
    )
    if figure.unit is Unit.MONTH_DAY:
        return month_day(raw, problem)
    if figure.unit is Unit.WORDS:
        return words(raw, problem)
    plain = raw.replace(",", "").removesuffix("元").removesuffix("%").removesuffix("天")
    try:
        number = fen(plain) if figure.unit in MONEY else _whole(plain)
    except ValueError as broken:
        raise problem from broken
    if number < 0:
        raise problem
    return number


def _whole(text: str) -> int:
    number = Fraction(text)
    if number.denominator != 1:
        raise ValueError(text)
    return int(number)


def _year(raw: str, where: str) -> int:
    if len(raw) == 4 and raw.isascii() and raw.isdigit():
        return int(raw)
    raise UserError(f"年度 {raw!r} 不是四位年份", "写收入年度，如 2025", where=where)


def _day(raw: str, where: str, column: str) -> date | None:
    if not raw:
        return None
    day = parse_iso(raw.replace("/", "-"))
    if day is None:
        raise UserError(f"{column} {raw!r} 不是日期", "写 YYYY-MM-DD", where=where)
    return day
