"""Cells as offices write them: dates, months, school years, money, levels."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouwang.intake import cells
from shouwang.intake.grid import cell_text
from shouwang.intake.rows import converted


def one(expression: Any, text: str | None) -> Any:
    return pl.DataFrame({"t": pl.Series([text], dtype=pl.String)}).select(expression(pl.col("t")).alias("v"))["v"][0]


DATE_FORMS = (
    "{y}-{m:02d}-{d:02d}",
    "{y}/{m}/{d}",
    "{y}.{m:02d}.{d:02d}",
    "{y}{m:02d}{d:02d}",
    "{y}年{m}月{d}日",
    " {y}-{m}-{d} ",
    "{y}-{m:02d}-{d:02d} 00:00:00",
    "\t{y}/{m}/{d}",
)


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)), st.sampled_from(DATE_FORMS))
def test_every_form_of_a_date_is_the_same_day(day: date, form: str) -> None:
    assert one(cells.as_date, form.format(y=day.year, m=day.month, d=day.day)) == day


@pytest.mark.parametrize(
    "text",
    [
        "2025年13月",
        "不详",
        "待核实",
        "/",
        "",
        "2025-02-29",
        "20251301",
        "2025",
        None,
        "1899-12-31",
        "2101-01-01",
        "45717",
    ],
)
def test_what_is_no_date_is_null(text: str | None) -> None:
    assert one(cells.as_date, text) is None


@pytest.mark.parametrize("text", ["2025-03", "2025/3", "2025.03", "202503", "2025年3月", "2025-03-01", "2025年03月"])
def test_every_form_of_a_month_is_its_first_day(text: str) -> None:
    assert one(cells.as_month, text) == date(2025, 3, 1)


@pytest.mark.parametrize("text", ["2025-2026", "2025/2026学年", "2025-2026学年", "2025—2026学年"])
def test_every_form_of_a_school_year_is_its_first_year(text: str) -> None:
    assert one(cells.as_school_year, text) == 2025


@given(st.integers(0, 10**10), st.sampled_from(["{}", "{}元", " {} "]))
def test_money_in_yuan_is_exact(fen: int, form: str) -> None:
    text = form.format(f"{fen // 100:,}.{fen % 100:02d}")
    assert one(lambda t: cells.as_fen(t, False), text) == fen


@given(st.integers(0, 10**12))
def test_money_in_ten_thousands_is_exact_to_the_fen(fen: int) -> None:
    text = f"{fen // 1_000_000}.{fen % 1_000_000:06d}"
    assert one(lambda t: cells.as_fen(t, True), text) == fen
    assert one(lambda t: cells.as_fen(t, False), f"{text}万元") == fen


@given(
    st.lists(
        st.one_of(
            st.integers(-(10**9), 10**9).map(lambda n: str(n / 100)),
            st.floats(-1e6, 1e6).map(repr),
            st.sampled_from(["", "待核实", "1.2万元", "3e5", "inf", "nan", "１２", "1,000.5", "0.5000001"]),
        ),
        min_size=1,
        max_size=20,
    ),
    st.booleans(),
)
def test_the_short_way_and_the_long_way_to_fen_agree(texts: list[str], wan: bool) -> None:
    series = pl.Series("t", texts, dtype=pl.String)
    long = series.to_frame().select(cells.as_fen(pl.col("t"), wan).alias("v"))["v"].to_list()
    short = cells.fen_column(series, wan).to_list()
    for text, a, b in zip(texts, long, short, strict=True):
        assert a == b or (a is None and b is not None and "." in text), text


def test_absurd_amounts_are_unreadable_rather_than_wrapped() -> None:
    for text in ("99999999999999", "9" * 30, "1e300"):
        assert cells.fen_column(pl.Series([text]), True)[0] is None
    assert one(cells.as_count, "12345") is None


@given(st.floats(0, 1e9, allow_nan=False).map(lambda x: round(x, 2)))
def test_a_number_cell_keeps_its_fen(value: float) -> None:
    assert cells.fen_column(pl.Series([cell_text(value)]), False)[0] == round(value * 100)


@pytest.mark.parametrize(
    ("text", "level"), [("一级", 1), ("1", 1), ("2级", 2), ("四级", 4), ("五级", None), ("待鉴定", None)]
)
def test_disability_levels(text: str, level: int | None) -> None:
    assert one(cells.as_level, text) == level


@pytest.mark.parametrize(("text", "grade"), [("C", "C"), ("C级", "C"), ("C级危房", "C"), ("d", "D"), ("待鉴定", None)])
def test_housing_grades(text: str, grade: str | None) -> None:
    assert one(cells.as_grade, text) == grade


def test_lists_can_be_looked_into_by_item() -> None:
    assert one(cells.as_list, "技能培训， 其他") == ",技能培训,其他,"
    assert one(cells.as_list, " ") is None


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (2025.0, "2025"),
        (450.2, "450.2"),
        (2.30524199001019e17, "2.30524199001019e+17"),
        (0.00001, "0.00001"),
        (True, "是"),
        (date(2025, 3, 1), "2025-03-01"),
        (datetime.fromisoformat("2025-03-01T08:00"), "2025-03-01"),
    ],
)
def test_cells_of_every_type_become_text(value: Any, text: str) -> None:
    assert cell_text(value) == text


@given(st.lists(st.sampled_from(["2025-01-01", "20250102", "x", ""]), max_size=40))
def test_converting_each_different_text_once_changes_nothing(texts: list[str]) -> None:
    series = pl.Series("t", texts, dtype=pl.String)
    assert converted(series, cells.as_date).to_list() == [one(cells.as_date, t) for t in texts]
