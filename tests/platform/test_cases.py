"""The course of a case: order, people, papers, clocks, batches, side ways; what is refused says what would change it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from shouwang.config.start import part
from shouwang.kernel.errors import UserError
from tests.platform import walk
from tests.platform.walk import DAY, act


def test_the_whole_course_and_back(place: Any) -> None:
    with walk.scratch():
        case = walk.monitored()
        assert (case.state, case.decided_on, case.category) == ("monitored", DAY + timedelta(days=5), "edge")
        spells = part("registry.models").StatusSpell.objects.filter(
            household_id=case.household_id, kind="edge", until__isnull=True
        )
        assert spells.count() == 1
        walk.helped(case, DAY + timedelta(days=6))
        later = date(2026, 9, 10)
        walk.risk_gone(case, later)
        end = walk.to_elimination(case, later)
        assert (case.state, case.eliminated_on, case.elimination) == ("eliminated", end, "helped")
        assert spells.count() == 0
        act(case, "follow_up", end + timedelta(days=30), note="收入稳定，继续关注")
        act(case, "roll_back", end + timedelta(days=40), "approver", note="收入不稳定，消除不实")
        assert (case.state, case.eliminated_on) == ("monitored", None)
        assert spells.count() == 1
        kept = part("cases.models").Step.objects.filter(case_id=case.pk).count()
        assert kept == 23


@pytest.mark.parametrize(
    ("key", "who", "facts", "said"),
    [
        ("apply", "town1", {}, "签字"),
        ("apply", "approver", {"signed": True}, "岗位"),
        ("visit", "town1", {"signed": True}, "待申请授权"),
        ("send_comparison", "town1", {}, "待申请授权"),
        ("county_decide", "approver", {}, "待申请授权"),
        ("nonsense", "town1", {}, "没有步骤"),
        ("apply", "town1", {"signed": True, "on": DAY - timedelta(days=1)}, "在收到线索"),
    ],
)
def test_an_unlawful_action_is_refused_with_what_is_missing(
    place: Any, key: str, who: str, facts: dict[str, Any], said: str
) -> None:
    with walk.scratch():
        case = walk.opened()
        on = facts.pop("on", DAY)
        with pytest.raises(UserError) as caught:
            act(case, key, on, who, **facts)
        assert said in caught.value.text
        case.refresh_from_db()
        assert (case.state, case.version) == ("opened", 1)


def test_comparison_may_run_beside_but_must_be_back_before_the_township_reviews(place: Any) -> None:
    with walk.scratch():
        case = walk.opened()
        act(case, "apply", DAY, signed=True)
        act(case, "send_comparison", DAY)
        act(case, "visit", DAY, signed=True)
        act(case, "review", DAY, people=walk.VILLAGERS, votes={"yes": 3, "no": 1, "abstain": 1})
        act(case, "publish", DAY)
        end = DAY + timedelta(days=5)
        with pytest.raises(UserError, match="不满 5 天"):
            act(case, "end_publicity", end - timedelta(days=1))
        act(case, "end_publicity", end)
        with pytest.raises(UserError, match="比对结果还没有返回"):
            act(case, "township_review", end)
        act(case, "comparison_back", end, "county", results={"vehicles": "有一辆农用车"})
        act(case, "township_review", end)
        assert case.state == "to_county"


def test_votes_must_agree_with_the_result_and_a_refusal_needs_a_reason(place: Any) -> None:
    with walk.scratch():
        case = walk.opened()
        act(case, "apply", DAY, signed=True)
        act(case, "visit", DAY, signed=True)
        with pytest.raises(UserError, match="没有写票数"):
            act(case, "review", DAY, people=walk.VILLAGERS)
        with pytest.raises(UserError, match="与结果不符"):
            act(case, "review", DAY, people=walk.VILLAGERS, votes={"yes": 2, "no": 3, "abstain": 0})
        with pytest.raises(UserError, match="至少要 5 人"):
            act(case, "review", DAY, people=walk.TWO, votes={"yes": 2, "no": 0, "abstain": 0})
        with pytest.raises(UserError, match="写明理由"):
            act(case, "review", DAY, people=walk.VILLAGERS, agreed=False, votes={"yes": 1, "no": 4, "abstain": 0})
        act(
            case,
            "review",
            DAY,
            people=walk.VILLAGERS,
            agreed=False,
            note="支出可由家庭承担",
            votes={"yes": 1, "no": 4, "abstain": 0},
        )
        assert case.state == "not_included"


def test_an_objection_is_a_clue_and_stops_the_publicity_until_answered(place: Any) -> None:
    with walk.scratch():
        case = walk.opened()
        walk.to_publicity(case, DAY)
        act(case, "object", DAY + timedelta(days=2), note="有人反映他家有货车")
        clues = part("cases.models").Clue.objects.filter(household_id=case.household_id, state="new")
        assert [c.source for c in clues] == ["objection"]
        with pytest.raises(UserError, match="异议还没有答复"):
            act(case, "end_publicity", DAY + timedelta(days=5))
        act(case, "answer_objection", DAY + timedelta(days=4), note="核实货车已卖")
        act(case, "end_publicity", DAY + timedelta(days=5))
        assert case.state == "to_township"
        again = walk.opened(home=walk.free_household(1))
        walk.to_publicity(again, DAY)
        act(again, "object", DAY + timedelta(days=1), note="有人反映他家有楼房")
        act(again, "answer_objection", DAY + timedelta(days=2), note="楼房属实", upheld=True)
        assert (again.state, again.publicity_from) == ("to_visit", None)


def test_pauses_only_for_listed_reasons_and_the_total_is_shown_both_ways(place: Any) -> None:
    clocks = part("cases.clocks")
    with walk.scratch():
        case = walk.opened()
        with pytest.raises(UserError, match="不在列表里"):
            act(case, "pause", DAY, pause="领导出差")
        act(case, "pause", DAY + timedelta(days=2), pause="灾害或交通中断")
        with pytest.raises(UserError, match="已经暂停"):
            act(case, "pause", DAY + timedelta(days=3), pause="灾害或交通中断")
        act(case, "resume", DAY + timedelta(days=6))
        assert case.due_on == DAY + timedelta(days=19)
        clock = clocks.total_clock(case, DAY + timedelta(days=19))
        assert (clock.used, clock.used_net, clock.left, clock.state) == (19, 15, 0, "soon")
        assert clocks.total_clock(case, DAY + timedelta(days=20)).state == "late"


def test_a_batch_of_households_each_with_its_own_result(place: Any) -> None:
    sittings = part("cases.sittings")
    with walk.scratch():
        cases = [walk.opened(home=walk.free_household(n)) for n in range(3)]
        for case in cases:
            act(case, "apply", DAY, signed=True)
        for case in cases[:2]:
            act(case, "visit", DAY, signed=True)
        votes = {"votes": {"yes": 5, "no": 0, "abstain": 0}}
        no = {"votes": {"yes": 0, "no": 5, "abstain": 0}}
        lines = [
            sittings.Line(cases[0], data=votes),
            sittings.Line(cases[1], False, "不符合条件的说明", no),
            sittings.Line(cases[2], data=votes),
        ]
        held = sittings.hold("review", DAY, "村委会", walk.VILLAGERS, "", lines, walk.post("town1"), walk.at(DAY), DAY)
        assert [c.state for c in held.done] == ["to_publish", "not_included"]
        ((refused, error),) = held.refused
        assert refused.pk == cases[2].pk
        assert "待入户核查" in error.text
        assert (held.sitting.cases, held.sitting.agreed) == (2, 1)
        steps = part("cases.models").Step.objects.filter(sitting_id=held.sitting.pk)
        assert steps.count() == 2
        papers = part("cases.sitting_papers")
        shown = papers.minutes(held.sitting, DAY)
        assert sorted(row[7] for row in shown.sections[1].rows) == ["不同意", "同意"]


def test_the_entry_sheet_sets_what_was_decided_beside_the_register_in_the_order_of_the_screens(place: Any) -> None:
    entry = part("cases.entry_paper")
    with walk.scratch():
        case = walk.opened("因学")
        home = part("registry.models").Household.objects.get(pk=case.household_id)
        before = {row[0]: row for s in entry.entry_sheet(case, home, DAY).sections for row in s.rows}
        assert {row[2] for row in before.values()} == {""}
        end = walk.to_decision(case, DAY, "edge")
        printed = entry.entry_sheet(case, home, end)
        assert [s.title[:1] for s in printed.sections[:6]] == list("一二三四五六")
        rows = {row[0]: row for s in printed.sections for row in s.rows}
        titles = [f.headers[0] for f in entry.feeds()["registry_household"].fields]
        kind, month, risk = (
            entry.feeds()["registry_household"].field(n).headers[0] for n in ("monitored_kind", "identified", "risk1")
        )
        assert set(rows) <= set(titles)
        assert rows[kind][2] == "边缘易致贫户"
        assert rows[month][2] == f"{end:%Y%m}"
        assert rows[risk][2] == "因学"
        assert {rows[t][1] for t in rows} == {before[t][1] for t in rows}


def test_green_channel_causes_are_a_figure_and_the_refusal_names_relief(place: Any) -> None:
    clocks = part("cases.clocks")
    with walk.scratch():
        case = walk.opened("因自然灾害")
        with pytest.raises(UserError) as caught:
            act(case, "help_first", DAY, cause="因病", note="住院急需用钱")
        assert "临时救助" in caught.value.text
        act(case, "help_first", DAY, cause="因自然灾害", note="洪水冲毁房屋")
        assert (case.state, case.green_on) == ("opened", DAY)
        soon = clocks.green_clock(case, DAY + timedelta(days=15))
        assert (soon.state, soon.due) == ("soon", None)
        assert clocks.green_clock(case, DAY + timedelta(days=14)).state == "not_set"


def test_two_people_cannot_move_the_same_case_at_once(place: Any) -> None:
    with walk.scratch():
        case = walk.opened()
        other = part("cases.models").Case.objects.get(pk=case.pk)
        act(case, "apply", DAY, signed=True)
        with pytest.raises(UserError, match="刚被别人办理过"):
            part("cases.steps").take(
                other,
                "apply",
                part("cases.guards").Taken(DAY, walk.TWO, data={"signed": True}),
                walk.post("town1"),
                walk.at(DAY),
                DAY,
            )


def test_late_entries_are_marked_and_out_of_order_dates_need_a_reason(place: Any) -> None:
    replay, guards, steps = part("cases.replay"), part("cases.guards"), part("cases.steps")
    with walk.scratch():
        case = walk.opened()
        taken = guards.Taken(DAY + timedelta(days=1), walk.TWO, data={"signed": True})
        on_time = steps.take(
            case, "apply", taken, walk.post("town1"), walk.at(DAY + timedelta(days=4)), DAY + timedelta(days=9)
        )
        late = steps.take(
            case, "visit", taken, walk.post("town1"), walk.at(DAY + timedelta(days=5)), DAY + timedelta(days=9)
        )
        assert replay.made_up_later([on_time, late], 3) == {late.pk}
        case.refresh_from_db()
        with pytest.raises(UserError, match="早于上一步"):
            act(case, "review", DAY, people=walk.VILLAGERS, votes={"yes": 5, "no": 0, "abstain": 0})
        act(
            case,
            "review",
            DAY,
            people=walk.VILLAGERS,
            votes={"yes": 5, "no": 0, "abstain": 0},
            order_reason="评议先开，入户补看",
        )
        found = part("cases.omissions").doubts("order", "", DAY)
        assert case.household_id in {d.household_id for d in found}


def test_a_household_that_died_out_and_one_marked_again(place: Any) -> None:
    with walk.scratch():
        case = walk.monitored()
        act(case, "end_gone", DAY + timedelta(days=90), note="整户去世，村里核实")
        assert case.state == "ended"
        other = walk.monitored(home=walk.free_household(2))
        walk.helped(other, DAY + timedelta(days=6))
        later = date(2026, 9, 10)
        walk.risk_gone(other, later)
        walk.to_elimination(other, later)
        home = part("registry.models").Household.objects.get(pk=other.household_id)
        again = walk.opened("因学", date(2026, 10, 1), home=home)
        assert (again.former_case, again.state, again.clock_start) == (other.pk, "opened", date(2026, 10, 1))
