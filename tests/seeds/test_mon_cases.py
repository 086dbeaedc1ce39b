"""MON 动态监测 in the application: rates, helped but never judged, watched groups, eliminations, clearing to zero."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from shouwang.config.start import part
from shouwang.kernel.errors import UserError
from shouwang.ui.templatetags.shouwang import share
from tests.platform import walk
from tests.platform.walk import DAY, act


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
        assert both.pk in groups.members("", "edge")
        assert pure.pk not in groups.monitoring_objects("")
        assert both.pk in groups.monitoring_objects("")


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
        with pytest.raises(UserError, match="当月和次月"):
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
