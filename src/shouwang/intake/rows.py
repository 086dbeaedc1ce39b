"""One sheet of a known kind becomes typed rows, every one of them accounted for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from shouwang.intake import cells
from shouwang.intake.feed import Feed, Field, header_key
from shouwang.intake.grid import Grid
from shouwang.intake.header import Mapped
from shouwang.intake.identity_columns import identity_columns, name_norm
from shouwang.kernel.identity import MISSING_MARKS

TOTAL_WORDS = ("合计", "总计", "小计")
NOTE = r"^(填表|制表|审核|填报|说明|备注|注[:：]|附注|数据来源|联系人)"
DIGIT_STRING = r"^['’]?[0-9]{6,}[0-9Xx]?$|^[0-9](\.[0-9]+)?[eE]\+[0-9]+$"
ANY_DIGIT = "[0-9０-９]"
ANY_HANZI = "[\u3400-\u9fff\U00020000-\U0003ffff]"
FEW = 3
SEPARATOR = "\x1f"


@dataclass(frozen=True)
class TypedSheet:
    """The data rows of one sheet: `row reject bad raw` and the feed's fields; rejected rows keep their text."""

    sheet: str
    rows: pl.DataFrame
    mapped: Mapped


def typed_sheet(grid: Grid, feed: Feed, mapped: Mapped) -> TypedSheet:
    """All data rows below the header: typed, with the reason of rejection where one applies by the row alone."""
    raw = _data_rows(grid, mapped.line)
    columns = [c for c in raw.columns if c != "row"]
    marked = raw.with_columns(
        raw=pl.concat_str(pl.all().exclude("row"), separator="|"),
        reject=_structural(raw, columns, mapped, feed),
    )
    typed = _typed(marked, feed, mapped)
    if not feed.is_registry:
        nobody = pl.col("name").is_null() & (pl.col("id_kind") == "missing")
        typed = typed.with_columns(
            reject=pl.when(pl.col("reject").is_null() & nobody).then(pl.lit("no_identity")).otherwise(pl.col("reject"))
        )
    return TypedSheet(grid.sheet, typed, mapped)


def _data_rows(grid: Grid, header_line: int) -> pl.DataFrame:
    _fill_merged(grid, header_line)
    frame = pl.DataFrame(grid.columns).with_row_index("row", offset=1).slice(header_line + 1)
    texts = pl.all().exclude("row")
    blank = pl.concat_str(texts, separator="").str.strip_chars(cells.CELL_BLANKS) == ""
    return frame.with_columns(pl.col("row").cast(pl.Int64)).filter(~blank)


def _fill_merged(grid: Grid, header_line: int) -> None:
    """A cell merged over the lines of one household holds for each of them."""
    for (top, left), (bottom, right) in grid.merged:
        if top > header_line:
            for column in range(left, min(right + 1, len(grid.columns))):
                series = grid.columns[column]
                lines = list(range(top + 1, min(bottom + 1, len(series))))
                grid.columns[column] = series.scatter(lines, [series[top]] * len(lines))


def _structural(raw: pl.DataFrame, columns: list[str], mapped: Mapped, feed: Feed) -> pl.Expr:
    first = pl.col(columns[0]).str.replace_all(r"[\s\u3000]+", "")
    others_blank = (
        pl.concat_str([pl.col(c) for c in columns[1:]]).str.strip_chars(cells.CELL_BLANKS) == ""
        if len(columns) > 1
        else pl.lit(True)
    )
    is_serial = mapped.fields.get(0) == "seq"
    is_text = ~first.str.contains(r"^[0-9.]+$") if is_serial else first.str.contains(NOTE)
    compared = columns if feed.is_registry else [c for n, c in enumerate(columns) if mapped.fields.get(n) != "seq"]
    whole = pl.concat_str([pl.col(c).str.strip_chars(cells.CELL_BLANKS) for c in compared], separator=SEPARATOR)
    return (
        pl.when(first.is_in(list(TOTAL_WORDS)))
        .then(pl.lit("total_row"))
        .when(others_blank & is_text)
        .then(pl.lit("note_row"))
        .when(_repeats_header(columns, mapped))
        .then(pl.lit("repeat_header"))
        .when(~whole.is_first_distinct())
        .then(pl.lit("duplicate_row"))
    )


def _repeats_header(columns: list[str], mapped: Mapped) -> pl.Expr:
    same = [
        pl.col(columns[n]).str.replace_all(r"[\s\u3000]+", "") == "".join(header.split())
        for n, header in enumerate(mapped.headers[: len(columns)])
        if n in mapped.fields and header_key(header)
    ]
    return pl.all_horizontal(same)


def _typed(marked: pl.DataFrame, feed: Feed, mapped: Mapped) -> pl.DataFrame:
    texts = {name: marked[f"c{n}"] for n, name in mapped.fields.items()}
    if not feed.is_registry and {"name", "id"} <= texts.keys():
        texts["name"], texts["id"] = unswapped(texts["name"], texts["id"])
    blank = pl.repeat(None, marked.height, dtype=pl.String, eager=True)
    typed = marked.select("row", "reject", "raw").hstack(
        [
            *[
                _column(f, texts.get(f.name, blank), mapped).alias(f.name)
                for f in feed.fields
                if f.type not in ("id", "address", "serial")
            ],
            *[converted(texts.get(n, blank), cells.compact).alias(n) for n in _address_columns(feed)],
        ]
    )
    for field in feed.fields:
        if field.type == "id":
            written = texts.get(field.name, blank)
            numbers = identity_columns(written, of_registry=feed.is_registry)
            prefix = "" if field.name == "id" else f"{field.name}_"
            typed = typed.hstack([s.alias(f"{prefix}{s.name}") for s in numbers.get_columns()])
    if "id_kind" not in typed.columns and not feed.is_registry:
        typed = typed.hstack(identity_columns(blank, of_registry=False))
    return typed.with_columns(bad=_unreadable(feed)).pipe(_with_identity_columns)


def _address_columns(feed: Feed) -> tuple[str, ...]:
    return ("town", "village", "addr") if any(f.type == "address" for f in feed.fields) else ()


def _with_identity_columns(typed: pl.DataFrame) -> pl.DataFrame:
    absent = {"name": pl.String, "dob": pl.Date, "county": pl.String}
    return typed.with_columns(pl.lit(None, dtype=t).alias(n) for n, t in absent.items() if n not in typed.columns)


def unswapped(name: pl.Series, number: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Name and number put back where they belong, row by row. Only rows that look odd are looked at closely."""
    odd = name.str.contains(ANY_DIGIT).fill_null(False) | number.str.contains(ANY_HANZI).fill_null(False)
    if not odd.any():
        return name, number
    frame = pl.DataFrame({"name": name, "number": number})
    clean_name, clean = cells.compact(pl.col("name")), cells.compact(pl.col("number"))
    name_is_number = clean_name.str.contains(DIGIT_STRING).fill_null(False)
    number_is_name = (clean.str.contains(ANY_HANZI) & ~clean.is_in(list(MISSING_MARKS))).fill_null(False)
    close = frame.filter(odd).select(name_is_number | number_is_name)[:, 0]
    swapped = odd.scatter(odd.arg_true(), close)
    return number.zip_with(swapped, name).alias("name"), name.zip_with(swapped, number).alias("number")


Expression = Callable[[pl.Expr], pl.Expr]


def converted(text: pl.Series, expression: Expression) -> pl.Series:
    """A text column through an expression; where texts repeat, each different one is converted once."""
    frame = text.to_frame("text")
    different = text.unique()
    if len(different) * FEW > len(text):
        return frame.select(expression(pl.col("text")).alias("value"))["value"]
    values = different.to_frame("text").select("text", expression(pl.col("text")).alias("value"))
    return frame.join(values, on="text", how="left", maintain_order="left")["value"]


SIMPLE: dict[str, Expression] = {
    "date": cells.as_date,
    "month": cells.as_month,
    "school_year": cells.as_school_year,
    "level": cells.as_level,
    "grade": cells.as_grade,
    "count": cells.as_count,
    "yes_no": cells.as_yes_no,
    "list": cells.as_list,
    "code": cells.compact,
    "county": cells.compact,
    "text": cells.plain,
    "name": name_norm,
}


def _column(field: Field, text: pl.Series, mapped: Mapped) -> pl.Series:
    if field.type == "money":
        return cells.fen_column(text, field.name in mapped.in_wan)
    return converted(text, SIMPLE[field.type])


def _unreadable(feed: Feed) -> pl.Expr:
    if feed.is_registry:
        return pl.lit(None, dtype=pl.String)
    reason: pl.Expr = pl.lit(None, dtype=pl.String)
    for field in reversed(feed.required):
        code = "bad_date" if field.type in ("date", "month") else "bad_value"
        reason = pl.when(pl.col(field.name).is_null()).then(pl.lit(code)).otherwise(reason)
    return reason
