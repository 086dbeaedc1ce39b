"""MON 防返贫动态监测: at the command line, and in the application: rates, helped and never judged, groups, eliminations, clearing to zero."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from shouwang.config.start import part
from shouwang.kernel.errors import UserError
from shouwang.ui.templatetags.shouwang import share
from tests.conftest import SAMPLES, screened
from tests.platform import walk
from tests.platform.walk import DAY, act
from tests.scoring import lines

AS_OF = date(2025, 11, 15)
REGISTRY = "01_全国防返贫监测信息系统导出.xlsx"


def never_monitored_head() -> dict[str, str]:
    """A head of household of the small sample who was never in monitoring and has a right number."""
    book = openpyxl.load_workbook(SAMPLES / "raohe-small" / REGISTRY, read_only=True)
    rows = list(book["户信息2025"].iter_rows(min_row=4, values_only=True))
    header, *body = rows
    for row in body:
        about = dict(zip(map(str, header), (str(c or "") for c in row), strict=True))
        if about["户编号"].isdigit() and not about["监测对象类别"] and len(about["户主证件号码"]) == 18:
            return about
    raise AssertionError("the sample has such a household")


def pack(folder: Path, head: dict[str, str], days_ago: int, reason: str | None) -> Path:
    folder.mkdir()
    for name in (REGISTRY, "pack.json"):
        (folder / name).write_bytes((SAMPLES / "raohe-small" / name).read_bytes())
    paid = AS_OF - timedelta(days=days_ago)
    tables = {
        "救助.csv": [
            ["申请人", "申请人身份证号", "困难类型", "救助金额", "发放日期"],
            [head["户主姓名"], head["户主证件号码"], "因病", "3000", paid],
        ],
        "不予纳入.csv": [
            ["户主姓名", "户主身份证号", "认定日期", "不予纳入理由"],
            ["无关人", "无", "2025-01-01", "无关"],
        ],
    }
    if reason is not None:
        tables["不予纳入.csv"].append([head["户主姓名"], head["户主证件号码"], "2025-11-10", reason])
    for name, rows in tables.items():
        with (folder / name).open("w", encoding="utf-8-sig", newline="") as stream:
            csv.writer(stream).writerows(rows)
    manifest = [
        f"{REGISTRY},registry,,,,",
        "救助.csv,temp_relief,民政局,,,",
        "不予纳入.csv,non_inclusion,农业农村局,,,",
    ]
    (folder / "manifest.csv").write_text(
        "\n".join(["文件名,类别,来源单位,期间起,期间止,说明", *manifest]) + "\n", encoding="utf-8-sig"
    )
    return folder


def on_the_list(out: Path, household: str) -> bool:
    """Whether the household is on its township's list 已救助未研判农户."""
    found = any(r["rule"] == "R20" and r["household_no"] == household for r in lines(out / "signals.csv"))
    texts = [
        str(c.value)
        for p in (out / "核查清单").glob("*.xlsx")
        for s in openpyxl.load_workbook(p)
        for row in s.iter_rows()
        for c in row
    ]
    assert found == any("已救助未研判农户" in t for t in texts)
    assert not any("体外循环" in t for t in texts)
    return found


def test_helped_45_days_ago_and_not_judged_is_on_the_list_until_a_reason_is_recorded(tmp_path: Path) -> None:
    head = never_monitored_head()
    for name, days, reason, listed in (
        ("a", 45, None, True),
        ("b", 45, "支出可由家庭承担", False),
        ("c", 45, "", True),
        ("d", 30, None, False),
    ):
        out = screened(pack(tmp_path / name, head, days, reason), tmp_path / f"{name}-out", AS_OF.isoformat())
        assert on_the_list(out, head["户编号"]) == listed, name


def test_697_of_1000_is_69_70_percent_with_households_and_persons_apart(place: Any) -> None:
    assert share(697, 1000) == "69.70 %"
    assert share(0, 0) == "—"
    registry, progress = part("registry.models"), part("cases.progress")
    with walk.scratch():
        before = progress.eliminated("")
        homes = [walk.free_household(n) for n in range(4)]
        for n, home in enumerate(homes):
            registry.StatusSpell.objects.create(
                area_code=home.area_code,
                household_id=home.pk,
                kind="edge",
                since=DAY,
                until=DAY if n else None,
                source="测试用的依据",
                recorded_at=walk.at(DAY),
            )
        after = progress.eliminated("")
        assert after.households - before.households == 4
        assert after.households_gone - before.households_gone == 3
        assert after.persons - before.persons == sum(h.persons for h in homes)
        assert after.persons_gone - before.persons_gone == sum(h.persons for h in homes[1:])


def helped_before(home: Any, on: date) -> Any:
    """The open signal of relief that nobody has judged."""
    signals, runs = part("screening.models").Signal, part("screening.models").Run
    run = runs.objects.filter(state="done").order_by("-pk").first()
    return signals.objects.create(
        area_code=home.area_code, household_id=home.pk, subject="civil_affairs", rule="R20", signal_class="process", event_date=on, sentence="45天前领取临时救助3000元",
        citation="", opened_run=run.pk, opened_on=DAY,
    )  # fmt: skip


def test_helped_and_never_judged_stays_listed_until_a_reason_is_recorded(place: Any) -> None:
    omissions = part("cases.omissions")
    on_list = lambda home: home.pk in {d.household_id for d in omissions.doubts("helped", "", DAY)}  # noqa: E731
    assert omissions.LISTS["helped"] == "已救助未研判农户"
    assert not any("体外循环" in title for title in omissions.LISTS.values())
    with walk.scratch():
        home = walk.free_household()
        helped_before(home, DAY - timedelta(days=45))
        assert on_list(home)
        clue = walk.heard(home)
        clues = part("cases.clues")
        with pytest.raises(UserError, match="写明理由"):
            clues.conclude(
                clue, clues.Conclusion("no_risk", "", "home", walk.TWO, DAY), walk.post("town1"), walk.at(DAY), DAY
            )
        assert on_list(home)
        clues.conclude(
            clue,
            clues.Conclusion("no_risk", "支出可由家庭承担", "home", walk.TWO, DAY),
            walk.post("town1"),
            walk.at(DAY),
            DAY,
        )
        assert not on_list(home)


def test_watched_groups_count_a_household_once_and_pure_allowance_is_no_monitoring_object(place: Any) -> None:
    groups, registry = part("cases.groups"), part("registry.models")
    with walk.scratch():
        both, pure = walk.free_household(0), walk.free_household(1)
        registry.StatusSpell.objects.filter(household_id__in=[both.pk, pure.pk]).update(until=DAY)
        before = groups.counts("")
        for home, kinds in ((both, ("edge", "allowance")), (pure, ("allowance",))):
            for kind in kinds:
                registry.StatusSpell.objects.create(
                    area_code=home.area_code,
                    household_id=home.pk,
                    kind=kind,
                    since=DAY,
                    source="测试用的依据",
                    recorded_at=walk.at(DAY),
                )
        after = groups.counts("")
        assert after.watched - before.watched == 2
        assert after.monitored - before.monitored == 1
        assert after.by_group["allowance"] - before.by_group.get("allowance", 0) == 2
        assert after.by_group["edge"] - before.by_group.get("edge", 0) == 1


def test_an_open_risk_refuses_the_elimination_by_name(place: Any) -> None:
    later = date(2026, 9, 10)
    with walk.scratch():
        case = walk.monitored("因病")
        part("cases.steps").set_risks(case, ["因病", "因学"], walk.post("town1"))
        case.refresh_from_db()
        walk.helped(case, DAY + timedelta(days=6))
        see = part("assistance.actions").see_risk
        see(case, "因病", True, later, "出院，费用已报销", walk.post("town1"), walk.at(later), later)
        with pytest.raises(UserError) as caught:
            act(case, "propose", later, kind="helped")
        assert "风险“因学”没有已消除的依据" in caught.value.text
        assert "风险“因学”没有已开始的对应措施" in caught.value.text
        assert "风险“因病”" not in caught.value.text
        see(case, "因学", True, later, "已毕业就业", walk.post("town1"), walk.at(later), later)
        with pytest.raises(UserError, match="没有已开始的对应措施"):
            act(case, "propose", later, kind="helped")
        act(case, "propose", later, kind="natural")
        assert case.state == "e_visit"


def test_a_lasting_measure_is_started_not_finished(place: Any) -> None:
    later = date(2026, 9, 10)
    with walk.scratch():
        case = walk.monitored("因残")
        walk.helped(case, DAY + timedelta(days=6), "m_security", "低保")
        walk.risk_gone(case, later)
        act(case, "propose", later, kind="helped")
        assert case.state == "e_visit"


def test_not_in_the_same_or_next_month_except_natural_and_six_months_are_a_warning(place: Any) -> None:
    standing = part("assistance.standing")
    with walk.scratch():
        case = walk.monitored("因病")  # decided 6 March
        walk.helped(case, DAY + timedelta(days=6))
        april = date(2026, 4, 30)
        walk.risk_gone(case, april)
        with pytest.raises(UserError, match="当月起 2 个月内"):
            act(case, "propose", april, kind="helped")
        may = date(2026, 5, 1)
        assert "不满 6 个月" in standing.elimination_warnings(case, may)[0]
        assert standing.elimination_warnings(case, date(2026, 9, 5)) != []
        assert standing.elimination_warnings(case, date(2026, 9, 6)) == []
        act(case, "propose", may, kind="helped")
        other = walk.monitored("因病", home=walk.free_household(1))
        walk.risk_gone(other, april)
        act(other, "propose", april, kind="natural")
        assert other.state == "e_visit"


def test_a_household_without_labour_is_held_and_income_below_the_line_refuses(place: Any) -> None:
    later = date(2026, 9, 10)
    with walk.scratch():
        case = walk.monitored("因残")
        walk.helped(case, DAY + timedelta(days=6), "m_security", "低保")
        walk.risk_gone(case, later)
        act(case, "hold", later, note="整户无劳动力，兜底保障")
        with pytest.raises(UserError, match="暂不消除"):
            act(case, "propose", later, kind="helped")
        act(case, "hold", later, note="子女成年已就业", lift=True)
        figures = part("screening.actions")
        part("screening.models").LocalFigure.objects.all().update(retracted_at=walk.at(later))
        with pytest.raises(UserError, match="没有名为"):
            figures.enter_figure(
                "no_such_figure", "1", later, None, "文号", later, "", walk.post("county"), walk.at(later)
            )
        tomorrow = later + timedelta(days=1)
        with pytest.raises(UserError, match="今天之后"):
            part("assistance.actions").enter_after(case, dict(walk.AFTER), tomorrow, walk.post("town1"), walk.at(later))
        walk.after_fields(case, later, wage=100)
        standing = part("assistance.standing")
        assert standing.income_gap(case, later) == []  # no line is set here: nothing is said
        act(case, "propose", later, kind="helped")


def test_red_on_day_31_with_a_limit_of_30_green_once_closed_and_both_states_are_kept(place: Any) -> None:
    board, items = part("assistance.board"), part("cases.items")
    with walk.scratch():
        home = walk.free_household()
        items.set_item(home, "water", False, DAY, "水井干了", walk.post("town1"), walk.at(DAY), DAY)
        clue = part("cases.models").Clue.objects.get(household_id=home.pk)
        clues = part("cases.clues")
        clues.conclude(
            clue,
            clues.Conclusion("referred", "", "office", walk.TWO, DAY, "水利局"),
            walk.post("town1"),
            walk.at(DAY),
            DAY,
        )
        problems = lambda on: next((x.late_problems for x in board.board("", on) if x.area == home.area_code), 0)  # noqa: E731
        assert problems(DAY + timedelta(days=30)) == 0
        assert problems(DAY + timedelta(days=31)) == 1
        assert next(x for x in board.board("", DAY + timedelta(days=31)) if x.area == home.area_code).is_red
        items.set_item(
            home,
            "water",
            True,
            DAY + timedelta(days=32),
            "接通自来水",
            walk.post("town1"),
            walk.at(DAY),
            DAY + timedelta(days=32),
        )
        assert problems(DAY + timedelta(days=32)) == 0
        assert problems(DAY + timedelta(days=31)) == 1


def test_a_document_switches_the_class_and_history_keeps_both(place: Any) -> None:
    figures, spells = part("screening.actions"), part("registry.models").StatusSpell
    with walk.scratch():
        first = walk.monitored("因病", home=walk.free_household(0))
        assert first.category == "edge"
        figures.enter_figure(
            "monitored_classes",
            "prevention",
            DAY + timedelta(days=30),
            None,
            "饶农发〔2026〕9号",
            DAY,
            "",
            walk.post("county"),
            walk.at(DAY),
        )
        second = walk.monitored("因病", DAY + timedelta(days=30), walk.free_household(1))
        assert second.category == "prevention"
        assert set(
            spells.objects.filter(
                household_id__in=[first.household_id, second.household_id],
                until__isnull=True,
                kind__in=("edge", "prevention"),
            ).values_list("kind", flat=True)
        ) == {"edge", "prevention"}
