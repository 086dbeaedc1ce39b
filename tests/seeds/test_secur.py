"""SECUR 两不愁三保障及饮水安全: the seven-item card."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from shouwang.config.start import part
from shouwang.kernel.errors import UserError
from tests.platform import walk
from tests.platform.walk import DAY


def put(home: Any, item: str, met: bool, on: Any, evidence: str = "") -> Any:
    return part("cases.items").set_item(home, item, met, on, evidence, walk.post("town1"), walk.at(on), on)


def test_a_no_is_a_clue_and_a_problem_the_same_day_and_a_yes_with_evidence_closes_it(place: Any) -> None:
    clues, problems = part("cases.models").Clue, part("cases.field_models").Problem
    with walk.scratch():
        home = walk.free_household()
        put(home, "education", False, DAY, "孩子辍学在家")
        (clue,) = clues.objects.filter(household_id=home.pk)
        assert (clue.received_on, clue.source, clue.state) == (DAY, "item", "new")
        (problem,) = problems.objects.filter(household_id=home.pk)
        assert (problem.opened_on, problem.closed_on, problem.item) == (DAY, None, "education")
        put(home, "education", False, DAY + timedelta(days=1), "还没有返校")
        assert problems.objects.filter(household_id=home.pk).count() == 1
        with pytest.raises(UserError, match="写明理由"):
            put(home, "education", True, DAY + timedelta(days=3))
        put(home, "education", True, DAY + timedelta(days=3), "已返校，学校出具证明")
        problem.refresh_from_db()
        assert (problem.closed_on, problem.closing) == (DAY + timedelta(days=3), "已返校，学校出具证明")


def test_water_older_than_its_interval_is_outdated_not_yes(place: Any) -> None:
    items = part("cases.items")
    with walk.scratch():
        home = walk.free_household()
        put(home, "water", True, DAY, "自来水")
        state = lambda on: next(i.state for i in items.card(home, on) if i.key == "water")  # noqa: E731
        assert state(DAY) == state(DAY + timedelta(days=92)) == "yes"
        assert state(DAY + timedelta(days=93)) == "outdated"
        assert state(DAY - timedelta(days=1)) == "unknown"
        assert [i.state for i in items.card(home, DAY) if i.key != "water"] == ["unknown"] * 6


def test_the_card_through_the_pages(place: Any, sign_in: Any) -> None:
    with walk.as_("town1"):
        case = walk.opened(home=walk.free_household(last=True))
        home_id = case.household_id
    client = sign_in("town1")
    today = part("config.clock").today()
    answer = client.post(
        f"/cases/{case.pk}/plan/",
        {
            "what": "visit",
            "visitors": "周勇",
            "manner": "home",
            "item_housing": "no",
            "evidence_housing": "屋顶漏雨",
            "on": str(today),
        },
    )
    assert answer.status_code == 302
    page = client.get(f"/households/{home_id}/").content.decode()
    assert "住房安全" in page
    assert "没有保障" in page
    assert "住房安全没有保障：屋顶漏雨" in client.get("/problems/").content.decode()
    assert (
        "住房安全没有保障"
        in client.get(f"/households/{home_id}/clues/").content.decode()
        + client.get(f"/cases/{case.pk}/").content.decode()
    )
