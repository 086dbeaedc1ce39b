"""增收调度: periods below, sums that agree, proposals that are followed, plans and points, targets with the city's figure, reminders."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date
from typing import Any

import pytest

from shouwang.config.start import part
from shouwang.kernel.errors import UserError
from tests.platform import walk
from tests.platform.fixtures import signed_in
from tests.seeds.test_inc import line, stated

DAY = date(2026, 3, 20)
YEAR = 2025


def words_of(answer: Any) -> str:
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        names = [n for n in archive.namelist() if n.endswith(".xml")]
        return " ".join(re.sub(r"<[^>]+>", " ", archive.read(n).decode("utf-8", "ignore")) for n in names)


def test_township_sums_equal_their_villages_until_a_village_is_corrected(place: Any) -> None:
    closing, dispatch, periods = part("income.closing"), part("income.dispatch"), part("income.periods")
    with walk.scratch():
        town, at = walk.post("town1"), walk.at(DAY)
        villages = periods.owing(walk.TOWN, "village")
        for code in villages:
            closing.close(code, "village", "2026-02", dispatch.sums_of(code, YEAR), "", town, at, DAY)
        closing.close(walk.TOWN, "township", "2026-02", dispatch.sums_of(walk.TOWN, YEAR), "催未填户", town, at, DAY)
        (agreed,) = periods.agreements("230524", "2026-02")
        assert (agreed.closed, agreed.gaps) == (len(villages), [])
        home = walk.free_household(village=villages[0])
        before = dispatch.sums_of(villages[0], YEAR)
        part("income.entering").enter(home, stated(YEAR, line("wage", "务工工资", 1_234_567)), town, at)
        after = dispatch.sums_of(villages[0], YEAR)
        closing.close(villages[0], "village", "2026-02", after, "", town, at, DAY, "补了一户的收入")
        (agreed,) = periods.agreements("230524", "2026-02")
        gap = next(g for g in agreed.gaps if g.key == "wage")
        assert gap.difference == before["wage"] - after["wage"]
        assert (gap.own, gap.parts) == (agreed.summary.sums["wage"], agreed.summary.sums["wage"] - gap.difference)


def test_who_has_not_closed_a_month_is_named_and_nobody_owes_months_before_the_register_came(place: Any) -> None:
    closing, periods = part("income.closing"), part("income.periods")
    with walk.scratch():
        town, at = walk.post("town1"), walk.at(DAY)
        villages = periods.owing(walk.TOWN, "village")
        closing.close(villages[0], "village", "2026-02", {"persons": 1}, "", town, at, DAY)
        (february, march) = periods.below(walk.TOWN, "village", 2026, DAY)
        assert (february.period, february.done, february.areas, february.missing) == (
            "2026-02",
            1,
            len(villages),
            tuple(villages[1:]),
        )
        assert (february.is_over, march.is_over, march.done) == (True, False, 0)
    with walk.scratch():
        assert periods.below(walk.TOWN, "village", 2020, DAY) == []


def test_days_by_level_lie_in_the_month_or_the_next(place: Any) -> None:
    periods = part("income.periods")
    with walk.scratch():
        days = {
            level: periods.due_day("230524", level, "2026-Q1" if level == "quarter" else "2026-12", DAY)
            for level in periods.LEVELS
        }
        assert days == {
            "village": date(2026, 12, 25),
            "township": date(2026, 12, 28),
            "county": date(2027, 1, 5),
            "quarter": date(2026, 4, 10),
        }


def test_a_summary_without_proposals_is_refused_and_each_proposal_is_followed_until_it_is_done(place: Any) -> None:
    closing, notes = part("income.closing"), part("income.notes")
    with walk.scratch():
        county, at = walk.post("county"), walk.at(DAY)
        with pytest.raises(UserError, match="工作意见建议"):
            closing.close("230524", "county", "2026-02", {}, " \n ", county, at, DAY)
        closing.close(
            "230524", "county", "2026-02", {}, "减收户逐户定措施\n盯住务工返乡", county, at, DAY, owner="王主任"
        )
        made = list(notes.notes_of("230524", 2026, "proposal").filter(period="2026-02"))
        assert {(n.text, n.owner, n.period, n.state) for n in made} == {
            ("减收户逐户定措施", "王主任", "2026-02", "open"), ("盯住务工返乡", "王主任", "2026-02", "open"),
        }  # fmt: skip
        closing.close(
            "230524", "county", "2026-02", {}, "减收户逐户定措施\n盯住务工返乡", county, at, DAY, "更正一个村的数"
        )
        assert notes.notes_of("230524", 2026, "proposal").filter(period="2026-02").count() == 2
        with pytest.raises(UserError, match="完成的结果"):
            notes.follow(made[0], "done", "", DAY, county, DAY)
        notes.follow(made[0], "done", "三十户都有了措施", DAY, county, DAY)
        assert notes.notes_of("230524", 2026).get(pk=made[0].pk).done_on == DAY


def test_points_need_a_measure_and_an_owner_and_missing_ones_and_plans_are_named(place: Any) -> None:
    notes = part("income.notes")
    with walk.scratch():
        county, town, at = walk.post("county"), walk.post("town1"), walk.at(DAY)
        assert notes.missing_points("230524", 2026) == ["增收风险点", "增收增长点", "增收发力点"]
        with pytest.raises(UserError, match="措施"):
            notes.write_note("risk", 2026, "粮价下跌", "玉米价格比去年低", county, at)
        with pytest.raises(UserError, match="没有责任人"):
            notes.write_note("risk", 2026, "粮价下跌", "玉米价格比去年低", county, at, notes.Followed("签保底价订单"))
        notes.write_note(
            "risk", 2026, "粮价下跌", "玉米价格比去年低", county, at, notes.Followed("签保底价订单", "县粮食局")
        )
        assert notes.missing_points("230524", 2026) == ["增收增长点", "增收发力点"]
        assert notes.without_plan(["230524", walk.TOWN], 2026) == ["230524", walk.TOWN]
        notes.write_note("plan", 2026, "乡镇增收计划", "务工为主", town, at, notes.Followed("稳岗补助", "李干事"))
        assert notes.without_plan(["230524", walk.TOWN], 2026) == ["230524"]
        with pytest.raises(UserError, match="不在您的区域"):
            notes.write_note("anatomy", 2026, "别处的解剖", "逐户看过", town, at, area="230524999")


def test_the_citys_average_reaches_its_counties_and_the_target_is_as_written(place: Any) -> None:
    averages, closing = part("income.averages"), part("income.closing")
    territory = part("accounts.territory")
    from django.db import transaction  # noqa: PLC0415 - Django is configured by now

    with territory.territory(walk.post("city").scope()):
        city, at = walk.post("city"), walk.at(DAY)
        for year, yuan in ((2023, 12_000), (2024, 13_440)):
            closing.set_average("2305", year, "net", yuan * 100, "市统计公报", city, at)
        assert averages.goals_of("2305", 2025)[0].missing == ("市 2025 年",)
        transaction.set_rollback(True)
    with walk.scratch():
        county, at = walk.post("county"), walk.at(DAY)
        for year, yuan in ((2023, 12_000), (2024, 13_440)):
            closing.set_average("230524", year, "net", yuan * 100, "市统计公报", county, at, "2305")
        for year, yuan in ((2024, 13_000), (2025, 14_500)):
            closing.set_average("230524", year, "net", yuan * 100, "县统计公报", county, at)
        (goal,) = averages.goals_of("230524", 2025)
        assert (goal.reached.met, goal.reached.growth_text(), goal.reached.gap_text(), goal.reached.missing_fen()) == (
            False,
            "11.54 %",
            "0.46",
            6000,
        )
        with pytest.raises(UserError, match="不是您的市"):
            closing.set_average("230524", 2025, "net", 1, "外地的数", county, at, "2301")


def test_a_city_writes_for_itself_and_each_county_sees_it(place: Any) -> None:
    city = signed_in("city")
    sent = {"what": "average", "of_year": "2019", "concept": "net", "per_head": "9000", "source": "市统计公报"}
    assert city.post("/income/steering/", sent).status_code == 302
    assert "各县" in city.get("/income/steering/").content.decode()
    assert "9,000.00" in signed_in("county").get("/income/steering/").content.decode()
    assert signed_in("town1").post("/income/steering/", sent).status_code == 422


def test_due_periods_are_tasks_of_those_who_owe_them_and_end_with_the_closing(place: Any) -> None:
    closing, periods, tasks, worklist = (
        part("income.closing"),
        part("income.periods"),
        part("income.tasks"),
        part("worklist.models"),
    )
    today = part("config.clock").today()
    with walk.scratch():
        town, at = walk.post("town1"), walk.at(today)
        first = f"{today:%Y-%m}"
        tasks.remind("230524", today.replace(day=28))
        opened = worklist.Task.objects.filter(
            kind="income_village", object_id=closing.task_number(first), done_at__isnull=True
        )
        villages = periods.owing("230524", "village")
        assert {t.area_code for t in opened} == set(villages)
        assert tasks.remind("230524", today.replace(day=28)) == 0
        assert worklist.Task.objects.filter(
            kind="income_township", object_id=closing.task_number(first)
        ).count() == len(periods.owing("230524", "township"))
        closing.close(walk.TOWN, "township", first, {}, "催未填户", town, at, today)
        waiting = worklist.Task.objects.filter(
            kind="income_township", object_id=closing.task_number(first), done_at__isnull=True
        )
        assert {t.area_code for t in waiting} == set(periods.owing("230524", "township")) - {walk.TOWN}
    with walk.scratch("town1"):
        assert periods.calendar(walk.TOWN, today.year, today)[0].level == "township"


def test_the_monthly_table_and_the_quarterly_report_say_sums_work_targets_and_proposals(place: Any) -> None:
    county = signed_in("county")
    county.post("/income/", {"year": str(YEAR)})
    today = part("config.clock").today()
    period = f"{today:%Y-%m}"
    assert county.post(
        "/income/steering/", {"period": period, "year": str(YEAR), "proposals": "减收户逐户定措施"}
    ).status_code in (302, 422)
    text = words_of(county.get(f"/income/report.xlsx?year={YEAR}&period={period}"))
    for word in ("人均纯收入", "上年减收户", "落实率", "乡镇梳理", "未报", "减收户逐户定措施"):
        assert word in text, word
    text = words_of(county.get(f"/income/report.docx?year={YEAR}"))
    for word in ("人均纯收入增速", "清单和措施落实", "减收原因", "合计", "三、增速目标"):
        assert word in text, word
    assert county.get("/income/report.docx?period=2999-Q1").status_code == 422
    assert county.get("/income/report.pdf?period=2026-01").status_code == 422


def test_notes_are_kept_and_followed_on_the_page_by_every_level(place: Any) -> None:
    village = signed_in("village")
    sent = {
        "kind": "effort",
        "of_year": "2026",
        "title": "冬季务工",
        "text": "农闲组织务工",
        "measure": "办招聘会",
        "owner": "张书记",
        "due_on": "2026-12-31",
    }
    assert village.post("/income/points/write/", {**sent, "measure": ""}).status_code == 422
    answer = village.post("/income/points/write/", sent)
    assert answer.status_code == 302, answer.content.decode()
    page = village.get("/income/points/?of_year=2026").content.decode()
    assert "冬季务工" in page
    assert "个地方没有本年增收计划" in page
    with walk.as_("village"):
        note = part("income.models").Note.objects.get(title="冬季务工")
    assert (
        signed_in("town2")
        .post("/income/points/write/", {"note": str(note.pk), "state": "done", "outcome": "办了三场"})
        .status_code
        == 404
    )
    assert (
        signed_in("town1").post("/income/points/write/", {"note": str(note.pk), "state": "adopted"}).status_code == 302
    )
    assert "已采纳" in village.get("/income/points/?of_year=2026").content.decode()
    assert signed_in("auditor").get("/income/points/").status_code in (403, 404)
