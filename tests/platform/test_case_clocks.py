"""Boundary days of the lawful clocks: limit exactly reached, weekends and 调休, leap day, a pause over the due day, figures that change."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouwang.config.start import part
from tests.platform import walk
from tests.platform.walk import DAY, act

START = date(2026, 3, 2)


def rule(days: int | None, counting: str = "calendar") -> Any:
    return part("cases.limits").Limit(days, counting, "", False)


def clock(
    start: date, days: int | None, today: date, counting: str = "calendar", pauses: Any = (), ended: date | None = None
) -> Any:
    return part("cases.limits").run_clock(start, rule(days, counting), pauses, today, ended)


@pytest.mark.parametrize(("after", "state"), [(0, "open"), (11, "open"), (12, "soon"), (15, "soon"), (16, "late")])
def test_the_last_day_is_still_in_time(place: Any, after: int, state: str) -> None:
    assert clock(START, 15, START + timedelta(days=after)).state == state
    done = clock(START, 15, START + timedelta(days=99), ended=START + timedelta(days=after))
    assert done.state == ("missed" if state == "late" else "met")


def test_without_a_figure_nothing_is_red_or_green(place: Any) -> None:
    found = clock(START, None, START + timedelta(days=400))
    assert (found.state, found.due, found.left, found.used) == ("not_set", None, None, 400)


def test_working_days_skip_weekends_and_holidays_and_count_days_worked_instead(place: Any) -> None:
    friday = date(2025, 9, 26)
    assert clock(friday, 1, friday, "working").due == date(2025, 9, 28)  # a Sunday worked for the holiday
    assert clock(date(2025, 9, 30), 1, date(2025, 9, 30), "working").due == date(2025, 10, 9)
    assert clock(date(2025, 9, 30), 2, date(2025, 9, 30), "working").due == date(2025, 10, 10)
    assert clock(date(2025, 9, 30), 1, date(2025, 10, 8), "working").state == "soon"
    assert clock(date(2026, 12, 28), 10, date(2026, 12, 28), "working").provisional


def test_a_leap_day_counts(place: Any) -> None:
    assert clock(date(2028, 2, 20), 15, date(2028, 2, 20)).due == date(2028, 3, 6)
    assert clock(date(2027, 2, 20), 15, date(2027, 2, 20)).due == date(2027, 3, 7)


def test_a_pause_over_the_due_day_pushes_it_and_one_after_it_heals_nothing(place: Any) -> None:
    over = [(START + timedelta(days=13), START + timedelta(days=20))]
    found = clock(START, 15, START + timedelta(days=21), pauses=over)
    assert (found.due, found.used, found.used_net, found.state) == (START + timedelta(days=22), 21, 14, "soon")
    after = [(START + timedelta(days=16), START + timedelta(days=30))]
    found = clock(START, 15, START + timedelta(days=31), pauses=after)
    assert (found.due, found.state) == (START + timedelta(days=15), "late")
    open_one = [(START + timedelta(days=5), None)]
    assert clock(START, 15, START + timedelta(days=60), pauses=open_one).left == 10


@given(
    start=st.dates(date(2021, 1, 1), date(2025, 6, 1)),
    days=st.integers(0, 60),
    used=st.integers(0, 90),
    counting=st.sampled_from(["calendar", "working"]),
)
def test_left_is_zero_on_the_due_day_and_pauses_never_shorten(
    place: Any, start: date, days: int, used: int, counting: str
) -> None:
    plain = clock(start, days, start + timedelta(days=used), counting)
    assert clock(start, days, plain.due, counting).left == 0
    assert (plain.left < 0) == (start + timedelta(days=used) > plain.due and plain.state == "late")
    paused = clock(
        start, days, start + timedelta(days=used), counting, [(start + timedelta(days=1), start + timedelta(days=4))]
    )
    assert paused.due >= plain.due
    assert 0 <= paused.used_net <= paused.used == plain.used


def test_the_limit_is_the_one_of_the_day_the_clock_started(place: Any) -> None:
    figures, clocks = part("screening.actions"), part("cases.clocks")
    with walk.scratch():
        case = walk.opened()
        assert case.due_on == DAY + timedelta(days=15)
        county = walk.post("county")
        figures.enter_figure(
            "case_total_days", "20", DAY + timedelta(days=1), None, "饶农发〔2026〕4号", DAY, "", county, walk.at(DAY)
        )
        figures.enter_figure(
            "case_total_counting",
            "working",
            DAY + timedelta(days=1),
            None,
            "饶农发〔2026〕4号",
            DAY,
            "",
            county,
            walk.at(DAY),
        )
        clocks.refresh_due(DAY)
        case.refresh_from_db()
        assert case.due_on == DAY + timedelta(days=15)
        later = walk.opened(on=DAY + timedelta(days=1), home=walk.free_household(1))
        assert later.due_on == date(2026, 3, 30)  # twenty working days after Monday 2 March
        entry = part("screening.models").LocalFigure.objects.filter(figure="case_total_days").get()
        figures.retract_figure(entry, county, walk.at(DAY))
        clocks.refresh_due(DAY)
        later.refresh_from_db()
        assert later.due_on == date(2026, 3, 23)  # fifteen working days again


def test_publicity_in_working_days(place: Any) -> None:
    figures = part("screening.actions")
    with walk.scratch():
        figures.enter_figure(
            "case_publicity_counting",
            "working",
            DAY,
            None,
            "饶农发〔2026〕5号",
            DAY,
            "",
            walk.post("county"),
            walk.at(DAY),
        )
        case = walk.opened()
        walk.to_publicity(case, DAY)  # Sunday 1 March
        assert case.publicity_until == date(2026, 3, 6)
        act(case, "end_publicity", date(2026, 3, 6))
        assert case.state == "to_township"
        doubts = part("cases.omissions").doubts
        assert doubts("publicity", "", DAY) == []


def test_amber_and_late_cases_become_tasks_one_level_up_and_end_with_them(place: Any) -> None:
    tasks, days = part("worklist.models").Task, part("cases.tasks").day_of_cases
    open_now = lambda kind, area: tasks.objects.filter(kind=kind, area_code=area, done_at__isnull=True).exists()  # noqa: E731
    with walk.scratch():
        case = walk.opened()
        town, county = case.area_code[:9], case.area_code[:6]
        days(DAY + timedelta(days=13))
        assert open_now("case", town)
        days(DAY + timedelta(days=16))
        assert open_now("late_case", county)
        act(case, "explain_delay", DAY + timedelta(days=16), note="户主外出务工，昨天才联系上")
        act(case, "end_gone", DAY + timedelta(days=17), note="整户迁到外省，村里核实")
        part("cases.models").Case.objects.filter(decided_on__isnull=True).update(due_on=None)
        days(DAY + timedelta(days=18))
        assert not open_now("late_case", county)


def test_a_publicity_that_a_later_document_made_too_short_is_listed_by_the_days_that_count_there(place: Any) -> None:
    figures, doubts = part("screening.actions"), part("cases.omissions").doubts
    start, end = date(2026, 3, 4), date(2026, 3, 9)  # five days from a Wednesday, three of them working days
    with walk.scratch():
        case = walk.opened()
        walk.to_publicity(case, start)
        act(case, "end_publicity", end)
        assert doubts("publicity", "", end) == []
        county, source = walk.post("county"), "饶农发〔2026〕5号"
        figures.enter_figure("case_publicity_counting", "working", DAY, None, source, DAY, "", county, walk.at(DAY))
        (found,) = doubts("publicity", "", end)
        assert (found.household_id, "不满 5 天" in found.what) == (case.household_id, True)
