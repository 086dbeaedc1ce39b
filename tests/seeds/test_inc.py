"""INC 持续增收监测调度: the lines that it works by."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouwang.config.start import part
from shouwang.income import explain, lists, statements, targets
from shouwang.income.kinds import INCOME
from shouwang.kernel.errors import UserError
from tests.platform import walk

DAY = date(2026, 3, 1)
LINES = lists.Lines(low=1_000_000, monitoring=None, sharp_pct=30, jump_pct=30)
PARTS = (*INCOME, "cost")


def yuan(text: str) -> Fraction:
    return Fraction(text) * 100


def test_the_city_compares_with_itself_unrounded() -> None:
    met = targets.city_target(yuan("12000"), yuan("13440"), yuan("15052.80"))
    missed = targets.city_target(yuan("12000"), yuan("13440"), yuan("15052.79"))
    assert met is not None
    assert missed is not None
    assert (met.met, met.growth_text(), met.missing) == (True, "12.00 %", 0)
    assert (missed.met, missed.growth_text()) == (False, "12.00 %")
    assert missed.missing == 1


def test_a_county_is_measured_by_the_citys_growth_not_its_own() -> None:
    found = targets.county_target(yuan("13000"), yuan("14500"), Fraction(12, 100))
    assert found is not None
    assert (found.met, found.growth_text()) == (False, "11.54 %")
    assert targets.percent(found.gap_points) == "0.46 %"
    assert (found.gap_text(), found.missing_fen()) == ("0.46", 6000)
    assert found.missing == yuan("60.00")


def household(**known: Any) -> dict[str, Any]:
    blank: dict[str, Any] = dict.fromkeys([f"{p}{k}{s}" for k in PARTS for p, s in (("", ""), ("", "0"), ("f_", ""))])
    blank |= {
        "self_paid": 0,
        "claims": 0,
        "self_paid0": 0,
        "claims0": 0,
        "f_persons": 1,
        "part_net": None,
        "part_net0": None,
    }
    return blank | {"hid": 1, "area": "230524100001", "persons": 1, "persons0": 1, "lifted": True, "monitored": False, "able": False, "works": True,
                    "relocated": False} | known  # fmt: skip


def income(fen: int, prefix: str = "", suffix: str = "") -> dict[str, int]:
    return {
        f"{prefix}wage{suffix}": fen,
        **{f"{prefix}{k}{suffix}": 0 for k in ("business", "property", "transfer", "cost")},
    }


def on(row: dict[str, Any]) -> set[str]:
    found = lists.assess(pl.DataFrame([row], infer_schema_length=None), LINES)
    return {k for k in lists.LISTS if k in found.columns and found[k][0]}


def test_the_ten_thousand_list_and_its_second_block() -> None:
    assert "below" in on(household(**income(999_999)))
    assert "below" not in on(household(**income(1_000_000)))
    monitored_only = on(household(**income(900_000), lifted=False, monitored=True))
    assert "below_monitored" in monitored_only
    assert "below" not in monitored_only


def test_decrease_and_expected_decrease_with_the_largest_falling_source() -> None:
    assert "fell" in on(household(**income(1_090_000), **income(1_100_000, suffix="0")))
    assert "fell" not in on(household(**income(1_100_000), **income(1_100_000, suffix="0")))
    expected = household(**income(1_100_000), **income(1_050_000, "f_"))  # 6,000 so far and 4,500 expected
    assert "will_fall" in on(expected)
    assert lists.largest_fall({"wage": 600_000, "business": 450_000, "property": 0, "transfer": 0}, {"wage": 900_000, "business": 200_000, "property": 0, "transfer": 0}) == (
        "工资性收入", 300_000,
    )  # fmt: skip


def test_a_fall_in_the_same_period_of_thirty_percent() -> None:
    assert "sharp" in on(household(part_net=350_000, part_net0=500_000))
    assert "sharp" not in on(household(part_net=350_100, part_net0=500_000))


def test_what_is_not_known_is_on_no_list() -> None:
    assert on(household()) == set()
    assert on(household(**income(100), part_net=None)) == {"below"}


def test_wage_share() -> None:
    assert targets.percent(Fraction(70_500, 100_000), 1) == "70.5 %"
    assert Fraction(70_500, 100_000) > Fraction(70, 100)


def test_to_august_is_eight_or_eleven_months() -> None:
    august = date(2023, 8, 31)
    assert statements.months_until(statements.window_of("calendar_year", 2023), august) == 8
    assert statements.months_until(statements.window_of("income_year", 2023), august) == 11
    trailing = statements.window_of("trailing", 2021, 6)
    assert (trailing.start, trailing.end) == (date(2020, 6, 1), date(2021, 5, 31))


@given(
    st.lists(
        st.tuples(st.integers(0, 9), st.integers(1, 6), *[st.integers(0, 5_000_000)] * 5), min_size=1, max_size=40
    ),
    st.randoms(use_true_random=False),
)
def test_sums_over_any_partition_and_any_order_of_rows_agree(rows: list[tuple[int, ...]], rng: Any) -> None:
    frame = pl.DataFrame([
        household(hid=n, area=f"23052410{r[0]:04d}", persons=r[1], **dict(zip(PARTS, r[2:], strict=True)), **income(r[2], suffix="0")) for n, r in enumerate(rows)
    ], infer_schema_length=None)  # fmt: skip
    shuffled = list(range(len(rows)))
    rng.shuffle(shuffled)
    first, second = lists.assess(frame, LINES), lists.assess(frame[shuffled], LINES).sort("hid")
    assert first.equals(second)
    keys = [k for k in lists.LISTS if k in first.columns]
    villages, county = lists.roll_up(first, 12, keys), lists.roll_up(first, 6, keys)
    for column in ("households", "persons", *PARTS, *keys):
        assert villages[column].sum() == county[column].sum()


@given(st.dictionaries(st.tuples(st.sampled_from(PARTS), st.sampled_from("甲乙丙")), st.integers(0, 9_000_000)),
       st.dictionaries(st.tuples(st.sampled_from(PARTS), st.sampled_from("甲乙丙")), st.integers(0, 9_000_000)))  # fmt: skip
def test_the_waterfall_adds_up_to_the_fen(before: dict[tuple[str, str], int], now: dict[tuple[str, str], int]) -> None:
    first, *bars, last = explain.waterfall(before, now)
    assert first.end + sum(b.change for b in bars) == last.end
    assert all(sum(c for _, c in b.items) == b.change for b in bars)
    assert [b.start for b in bars[1:]] == [b.end for b in bars[:-1]]


def line(kind: str, item: str, amount: int, **more: Any) -> Any:
    return part("income.entering").Line(kind, item, amount, more.pop("source", "visit"), **more)


def stated(year: int, *lines: Any, people: int = 3, **more: Any) -> Any:
    return part("income.entering").Stated(year, [(None, True, "")] * people, lines, visitors="张一、李二", **more)


def test_lists_are_stored_work_stays_and_a_correction_refreshes_the_household_alone(place: Any) -> None:
    entering, work = part("income.entering"), part("income.list_work")
    listing, models = part("income.listing"), part("income.models")
    county, at = "230524", walk.at(DAY)
    with walk.scratch():
        home = walk.lifted_household()
        town = walk.post("town1")
        entering.enter(home, stated(2025, line("wage", "务工工资", 3_270_000), people=3), town, at)
        entering.enter(home, stated(2024, line("wage", "务工工资", 3_300_000), people=3), town, at)
        listing.refresh(county, 2025, DAY)
        found = models.ListLine.objects.get(household_id=home.pk, list_key="fell", year=2025)
        assert (found.before, found.now, found.fall, found.largest) == (3_300_000, 3_270_000, 30_000, "工资性收入")
        tab = next(t for t in listing.tabs(county, 2025) if t.key == "fell")
        assert tab.count > 1
        assert 0 < tab.without_measure <= tab.count
        work.work_on(
            found,
            {"reason": "务工减少", "measure": "公益岗位", "responsible": "周勇", "due_on": DAY + timedelta(days=60)},
            town,
        )
        work.work_on(found, {"done_on": DAY, "result": "已上岗", "turned": True}, town)
        after = next(t for t in listing.tabs(county, 2025) if t.key == "fell")
        assert (
            tab.without_reason - after.without_reason,
            tab.without_measure - after.without_measure,
            after.done - tab.done,
        ) == (1, 1, 1)
        with pytest.raises(UserError, match="写明理由"):
            entering.enter(home, stated(2025, line("wage", "务工工资", 3_400_000)), town, at)
        entering.enter(home, stated(2025, line("wage", "务工工资", 3_400_000)), town, at, "补上漏记的年终工资")
        others = models.ListLine.objects.exclude(household_id=home.pk).filter(left_on__isnull=True).count()
        listing.refresh(county, 2025, DAY, [home.pk])
        found.refresh_from_db()
        assert (found.left_on, found.reason) == (DAY, "务工减少")
        assert models.ListLine.objects.exclude(household_id=home.pk).filter(left_on__isnull=True).count() == others
        clue_id = work.to_clue(found, town, at, DAY)
        assert part("cases.models").Clue.objects.get(pk=clue_id).household_id == home.pk


def test_boards_of_villages_townships_and_county_agree_to_the_yuan(place: Any) -> None:
    listing = part("income.listing")
    with walk.scratch():
        tables = [listing.boards("230524", 2025, digits) for digits in (12, 9, 6)]
        for column in ("households", "persons", *PARTS, "fell", "below"):
            assert len({int(t[column].sum()) for t in tables}) == 1, column
        assert int(tables[0]["households"].sum()) > 300


def test_eleven_dispatches_and_four_reports_leave_exactly_one_month_missing(place: Any) -> None:
    closing, periods = part("income.closing"), part("income.periods")
    with walk.scratch():
        county = walk.post("county")
        for month in range(1, 13):
            if month != 7:
                closing.close(
                    "230524", "county", f"2023-{month:02d}", {"persons": 1}, "继续抓务工", county, walk.at(DAY), DAY
                )
        for quarter in range(1, 5):
            closing.close(
                "230524", "quarter", f"2023-Q{quarter}", {"persons": 1}, "继续抓产业", county, walk.at(DAY), DAY
            )
        assert periods.missing("230524", 2023, DAY) == [("county", "2023-07")]
        with pytest.raises(UserError, match="写明理由"):
            closing.close("230524", "county", "2023-08", {"persons": 2}, "继续抓务工", county, walk.at(DAY), DAY)
        again = closing.close(
            "230524", "county", "2023-08", {"persons": 2}, "继续抓务工", county, walk.at(DAY), DAY, "漏了一个村"
        )
        assert again.version == 2
        assert part("income.models").Summary.objects.filter(period="2023-08").count() == 2
        town = walk.post("town1").area_code
        assert periods.calendar(town, 2023, DAY) == []  # its register came later
        closing.close(town, "township", "2023-04", {"persons": 1}, "催未填户", county, walk.at(DAY), DAY)
        assert [(d.period, d.state) for d in periods.calendar(town, 2023, DAY)] == [
            ("2023-04", "done"), *((f"2023-{m:02d}", "missing") for m in range(5, 13)),
        ]  # fmt: skip
        assert periods.calendar("2305", 2023, DAY) == []


def test_the_measures_board_has_fifteen_rows_in_four_paths_and_a_loan_is_no_income(place: Any) -> None:
    entering, board = part("income.entering"), part("income.measures")
    assert [len([m for m in board.table().values() if m["path"] == k]) for k in INCOME] == [4, 4, 3, 4]
    with walk.scratch():
        before = sum(r.total for r in board.board("", 2025))
        home = walk.free_household()
        town, at = walk.post("town1"), walk.at(DAY)
        said = stated(
            2025,
            line("business", "其他经营", 200_000, measure=14),
            line("wage", "公益岗报酬", 600_000, measure=6),
            line("transfer", "低保金", 100_000, measure=12),
        )
        entering.enter(home, said, town, at)
        with pytest.raises(UserError, match="不是收入"):
            entering.enter(home, stated(2024, line("transfer", "小额信贷", 5_000_000, measure=13)), town, at)
        rows = board.board("", 2025)
        assert len(rows) == 15
        sale = next(r for r in rows if r.number == 14)
        assert (sale.path, sale.households, sale.by_kind["business"], sale.by_kind["transfer"]) == (
            "transfer",
            1,
            200_000,
            0,
        )
        assert sum(r.total for r in rows) - before == 900_000


def test_the_four_kinds_changes_add_up_to_the_change_of_the_total(place: Any) -> None:
    entering, queries = part("income.entering"), part("income.queries")
    with walk.scratch():
        home = walk.free_household()
        town, at = walk.post("town1"), walk.at(DAY)
        entering.enter(
            home, stated(2024, line("wage", "务工工资", 2_000_000), line("business", "粮食", 1_000_000)), town, at
        )
        entering.enter(
            home,
            stated(
                2025,
                line("wage", "务工工资", 1_500_000),
                line("transfer", "低保金", 240_000),
                line("cost", "生产成本", 1),
            ),
            town,
            at,
        )
        bars = queries.compared(home, 2025, DAY).bars
        assert [b.title for b in bars][:2] == ["上年纯收入", "工资性收入"]
        assert bars[0].end == 2_600_000  # grain with 40 % cost by the local ratio
        assert sum(b.change for b in bars[1:-1]) == bars[-1].end - bars[0].end
