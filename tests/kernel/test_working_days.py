"""Working days with 调休, and how a limit stands on a day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouwang.kernel.working_days import add_working_days, is_provisional, is_working_day, working_days_between, years


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2025-10-01", False), ("2025-10-08", False), ("2025-10-09", True), ("2025-10-11", True), ("2025-10-12", False), ("2025-09-28", True),
        ("2026-02-14", True), ("2026-02-23", False), ("2026-02-24", True), ("2020-01-31", False), ("2024-02-18", True), ("2024-02-17", False),
        ("2030-01-05", False), ("2030-01-07", True),
    ],
)  # fmt: skip
def test_the_notices_of_the_state_council(day: str, works: bool) -> None:
    assert is_working_day(date.fromisoformat(day)) is works


def test_years_without_a_notice_are_provisional() -> None:
    assert set(years()) == set(range(2020, 2027))
    assert not is_provisional(date(2026, 1, 1), date(2026, 12, 31))
    assert is_provisional(date(2026, 12, 30), date(2027, 1, 10))


def test_days_off_and_worked_make_sense() -> None:
    for number, year in years().items():
        assert year.notice.startswith("国办发明电")
        assert all(d.weekday() >= 5 for d in year.work)
        assert not year.off & year.work
        assert {d.year for d in year.off | year.work} == {number}
        assert 245 <= sum(is_working_day(date(number, 1, 1) + timedelta(days=n)) for n in range(365)) <= 252


DAYS = st.dates(date(2020, 1, 1), date(2027, 12, 31))


@given(DAYS, st.integers(0, 60))
def test_adding_and_counting_agree(start: date, count: int) -> None:
    end = add_working_days(start, count)
    assert working_days_between(start, end) == count
    assert count == 0 or is_working_day(end)


@given(DAYS, DAYS, DAYS)
def test_counts_add_up(a: date, b: date, c: date) -> None:
    first, second, third = sorted((a, b, c))
    assert working_days_between(first, second) + working_days_between(second, third) == working_days_between(
        first, third
    )
    assert working_days_between(second, first) == -working_days_between(first, second)
