"""FAST 快速发现和响应: the lines that it works by."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from shouwang.config.start import part
from shouwang.kernel.errors import UserError
from tests.platform import walk
from tests.platform.walk import act


def march(day: int) -> date:
    return date(2026, 3, day)


def decided_case() -> Any:
    """Clue 1 March, check 5 March, appraisal 8 March, publicity 9–14, township 17, county 20 March."""
    case = walk.opened(on=march(1), check=march(5))
    act(case, "apply", march(5), signed=True)
    act(case, "visit", march(5), signed=True)
    act(case, "send_comparison", march(5))
    act(case, "comparison_back", march(8), "county", results={"vehicles": "无"})
    act(case, "review", march(8), people=walk.VILLAGERS, votes={"yes": 5, "no": 0, "abstain": 0})
    act(case, "publish", march(9))
    act(case, "end_publicity", march(14))
    act(case, "township_review", march(17))
    return case


def test_nineteen_days_over_a_limit_of_fifteen_and_the_slow_step_without_publicity(place: Any) -> None:
    clocks, replay, queries, progress = (
        part("cases.clocks"),
        part("cases.replay"),
        part("cases.queries"),
        part("cases.progress"),
    )
    with walk.scratch():
        case = decided_case()
        late = queries.cases_page("", "late", march(17), {})
        assert case.pk in [r.case.pk for r in late.rows]
        assert case.pk not in [r.case.pk for r in queries.cases_page("", "late", march(16), {}).rows]
        act(case, "county_decide", march(20), "approver", category="edge")
        clock = clocks.total_clock(case, march(30))
        assert (clock.used, clock.limit.days, clock.state) == (19, 15, "missed")
        steps = list(part("cases.models").Step.objects.filter(case_id=case.pk))
        split = dict(replay.days_by_step(case, steps))
        assert sum(split[k] for k in ("publish", "end_publicity", "township_review", "county_decide")) == 12
        assert (split["publish"], split["end_publicity"], split["township_review"], split["county_decide"]) == (
            1,
            5,
            3,
            3,
        )
        assert replay.slow_step(case, steps) == ("apply", 4)
        by_step = progress.days_by_step("", march(1), march(31))
        assert progress.slow_step(by_step).action == "apply"
        assert [s.action for s in by_step if s.is_publicity] == ["end_publicity"]


@pytest.mark.parametrize(("now", "shortened"), [(14, True), (21, False)])
def test_the_median_became_shorter_or_not(place: Any, now: int, shortened: bool) -> None:
    progress, cases = part("cases.progress"), part("cases.models").Case
    with walk.scratch():
        homes = [walk.free_household(n) for n in range(6)]
        for home, start, days in zip(
            homes, [march(1).replace(year=2025)] * 3 + [march(1)] * 3, [18, 19, 30, now - 1, now, now + 9], strict=True
        ):
            cases.objects.create(
                area_code=home.area_code, household_id=home.pk, state="eliminated", state_since=start, clock_start=start, opened_on=start,
                opened_at=walk.at(start), decided_on=start + timedelta(days=days),
            )  # fmt: skip
        year = lambda n: (date(n, 1, 1), date(n, 12, 31))  # noqa: E731
        found = progress.compared("", year(2025), year(2026))
        assert (found.before, found.now, found.shortened) == (19, now, shortened)
        assert progress.compared("", year(2019), year(2026)).shortened is None


def test_green_channel_by_cause_and_its_paperwork(place: Any) -> None:
    clocks, figures = part("cases.clocks"), part("screening.actions")
    flood = date(2026, 7, 10)
    with walk.scratch():
        case = walk.opened("因自然灾害", flood)
        act(case, "help_first", date(2026, 7, 11), cause="因自然灾害", note="洪水冲毁房屋")
        assert (
            clocks.green_clock(case, date(2026, 7, 26)).state
            == clocks.green_clock(case, date(2026, 8, 11)).state
            == "soon"
        )
        figures.enter_figure(
            "green_channel_paper_days",
            "30",
            date(2026, 1, 1),
            None,
            "饶农发〔2026〕1号",
            date(2026, 1, 1),
            "第三条",
            walk.post("county"),
            walk.at(flood),
        )
        assert clocks.green_clock(case, date(2026, 8, 10)).state == "soon"
        assert clocks.green_clock(case, date(2026, 8, 11)).state == "late"
        walk.to_decision(case, date(2026, 7, 20))
        assert case.decided_on == date(2026, 7, 25)
        assert clocks.green_clock(case, date(2026, 8, 11)).state == "met"


def test_the_same_with_illness_is_refused_until_a_local_document_adds_it(place: Any) -> None:
    figures = part("screening.actions")
    day = date(2026, 7, 10)
    with walk.scratch():
        case = walk.opened("因病", day)
        with pytest.raises(UserError, match="临时救助"):
            act(case, "help_first", day, cause="因病", note="住院急需用钱")
        figures.enter_figure(
            "green_channel_causes",
            "因自然灾害、因病",
            day,
            None,
            "饶农发〔2026〕2号",
            day,
            "",
            walk.post("county"),
            walk.at(day),
        )
        act(case, "help_first", day, cause="因病", note="住院急需用钱")
        assert case.green_cause == "因病"


def test_the_early_figures_come_from_the_same_stamps(place: Any) -> None:
    board = part("assistance.board")
    with walk.scratch():
        case = decided_case()
        act(case, "county_decide", march(20), "approver", category="edge")
        act(case, "announce", march(20))
        act(case, "enter", march(20))
        walk.helped(case, march(22))
        early = board.early("", march(1), march(31))
        assert (early.cases, early.intervened, early.judged, early.decided, early.helped) == (1, 4, 7, 19, 21)
        first = walk.opened("因自然灾害", march(2), home=walk.free_household(1))
        act(first, "help_first", march(3), cause="因自然灾害", note="洪水冲毁房屋")
        assert board.early("", march(2), march(2)).intervened == 0  # looked at on the day it was received
