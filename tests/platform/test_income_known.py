"""What is known of incomes before anybody asks: months of an allowance, wages by the month, payments by what they are, the register's rest."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from shouwang.config.start import part
from shouwang.kernel.dates import Window
from tests.platform import walk

WINDOW = Window(date(2024, 10, 1), date(2025, 9, 30))
AFTER = date(2025, 11, 15)


def fact(home: Any, kind: str, on: date | None = None, amount: int | None = None, **data: Any) -> None:
    """A row of a department that belongs to the household's first member."""
    person = part("registry.models").Person.objects.filter(household_id=home.pk).order_by("pk").first()
    told = {k: str(v) if isinstance(v, date) else v for k, v in data.items()} | (
        {"amount": amount} if amount is not None else {}
    )
    part("exchange.models").Fact.objects.create(
        area_code=home.area_code, row_id=0, batch_id=0, subject="civil_affairs", kind=kind, person_id=person.pk, household_id=home.pk, data=told,
        event_date=on, amount=amount, sheet=1, row=1, method="D1", recorded_at=walk.at(AFTER),
    )  # fmt: skip


def bare_household() -> Any:
    """A household of which no department has said anything."""
    told = part("exchange.models").Fact.objects.values("household_id")
    return part("registry.models").Household.objects.filter(persons__gt=0).exclude(pk__in=told).order_by("pk")[0]


def lines(home: Any, on: date = AFTER, year: int | None = None) -> list[tuple[Any, ...]]:
    frame = part("income.known").known(home.area_code, WINDOW, on, [home.pk], year).lines
    return list(frame.select("kind", "item", "amount", "expected").iter_rows())


def test_an_allowance_counts_its_months_inside_the_window(place: Any) -> None:
    with walk.scratch():
        home = bare_household()
        fact(home, "dibao", amount=40_000, type="农村低保", start=date(2025, 7, 1), stop=None)
        assert lines(home) == [("transfer", "低保金", 3 * 40_000, False)]
        assert lines(home, date(2025, 8, 31)) == [
            ("transfer", "低保金", 2 * 40_000, False),
            ("transfer", "低保金", 40_000, True),
        ]


@pytest.mark.parametrize(
    ("start", "stop", "months"),
    [(date(2020, 1, 1), date(2024, 12, 1), 2), (date(2025, 9, 1), None, 1), (date(2025, 10, 1), None, 0)],
)
def test_a_spell_ends_with_the_month_before_its_stop_and_outside_the_window_is_nothing(
    place: Any, start: date, stop: date | None, months: int
) -> None:
    with walk.scratch():
        home = bare_household()
        fact(home, "dibao", amount=10_000, type="特困供养", start=start, stop=stop)
        assert lines(home) == ([("transfer", "特困供养金", months * 10_000, False)] if months else [])


def test_the_same_allowance_delivered_every_month_counts_once_with_its_newest_amount(place: Any) -> None:
    with walk.scratch():
        home = bare_household()
        for amount in (10_000, 10_000, 12_000):
            fact(home, "dibao", amount=amount, type="农村低保", start=date(2025, 9, 1), stop=None)
        assert lines(home) == [("transfer", "低保金", 12_000, False)]


def test_a_wage_runs_until_the_next_change_of_state(place: Any) -> None:
    with walk.scratch():
        home = bare_household()
        fact(home, "jobs", date(2025, 2, 10), 300_000, state="在岗")
        fact(home, "jobs", date(2025, 6, 3), None, state="失业")
        assert lines(home) == [("wage", "务工工资", 4 * 300_000, False)]


def test_payments_are_sorted_by_what_they_are_and_relief_is_no_income(place: Any) -> None:
    with walk.scratch():
        home = bare_household()
        for project, amount in (
            ("2025年公益性岗位补贴", 60_000),
            ("光伏资产收益分红", 5_000),
            ("耕地地力保护补贴", 7_000),
            ("临时救助金", 99_000),
            ("不知名的钱", 1),
        ):
            fact(home, "payments", date(2025, 5, 5), amount, project=project)
        fact(home, "payments", date(2025, 5, 5), 5_000, project="光伏资产收益分红")  # delivered twice
        fact(home, "payments", date(2025, 10, 1), 8_000, project="耕地地力保护补贴")  # after the window
        assert lines(home) == [
            ("property", "资产分红", 5_000, False), ("transfer", "其他转移", 1, False), ("transfer", "农业补贴", 7_000, False), ("wage", "公益岗报酬", 60_000, False),
        ]  # fmt: skip


def test_the_register_keeps_what_no_department_explains_and_contradictions_are_told(place: Any) -> None:
    with walk.scratch():
        home = bare_household()
        part("registry.models").YearSheet.objects.filter(household_id=home.pk, year=2025).update(
            retracted_at=walk.at(AFTER)
        )
        data = {
            "wage_income": 2_000_000,
            "business_income": 0,
            "property_income": 1_000,
            "transfer_income": 500_000,
            "business_cost": 0,
            "self_paid": 0,
            "claims": 0,
        }
        part("registry.models").YearSheet.objects.create(
            area_code=home.area_code,
            household_id=home.pk,
            year=2025,
            data=data,
            batch_id=0,
            sheet=1,
            row=1,
            recorded_at=walk.at(AFTER),
        )
        fact(home, "dibao", amount=40_000, type="农村低保", start=date(2025, 7, 1), stop=None)
        fact(home, "payments", date(2025, 5, 5), 5_000, project="光伏资产收益分红")
        assert lines(home, year=2025) == [
            ("property", "资产分红", 5_000, False), ("transfer", "低保金", 120_000, False), ("transfer", "其他转移", 380_000, False),
            ("wage", "务工工资", 2_000_000, False),
        ]  # fmt: skip
        over = part("income.known").known(home.area_code, WINDOW, AFTER, [home.pk], 2025).over
        assert over.select("kind", "told", "sum").rows() == [("property", 5_000, 1_000)]


def test_the_form_opens_with_what_is_known_and_its_evidence(place: Any) -> None:
    forms = part("income.forms")
    with walk.scratch():
        home = bare_household()
        fact(home, "dibao", amount=40_000, type="农村低保", start=date(2025, 7, 1), stop=None)
        fact(home, "dibao", amount=1_000, type="农村低保", start=date(2025, 8, 1), stop=None)
        known = part("income.known").known(home.area_code, WINDOW, AFTER, [home.pk]).lines
        (line,) = forms.known_as_lines(known)
        assert (line.amount, line.source, line.measure) == (122_000, "known", 12)
        assert "3 个月，每月 400.00" in line.evidence
        groups = {g.kind: g for g in forms.form_groups([line], {("wage", "务工工资"): 5}, {})}
        (row,) = groups["transfer"].rows
        assert (row.amount, row.source) == ("1220", "known")
        assert [r.item for r in groups["wage"].rows] == ["务工工资"]  # last year had it
        assert groups["property"].rows == []


def test_two_amounts_of_one_item_become_one_row_and_neither_is_lost(place: Any) -> None:
    forms, entering = part("income.forms"), part("income.entering")
    lines = [
        entering.Line("wage", "务工工资", 100, "visit", "甲", 7),
        entering.Line("wage", "务工工资", 23, "visit", "乙", 7),
    ]
    groups = {g.kind: g for g in forms.form_groups(lines, {}, {7: "张三"}, {"粮食": 40})}
    (row,) = groups["wage"].rows
    assert (row.person, row.amount, row.evidence) == ("张三", "1.23", "甲；乙")
    assert {r.item: r.ratio for r in groups["business"].others if r.ratio} == {"粮食": 40}
