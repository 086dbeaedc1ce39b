"""Dates and money: what rules count with."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouwang.kernel.dates import (
    age_on,
    completed_years_before,
    income_window,
    income_year,
    last_day_of_month,
    school_year,
    within_days,
)
from shouwang.kernel.money import decimal_text, fen, yuan_text

DAYS = st.dates(date(1900, 3, 1), date(2100, 12, 31))


@given(DAYS, st.dates(date(2000, 1, 1), date(2040, 12, 31)), st.integers(1, 100))
def test_completed_years_and_cut_off_dates_agree(birth: date, day: date, years: int) -> None:
    assert (birth <= completed_years_before(day, years)) == (age_on(birth, day) >= years)


def test_the_income_year_turns_on_the_first_of_october() -> None:
    assert income_year(date(2025, 9, 30)) == 2024
    assert income_year(date(2025, 10, 1)) == 2025
    assert income_window(2025).start == date(2024, 10, 1)
    assert income_window(2025).end == date(2025, 9, 30)


def test_the_school_year_turns_on_the_first_of_september() -> None:
    assert (school_year(date(2025, 8, 31)), school_year(date(2025, 9, 1))) == (2024, 2025)


@given(DAYS, st.integers(0, 400))
def test_a_window_includes_both_ends(day: date, days: int) -> None:
    window = within_days(day, days)
    assert window.end - window.start == timedelta(days=days)
    assert last_day_of_month(day) >= day


@pytest.mark.parametrize(("text", "amount"), [("1234.5", 123450), ("0.01", 1), ("-5", -500), ("10000", 1_000_000)])
def test_yuan_become_whole_fen(text: str, amount: int) -> None:
    assert fen(text) == amount


@pytest.mark.parametrize("text", ["0.001", "abc", "", "NaN", "Infinity"])
def test_parts_of_a_fen_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"fen|amount"):
        fen(text)


@given(st.integers(-(10**12), 10**12), st.integers(1, 9))
def test_decimals_are_rounded_once_and_half_away_from_zero(over: int, under: int) -> None:
    value = Fraction(over, under)
    shown = Fraction(decimal_text(value))
    assert abs(shown - value) <= Fraction(1, 20000)


def test_amounts_for_people() -> None:
    assert yuan_text(1234560) == "12,345.60"
    assert yuan_text(-5) == "-0.05"
    assert decimal_text(Fraction(8199995, 1000)) == "8199.995"
