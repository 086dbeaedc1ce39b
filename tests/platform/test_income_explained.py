"""Why incomes changed, over whom, and which lists a figure opens: growth, same members, drawings, windows, products, bands, many at once."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from shouwang.config.start import part
from shouwang.income import explain, lists
from shouwang.income.drawing import drawn
from tests.platform import walk
from tests.seeds.test_inc import DAY, LINES, PARTS, household, income, line, on, stated


def test_growth_of_all_and_of_the_constant_group_and_an_areas_waterfall(place: Any) -> None:
    listing = part("income.listing")
    frame = pl.DataFrame([
        household(hid=1, **income(1_200_000), **income(1_000_000, suffix="0")), household(hid=2, **income(3_000_000)),
        household(hid=3, **income(2_000_000, suffix="0")),
    ], infer_schema_length=None)  # fmt: skip
    found = listing.growth_of(frame)
    assert found.constant == Fraction(1, 5)
    assert found.all == Fraction(4_200_000, 2) / Fraction(3_000_000, 2) - 1
    assert found.households == 1
    bars = explain.waterfall(*listing.changes(frame))
    assert (bars[0].end, bars[-1].end) == (1_000_000, 1_200_000)


def test_many_are_given_to_one_person_through_the_page(place: Any, sign_in: Any) -> None:
    models = part("income.models")
    town = sign_in("town1")
    town.post("/income/", {"year": "2025"})
    assert town.post("/income/bulk/", {"list": "fell", "year": "2025", "responsible": ""}).status_code == 422
    assert (
        town.post(
            "/income/bulk/", {"list": "fell", "year": "2025", "responsible": "周勇", "due_on": "2026-12-31"}
        ).status_code
        == 302
    )
    with walk.as_("town1"):
        lines = models.ListLine.objects.filter(list_key="fell", year=2025, left_on__isnull=True)
        assert lines.count() > 0
        assert not lines.filter(responsible="").exists()
        assert lines.exclude(able__isnull=True).exists()
    with walk.as_("town2"):
        assert models.ListLine.objects.filter(list_key="fell", responsible="周勇").count() == 0


def test_who_lives_mostly_on_one_product(place: Any) -> None:
    entering, measures = part("income.entering"), part("income.measures")
    with walk.scratch():
        for n, (grain, wage) in enumerate(((1_000_000, 1_000_000), (999_999, 1_000_001))):
            said = stated(2025, line("business", "粮食", grain), line("wage", "务工工资", wage))
            entering.enter(walk.free_household(n), said, walk.post("town1"), walk.at(DAY))
        (grown,) = [e for e in measures.exposure("", 2025, 50) if e.item == "粮食"]
        assert (grown.households, grown.amount, grown.mostly) == (2, 1_999_999, 1)


def test_bands_stand_in_order_from_the_lowest(place: Any) -> None:
    listing = part("income.listing")
    with walk.scratch():
        frame = pl.DataFrame(
            [household(hid=n, **income(fen)) for n, fen in enumerate((999_999, 700_000, 699_999, 850_000))],
            infer_schema_length=None,
        )
        assert listing.bands("230524", 2025, lists.assess(frame, LINES)) == {
            "7,000 元以下": 1,
            "7,000–8,000 元": 1,
            "8,000–9,000 元": 1,
            "9,000–10,000 元": 1,
        }


def amounts(*told: tuple[str, str, int, int | None]) -> tuple[explain.Amount, ...]:
    return tuple(explain.Amount(*t) for t in told)


def test_last_year_is_compared_over_the_same_members() -> None:
    before = amounts(
        ("wage", "务工工资", 3_000_000, 1), ("wage", "务工工资", 2_000_000, 2), ("transfer", "低保金", 100_000, None)
    )
    now = amounts(
        ("wage", "务工工资", 3_300_000, 1), ("wage", "务工工资", 900_000, 3), ("transfer", "低保金", 100_000, None)
    )
    same = explain.same_members(before, frozenset({1, 2}), now, frozenset({1, 3}))
    assert same is not None
    assert (same.persons, same.before, same.now, same.left, same.joined) == (1, 3_100_000, 3_400_000, 1, 1)
    assert explain.same_members(before, frozenset({2}), now, frozenset({3})) is None


def test_a_year_that_knows_no_items_is_compared_by_kind() -> None:
    before = {("wage", "登记"): 5_000_000, ("transfer", "低保金"): 100}
    now = {("wage", "务工工资"): 4_000_000, ("wage", "公益岗报酬"): 600_000, ("transfer", "低保金"): 200}
    then, today = explain.aligned(before, now)
    assert then == {("wage", ""): 5_000_000, ("transfer", "低保金"): 100}
    assert today == {("wage", ""): 4_600_000, ("transfer", "低保金"): 200}
    assert [(p.kind, p.item, p.change) for p in explain.side_by_side(then, today)] == [
        ("wage", "", -400_000),
        ("transfer", "", 100),
        ("transfer", "低保金", 100),
    ]


@given(
    st.lists(
        st.tuples(st.sampled_from(PARTS), st.integers(0, 9_000_000), st.one_of(st.none(), st.integers(1, 4))),
        max_size=20,
    )
)
def test_over_all_members_the_comparison_is_the_whole(rows: list[tuple[str, int, int | None]]) -> None:
    told = amounts(*((kind, "甲", fen, person) for kind, fen, person in rows))
    everybody = frozenset(range(1, 5))
    same = explain.same_members(told, everybody, told, everybody)
    assert same is not None
    bars = explain.waterfall(explain.by_item(told), explain.by_item(told))
    assert same.before == same.now == bars[-1].end


@given(st.dictionaries(st.tuples(st.sampled_from(PARTS), st.just("甲")), st.integers(0, 9_000_000)),
       st.dictionaries(st.tuples(st.sampled_from(PARTS), st.just("甲")), st.integers(0, 9_000_000)))  # fmt: skip
def test_a_drawn_waterfall_stays_on_its_line(
    before: dict[tuple[str, str], int], now: dict[tuple[str, str], int]
) -> None:
    for r in drawn(explain.waterfall(before, now)):
        assert r["x"] >= 0
        assert r["x"] + r["width"] <= 601.5


def test_the_twelve_months_before_an_identification_stand_beside_the_year(place: Any) -> None:
    entering, queries, listing = part("income.entering"), part("income.queries"), part("income.listing")
    with walk.scratch():
        home, town = walk.lifted_household(), walk.post("town1")
        yearly = entering.enter(home, stated(2025, line("wage", "务工工资", 9_000_000)), town, walk.at(DAY))
        twelve = entering.enter(home, stated(2025, line("wage", "务工工资", 30_000), month=6), town, walk.at(DAY))
        assert (twelve.window_kind, twelve.window_start, twelve.window_end) == (
            "trailing",
            date(2024, 6, 1),
            date(2025, 5, 31),
        )
        assert (yearly.version, twelve.version) == (1, 1)
        assert queries.statement_of(home, entering.basis_of(home.area_code, 2025, DAY)).pk == yearly.pk
        assert queries.statement_of(home, entering.basis_of(home.area_code, 2025, DAY, 6)).pk == twelve.pk
        row = part("income.frames").homes(home.area_code, 2025, [home.pk]).row(0, named=True)
        assert row["wage"] == 9_000_000  # windows are never mixed
        listing.refresh("230524", 2025, DAY, [home.pk])
        assert not listing.on_list("", 2025, "below").filter(household_id=home.pk).exists()


def test_lists_are_about_lifted_out_monitored_and_moved_households_unless_all_are_wanted() -> None:
    other = household(**income(1_090_000), **income(1_100_000, suffix="0"), lifted=False)
    assert on(other) == set()
    found = lists.assess(
        pl.DataFrame([other], infer_schema_length=None), lists.Lines(1_000_000, None, 30, 30, everyone=True)
    )
    assert found["fell"][0]


def test_a_mid_year_line_is_a_figure_and_an_unset_one_says_so() -> None:
    row = household(**income(1_100_000), part_net=599_999, f_persons=1)
    with_line = lists.Lines(1_000_000, None, 30, 30, mid_year=600_000)
    assert lists.assess(pl.DataFrame([row], infer_schema_length=None), with_line)["mid_year"][0]
    exactly = household(**income(1_100_000), part_net=600_000, f_persons=1)
    assert not lists.assess(pl.DataFrame([exactly], infer_schema_length=None), with_line)["mid_year"][0]
    assert lists.unset(LINES) == ["mid_year", "after_rigid"]
    assert lists.unset(lists.Lines(None, None, None, None)) == [
        "below",
        "below_monitored",
        "mid_year",
        "sharp",
        "spending",
        "after_rigid",
        "relocated",
    ]


def test_a_county_that_sets_a_mid_year_line_gets_its_list(place: Any) -> None:
    entering, listing, figures = part("income.entering"), part("income.listing"), part("screening.actions")
    with walk.scratch():
        home, county, at = walk.lifted_household(), walk.post("county"), walk.at(DAY)
        said = stated(2026, line("wage", "务工工资", 100_000), people=1, is_forecast=True, until=date(2026, 2, 28))
        entering.enter(home, said, county, at)
        assert "mid_year" in lists.unset(listing.lines_for("230524", 2025))
        since = date(2025, 1, 1)
        figures.enter_figure("income_mid_year_line", "1000.01", since, None, "饶农发〔2025〕3号", since, "", county, at)
        assert listing.lines_for("230524", 2025).mid_year == 100_001
        listing.refresh("230524", 2025, DAY)
        assert listing.on_list("", 2025, "mid_year").filter(household_id=home.pk).exists()


def test_a_visitor_of_an_identification_is_no_visitor_of_the_year(place: Any) -> None:
    entering, quality = part("income.entering"), part("income.quality")
    with walk.scratch():
        home, town, at = walk.lifted_household(), walk.post("town1"), walk.at(DAY)
        entering.enter(home, stated(2025, line("wage", "务工工资", 30_000), month=6), town, at)
        row = quality.figures_of(home.area_code, 2025).filter(pl.col("hid") == home.pk)
        assert row["visitor"].to_list() == [None]
