"""PLAN 一户一策: the lines that it works by."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from shouwang.config.start import part
from shouwang.kernel.errors import UserError
from tests.platform import walk
from tests.platform.walk import DAY

LATER = DAY + timedelta(days=10)


def two_risks() -> Any:
    """A monitored household with risks illness and job lost."""
    case = walk.monitored("因病")
    part("cases.steps").set_risks(case, ["因病", "因务工就业不稳"], walk.post("town1"))
    case.refresh_from_db()
    return case


def add(case: Any, risk: str, column: str, value: str) -> Any:
    return part("assistance.actions").add_measure(
        case, risk, column, value, LATER, "", None, walk.post("town1"), walk.at(LATER)
    )


def gaps(case: Any) -> list[str]:
    found: list[str] = part("assistance.standing").standing(case, LATER).gaps
    return found


def test_help_is_in_place_only_when_every_risk_has_a_started_measure_and_one_person_answers(place: Any) -> None:
    actions = part("assistance.actions")
    with walk.scratch():
        case = two_risks()
        home = part("registry.models").Household.objects.get(pk=case.household_id)
        first = add(case, "因病", "m_health", "医疗救助")
        assert "没有措施的风险：因务工就业不稳" in gaps(case)
        assert "没有帮扶责任人" in gaps(case)
        second = add(case, "因务工就业不稳", "m_post", "公益岗位")
        assert "措施还没有开始的风险：因病、因务工就业不稳" in gaps(case)
        actions.start_measure(first, LATER, walk.post("town1"), LATER)
        actions.start_measure(second, LATER, walk.post("town1"), LATER)
        assert gaps(case) == ["没有帮扶责任人"]
        actions.name_responsible(home, "周勇", "县人社局", None, LATER, walk.post("town1"))
        assert gaps(case) == []
        assert part("assistance.standing").standing(case, LATER).in_place
        with pytest.raises(UserError, match="只能有一个"):
            actions.name_responsible(home, "吴敏", "县医保局", None, LATER, walk.post("town1"))


def test_a_measure_of_the_wrong_kind_answers_nothing(place: Any) -> None:
    with walk.scratch():
        case = walk.monitored("因安全饮水")
        add(case, "因安全饮水", "m_social", "社会捐助")
        assert "没有措施的风险：因安全饮水" in gaps(case)
        with pytest.raises(UserError, match="没有“因病”的风险"):
            add(case, "因病", "m_health", "医疗救助")


def test_an_able_and_willing_household_gets_a_development_measure_and_training_alone_is_none(place: Any) -> None:
    actions = part("assistance.actions")
    with walk.scratch():
        case = walk.monitored("因务工就业不稳")
        actions.make_plan(case, LATER, True, True, "稳定就业", walk.post("town1"), walk.at(LATER), LATER)
        add(case, "因务工就业不稳", "m_employment", "技能培训")
        assert any("开发式" in g for g in gaps(case))
        add(case, "因务工就业不稳", "m_employment", "外出务工补贴")
        assert not any("开发式" in g for g in gaps(case))
        assert "单一风险用单一措施" in part("assistance.standing").standing(case, LATER).hint


def test_the_thirteenth_household_of_a_helper_with_a_limit_of_ten_is_a_warning(place: Any) -> None:
    actions, responsible = part("assistance.actions"), part("assistance.models").Responsible
    with walk.scratch():
        homes = [walk.free_household(n) for n in range(12)]
        warnings = [
            actions.name_responsible(home, "周勇", "县人社局", None, LATER, walk.post("town1")) for home in homes
        ]
        assert warnings[9] == ""
        assert warnings[10] == "周勇 已负责 11 户，超过 10 户"
        assert warnings[11].startswith("周勇 已负责 12 户")
        assert responsible.objects.filter(name="周勇", until__isnull=True).count() == 12
        actions.end_responsible(homes[0], LATER, walk.post("town1"))
        assert actions.name_responsible(homes[0], "吴敏", "县医保局", None, LATER, walk.post("town1")) == ""


def test_a_visit_sent_twice_counts_once(place: Any) -> None:
    actions, visits = part("assistance.actions"), part("assistance.models").HelpVisit
    with walk.scratch():
        home = walk.free_household()
        for _ in range(2):
            actions.visit(home, LATER, "周勇", "home", "看望", "phone-1", walk.post("town1"), walk.at(LATER), LATER)
        assert visits.objects.filter(household_id=home.pk).count() == 1
