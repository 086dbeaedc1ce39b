"""QUAL 数据真实性: the lines that it works by."""

from __future__ import annotations

import hashlib
from datetime import date
from fractions import Fraction
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouwang.config.start import part
from shouwang.income import truth
from shouwang.income.targets import percent
from shouwang.kernel.errors import UserError
from tests.platform import walk
from tests.seeds.test_inc import line, stated

DAY = date(2026, 3, 1)


def test_parts_that_do_not_add_up_are_refused_with_both_numbers(place: Any) -> None:
    entering = part("income.entering")
    with walk.scratch():
        home = walk.free_household()
        parts = (line("wage", "务工工资", 1_000_000), line("transfer", "养老金", 500_000))
        with pytest.raises(UserError) as caught:
            entering.enter(home, stated(2025, *parts, total=1_530_000), walk.post("town1"), walk.at(DAY))
        assert "15,300.00" in caught.value.text
        assert "15,000.00" in caught.value.text
        assert (
            entering.enter(home, stated(2025, *parts, total=1_500_000), walk.post("town1"), walk.at(DAY)).version == 1
        )


def test_every_member_left_out_needs_a_reason_and_every_yuan_a_source(place: Any) -> None:
    entering = part("income.entering")
    with walk.scratch():
        home = walk.free_household()
        said = entering.Stated(2025, [(None, True, ""), (None, False, "")], [line("wage", "务工工资", 1)])
        with pytest.raises(UserError, match="不计入而没有写理由"):
            entering.enter(home, said, walk.post("town1"), walk.at(DAY))
        with pytest.raises(UserError, match="没有写来源"):
            entering.enter(home, stated(2025, line("wage", "务工工资", 1, source="")), walk.post("town1"), walk.at(DAY))
        made = entering.enter(
            home,
            entering.Stated(2025, [(None, True, ""), (None, False, "已出嫁")], [line("wage", "务工工资", 1)]),
            walk.post("town1"),
            walk.at(DAY),
        )
        assert made.persons == 1


def figures(
    count: int, area: str, per_head: int, visitor: str | None = "张一", first: int = 0, persons: int = 3
) -> pl.DataFrame:
    rows = [(first + n, area, visitor, per_head * persons, persons) for n in range(count)]
    return pl.DataFrame(rows, schema=truth.SHAPE, orient="row")


def spread(count: int, area: str, per_head: int, visitor: str, first: int = 0) -> pl.DataFrame:
    rows = [(first + n, area, visitor, per_head * 3 + n * 10_000, 3) for n in range(count)]
    return pl.DataFrame(rows, schema=truth.SHAPE, orient="row")


def test_thirty_households_of_one_village_with_the_same_income_are_suspicious() -> None:
    other = figures(9, "230524100002", 1_000_100, first=90)
    found = truth.copied(
        pl.concat(
            [figures(20, "230524100001", 1_000_100), figures(10, "230524100001", 1_000_100, first=50, persons=5), other]
        ),
        10,
    )
    assert [(r["area"], r["n"], len(r["hids"])) for r in found.iter_rows(named=True)] == [("230524100001", 30, 30)]


def test_many_just_above_a_line_and_a_visitor_unlike_the_others() -> None:
    near = truth.just_above(pl.concat([figures(30, "a", 1_000_100), figures(2, "a", 999_000, first=40)]), 1_000_000, 2)
    assert near.select("above", "below").row(0) == (30, 2)
    assert truth.crowded(near, 3, 8).height == 1
    assert truth.crowded(near, 15, 8).height == 0
    honest, odd = spread(20, "a", 1_000_000, "张一"), spread(10, "a", 2_000_000, "李二", 50)
    assert "李二" in truth.visitor_effect(pl.concat([honest, odd]), 4, 8)["visitor"].to_list()
    assert truth.visitor_effect(honest, 4, 8).is_empty()
    assert truth.visitor_effect(pl.concat([honest, figures(10, "a", 2_000_000, None, 50)]), 4, 8).is_empty()


def test_round_sums_of_one_visitor_are_a_sign_and_odd_sums_are_none() -> None:
    round_sums, odd_sums = figures(10, "a", 1_000_000, "张一"), figures(10, "a", 1_000_001, "李二", 50)
    found = truth.heaped(pl.concat([round_sums, odd_sums]), 100_000, 8, 30)
    assert [(r["visitor"], r["round"], r["n"]) for r in found.iter_rows(named=True)] == [("张一", 10, 10)]


@given(
    st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 3_000_000), st.integers(1, 9)), min_size=1, max_size=40),
    st.randoms(use_true_random=False),
)
def test_no_sign_depends_on_the_order_of_rows(rows: list[tuple[str, int, int]], rng: Any) -> None:
    frame = pl.DataFrame(
        [(n, area, "张一" if n % 2 else "李二", net, persons) for n, (area, net, persons) in enumerate(rows)],
        schema=truth.SHAPE,
        orient="row",
    )
    order = list(range(frame.height))
    rng.shuffle(order)
    mixed = frame[order]
    assert truth.outliers(frame, 2) == truth.outliers(mixed, 2)
    for sign, *more in ((truth.copied, 2), (truth.heaped, 100_000, 2, 10), (truth.just_above, 1_000_000, 50)):
        assert sorted(map(str, sign(frame, *more)["hids"].to_list())) == sorted(
            map(str, sign(mixed, *more)["hids"].to_list())
        )


def test_a_correction_is_a_new_version_with_who_when_and_why_and_the_old_value_stays(place: Any) -> None:
    entering, models, quality = part("income.entering"), part("income.models"), part("income.quality")
    with walk.scratch():
        home, town = walk.free_household(), walk.post("town1")
        before = quality.quality("", 2025, DAY)
        first = entering.enter(home, stated(2025, line("wage", "务工工资", 1_000_000)), town, walk.at(DAY))
        second = entering.enter(
            home, stated(2025, line("wage", "务工工资", 1_200_000)), town, walk.at(DAY), "漏记两个月工资"
        )
        first.refresh_from_db()
        assert (second.version, second.why, second.recorded_by) == (2, "漏记两个月工资", town.user_id)
        assert first.replaced_at is not None
        assert first.wage == 1_000_000
        assert models.Item.objects.filter(statement_id=first.pk).count() == 1
        assert quality.quality("", 2025, DAY).corrections - before.corrections == 1


def test_a_recheck_of_fifty_with_three_wrong_is_six_percent_by_village_and_visitor(place: Any) -> None:
    entering, rechecks, registry = part("income.entering"), part("income.rechecks"), part("registry.models")
    with walk.scratch():
        town = walk.post("town1")
        before = rechecks.error_rates("", "area_code", 2025).values()
        wrong, checked = sum(w for w, _ in before), sum(n for _, n in before)
        homes = list(registry.Household.objects.filter(persons__gt=0).order_by("pk")[:50])
        for n, home in enumerate(homes):
            made = entering.enter(
                home, stated(2025, line("wage", "务工工资", 1_000_000 + n)), town, walk.at(DAY), "抽样前重新核算"
            )
            with pytest.raises(UserError, match="不能是原调查人"):
                rechecks.recheck(made, "张一、李二", DAY, False, "", town, walk.at(DAY))
            rechecks.recheck(made, "王三、赵四", DAY, n < 3, "工资多记" if n < 3 else "", town, walk.at(DAY))
        rates = rechecks.error_rates("", "visitors", 2025)
        assert rates["张一、李二"] == (3, 50)
        assert percent(Fraction(*rates["张一、李二"]), 1) == "6.0 %"
        assert "张一、李二" not in rechecks.error_rates("", "visitors", 2024)
        by_village = rechecks.error_rates("", "area_code", 2025)
        assert (sum(w for w, _ in by_village.values()) - wrong, sum(n for _, n in by_village.values()) - checked) == (
            3,
            50,
        )


def test_implausible_wages_and_outliers_are_listed(place: Any) -> None:
    entering, quality = part("income.entering"), part("income.quality")
    with walk.scratch():
        town = walk.post("town1")
        village = walk.free_household().area_code
        homes = list(
            part("registry.models").Household.objects.filter(area_code=village, persons__gt=0).order_by("pk")[:6]
        )
        for n, home in enumerate(homes):
            amount = {0: 39_900, 1: 36_000_001, 2: 36_000_000}.get(n, 3_000_000)
            entering.enter(home, stated(2025, line("wage", "务工工资", amount)), town, walk.at(DAY), "核算一遍收入")
        found = quality.quality(village, 2025, DAY)
        assert {homes[0].pk, homes[1].pk} <= set(found.sign("wages").findings[0].households)
        assert homes[2].pk not in found.sign("wages").findings[0].households
        assert {homes[1].pk, homes[2].pk} <= set(found.sign("outliers").findings[0].households)
        assert homes[3].pk not in found.sign("outliers").findings[0].households


def test_statements_of_another_concept_are_never_mixed_or_compared(place: Any) -> None:
    entering, queries, frames, figures = (
        part("income.entering"),
        part("income.queries"),
        part("income.frames"),
        part("screening.actions"),
    )
    with walk.scratch():
        home, town = walk.free_household(), walk.post("town1")
        entering.enter(home, stated(2024, line("wage", "务工工资", 1_000_000)), town, walk.at(DAY))
        figures.enter_figure(
            "income_concept", "disposable", DAY, None, "饶农发〔2026〕8号", DAY, "", walk.post("county"), walk.at(DAY)
        )
        made = entering.enter(home, stated(2025, line("wage", "务工工资", 9_999_900)), town, walk.at(DAY))
        assert made.concept == "disposable"
        compared = queries.compared(home, 2025, DAY)
        assert "收入口径不同" in compared.hindrance
        assert compared.bars == []
        row = frames.homes("230524", 2025, [home.pk]).row(0, named=True)
        assert row["wage"] != 9_999_900
        assert row["wage0"] == 1_000_000


def test_a_sample_is_the_same_for_whoever_draws_it_and_another_number_draws_others(place: Any) -> None:
    entering, rechecks, registry = part("income.entering"), part("income.rechecks"), part("registry.models")
    with walk.scratch():
        town, village = walk.post("town1"), walk.free_household(village=walk.TOWN).area_code
        homes = list(registry.Household.objects.filter(persons__gt=0, area_code=village).order_by("pk"))
        said = [(h, stated(2025, line("wage", "务工工资", 1_000_000 + h.pk)), "抽样前核算") for h in homes]
        entering.enter_many(said, town, walk.at(DAY))
        first, again, other = (rechecks.sample(village, 2025, seed, 3) for seed in ("2026-03", "2026-03", "2026-04"))
        assert first == again
        assert [d.household_id for d in first] != [d.household_id for d in other]
        by_hand = sorted((h.pk for h in homes), key=lambda pk: hashlib.sha256(f"2026-03·{pk}".encode()).digest())
        assert [d.household_id for d in first] == by_hand[:3]
        whole = rechecks.sample(walk.TOWN, 2025, "2026-03", 3)
        assert max(sum(d.area == v for d in whole) for v in {d.area for d in whole}) == 3
        chosen = part("income.models").Statement.objects.get(pk=first[0].statement_id)
        rechecks.recheck(chosen, "王三、赵四", DAY, True, "工资多记了", town, walk.at(DAY))
        assert rechecks.sample(village, 2025, "2026-03", 3)[0].recheck.wrong


def test_a_closed_year_far_from_its_forecast_and_a_register_below_departments_are_signs(place: Any) -> None:
    entering, quality = part("income.entering"), part("income.quality")
    with walk.scratch():
        home, town = walk.free_household(), walk.post("town1")
        entering.enter(home, stated(2025, line("wage", "务工工资", 1_000_000), is_forecast=True), town, walk.at(DAY))
        entering.enter(home, stated(2025, line("wage", "务工工资", 1_300_000)), town, walk.at(DAY))
        assert home.pk not in [h for f in quality.quality("", 2025, DAY).sign("missed").findings for h in f.households]
        entering.enter(home, stated(2025, line("wage", "务工工资", 1_300_100)), town, walk.at(DAY), "补记一笔工资")
        assert home.pk in [h for f in quality.quality("", 2025, DAY).sign("missed").findings for h in f.households]
