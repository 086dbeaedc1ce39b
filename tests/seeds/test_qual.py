"""QUAL 数据真实性: the lines that it works by."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from shouwang.config.start import part
from shouwang.income import truth
from shouwang.income.targets import percent
from shouwang.kernel.errors import UserError
from tests.platform import walk
from tests.seeds.test_inc import line, stated

DAY = date(2026, 3, 1)


def test_parts_that_do_not_add_up_are_refused_with_both_numbers(place: Any) -> None:
    actions = part("income.actions")
    with walk.scratch():
        home = walk.free_household()
        parts = (line("wage", "务工工资", 1_000_000), line("transfer", "养老金", 500_000))
        with pytest.raises(UserError) as caught:
            actions.enter(home, stated(2025, *parts, total=1_530_000), walk.post("town1"), walk.at(DAY))
        assert "15,300.00" in caught.value.text
        assert "15,000.00" in caught.value.text
        assert actions.enter(home, stated(2025, *parts, total=1_500_000), walk.post("town1"), walk.at(DAY)).version == 1


def test_every_member_left_out_needs_a_reason_and_every_yuan_a_source(place: Any) -> None:
    actions = part("income.actions")
    with walk.scratch():
        home = walk.free_household()
        said = actions.Stated(2025, [(None, True, ""), (None, False, "")], [line("wage", "务工工资", 1)])
        with pytest.raises(UserError, match="不计入而没有写理由"):
            actions.enter(home, said, walk.post("town1"), walk.at(DAY))
        with pytest.raises(UserError, match="没有写来源"):
            actions.enter(home, stated(2025, line("wage", "务工工资", 1, source="")), walk.post("town1"), walk.at(DAY))
        made = actions.enter(
            home,
            actions.Stated(2025, [(None, True, ""), (None, False, "已出嫁")], [line("wage", "务工工资", 1)]),
            walk.post("town1"),
            walk.at(DAY),
        )
        assert made.persons == 1


def figures(count: int, area: str, per_head: int, visitor: str = "张一") -> list[truth.Stated]:
    return [truth.Stated(n, area, visitor, per_head * 3, 3) for n in range(count)]


def test_thirty_households_of_one_village_with_the_same_income_are_suspicious() -> None:
    found = truth.copied([*figures(30, "230524100001", 1_000_100), *figures(9, "230524100002", 1_000_100)], 10)
    assert [(area, len(homes)) for (area, _), homes in found.items()] == [("230524100001", 30)]


def test_many_just_above_a_line_and_a_visitor_unlike_the_others() -> None:
    assert truth.just_above(figures(30, "a", 1_000_100) + figures(2, "a", 999_000), 1_000_000, 2) == (30, 2)
    honest = [truth.Stated(n, "a", "张一", 3_000_000 + n * 10_000, 3) for n in range(20)]
    odd = [truth.Stated(n, "a", "李二", 6_000_000 + n * 10_000, 3) for n in range(10)]
    assert [(a, v) for a, v, *_ in truth.visitor_effect(honest + odd, 4, 8)] in (
        [("a", "李二")],
        [("a", "张一"), ("a", "李二")],
        [("a", "李二"), ("a", "张一")],
    )
    assert truth.visitor_effect(honest, 4, 8) == []


def test_a_correction_is_a_new_version_with_who_when_and_why_and_the_old_value_stays(place: Any) -> None:
    actions, models, queries = part("income.actions"), part("income.models"), part("income.queries")
    with walk.scratch():
        home, town = walk.free_household(), walk.post("town1")
        before = queries.quality("", 2025, DAY)
        first = actions.enter(home, stated(2025, line("wage", "务工工资", 1_000_000)), town, walk.at(DAY))
        second = actions.enter(
            home, stated(2025, line("wage", "务工工资", 1_200_000)), town, walk.at(DAY), "漏记两个月工资"
        )
        first.refresh_from_db()
        assert (second.version, second.why, second.recorded_by) == (2, "漏记两个月工资", town.user_id)
        assert first.replaced_at is not None
        assert first.wage == 1_000_000
        assert models.Item.objects.filter(statement_id=first.pk).count() == 1
        assert queries.quality("", 2025, DAY).corrections - before.corrections == 1


def test_a_recheck_of_fifty_with_three_wrong_is_six_percent_by_village_and_visitor(place: Any) -> None:
    actions, queries, registry = part("income.actions"), part("income.queries"), part("registry.models")
    with walk.scratch():
        town = walk.post("town1")
        homes = list(registry.Household.objects.filter(persons__gt=0).order_by("pk")[:50])
        for n, home in enumerate(homes):
            made = actions.enter(
                home, stated(2025, line("wage", "务工工资", 1_000_000 + n)), town, walk.at(DAY), "抽样前重新核算"
            )
            with pytest.raises(UserError, match="不能是原调查人"):
                actions.recheck(made, "张一、李二", DAY, False, "", town, walk.at(DAY))
            actions.recheck(made, "王三、赵四", DAY, n < 3, "工资多记" if n < 3 else "", town, walk.at(DAY))
        rates = queries.error_rates("", "visitors")
        assert rates == {"张一、李二": (3, 50)}
        assert percent(Fraction(*rates["张一、李二"]), 1) == "6.0 %"
        by_village = queries.error_rates("", "area_code")
        assert (sum(w for w, _ in by_village.values()), sum(n for _, n in by_village.values())) == (3, 50)


def test_implausible_wages_and_outliers_are_listed(place: Any) -> None:
    actions, queries = part("income.actions"), part("income.queries")
    with walk.scratch():
        town = walk.post("town1")
        village = walk.free_household().area_code
        homes = list(
            part("registry.models").Household.objects.filter(area_code=village, persons__gt=0).order_by("pk")[:6]
        )
        for n, home in enumerate(homes):
            amount = {0: 39_900, 1: 36_000_001, 2: 36_000_000}.get(n, 3_000_000)
            actions.enter(home, stated(2025, line("wage", "务工工资", amount)), town, walk.at(DAY), "核算一遍收入")
        found = queries.quality(village, 2025, DAY)
        assert {homes[0].pk, homes[1].pk} <= set(found.wages)
        assert homes[2].pk not in found.wages
        assert {homes[1].pk, homes[2].pk} <= set(found.outliers)
        assert homes[3].pk not in found.outliers


def test_statements_of_another_concept_are_never_mixed_or_compared(place: Any) -> None:
    actions, queries, frames, figures = (
        part("income.actions"),
        part("income.queries"),
        part("income.frames"),
        part("screening.actions"),
    )
    with walk.scratch():
        home, town = walk.free_household(), walk.post("town1")
        actions.enter(home, stated(2024, line("wage", "务工工资", 1_000_000)), town, walk.at(DAY))
        figures.enter_figure(
            "income_concept", "disposable", DAY, None, "饶农发〔2026〕8号", DAY, "", walk.post("county"), walk.at(DAY)
        )
        made = actions.enter(home, stated(2025, line("wage", "务工工资", 9_999_900)), town, walk.at(DAY))
        assert made.concept == "disposable"
        with pytest.raises(UserError, match="收入口径不同"):
            queries.waterfall_of(home.pk, 2025)
        row = frames.homes("230524", 2025, [home.pk]).row(0, named=True)
        assert row["wage"] != 9_999_900
        assert row["wage0"] == 1_000_000
