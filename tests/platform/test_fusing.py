"""Signals become clues: fused, never twice, back only for a reason; households outside the register go to their township."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

from shouwang.config.start import part
from tests.platform import walk
from tests.platform.fixtures import COUNTY

AS_OF = date(2026, 3, 1)


def signal(home: Any, rule: str = "R05", value: str | None = "31400.00", event: date | None = None, **more: Any) -> Any:
    signals, runs = part("screening.models").Signal, part("screening.models").Run
    run = runs.objects.filter(state="done").order_by("-pk").first()
    kind = {"subject": "medical", "signal_class": "risk", "risk_type": "因病", "person_id": None, **more}
    return signals.objects.create(
        area_code=home.area_code, household_id=home.pk, rule=rule, value=value, threshold="26000.00", event_date=event, sentence=f"{rule} {value}", citation="",
        opened_run=run.pk, opened_on=AS_OF, **kind,
    )  # fmt: skip


def fuse(as_of: date = AS_OF, today: date | None = None) -> dict[str, int]:
    fusing, today = part("cases.fusing"), today or as_of
    undecided = part("cases.procedure").procedure().in_chain("identify")
    counts: dict[str, int] = fusing.fuse(
        fusing.Screened(COUNTY, as_of, as_of.year),
        part("screening.application_book").book_for(COUNTY),
        undecided,
        today,
        walk.at(today),
    )
    return counts


def dismiss(home: Any, on: date = AS_OF) -> None:
    clues, found = part("cases.clues"), part("cases.models").Clue
    clue = found.objects.get(household_id=home.pk, state="new")
    said = clues.Conclusion("no_risk", "支出可由家庭承担", "home", walk.TWO, on)
    clues.conclude(clue, said, walk.post("town1"), walk.at(on), on)


def open_clues(home: Any) -> int:
    return int(part("cases.models").Clue.objects.filter(household_id=home.pk, state="new").count())


@contextmanager
def household() -> Iterator[Any]:
    with walk.scratch():
        fuse()  # whatever other tests have left
        yield walk.free_household()


def test_several_signals_are_one_clue_with_all_evidence_and_a_second_call_finds_nothing(place: Any) -> None:
    evidence = part("cases.models").Evidence
    with household() as home:
        signal(home, "R05")
        signal(home, "R12", "3500.00", AS_OF - timedelta(days=20), subject="employment", risk_type="因务工就业不稳")
        assert fuse()["clues"] == 1
        assert open_clues(home) == 1
        assert sorted(evidence.objects.filter(household_id=home.pk).values_list("rule", flat=True)) == ["R05", "R12"]
        assert fuse() == {"clues": 0, "evidence": 0, "outside": 0}


def test_only_risk_opens_a_clue(place: Any) -> None:
    with household() as home:
        for rule, kind in (("R03", "income_list"), ("R21", "asset"), ("R24", "process")):
            signal(home, rule, signal_class=kind)
        assert fuse() == {"clues": 0, "evidence": 0, "outside": 0}
        assert open_clues(home) == 0


def test_a_dismissed_signal_does_not_come_back_because_the_day_moved(place: Any) -> None:
    with household() as home:
        found = signal(home)
        fuse()
        dismiss(home)
        assert fuse(AS_OF + timedelta(days=60))["clues"] == 0
        type(found).objects.filter(pk=found.pk).update(closed_run=1, closed_on=AS_OF)
        signal(home)  # closed, and found again
        assert fuse(AS_OF + timedelta(days=90))["clues"] == 0
        assert fuse(date(2026, 12, 31))["clues"] == 0


def test_it_comes_back_when_worse_or_in_a_new_year(place: Any) -> None:
    signals = part("screening.models").Signal
    with household() as home:
        found = signal(home)
        fuse()
        dismiss(home)
        signals.objects.filter(pk=found.pk).update(value="31400.01")
        assert fuse()["clues"] == 1
        dismiss(home)
        signals.objects.filter(pk=found.pk).update(value="31000.00")
        assert fuse()["clues"] == 0
        assert fuse(date(2027, 1, 10))["clues"] == 1


def test_lower_is_worse_for_income(place: Any) -> None:
    signals = part("screening.models").Signal
    with household() as home:
        found = signal(home, "R01", "8100.00", subject="income", risk_type="待研判")
        fuse()
        dismiss(home)
        signals.objects.filter(pk=found.pk).update(value="8150.00")
        assert fuse()["clues"] == 0
        signals.objects.filter(pk=found.pk).update(value="8099.99")
        assert fuse()["clues"] == 1


def test_a_new_event_is_a_new_clue_and_the_same_event_is_not(place: Any) -> None:
    signals = part("screening.models").Signal
    with household() as home:
        found = signal(home, "R18", "12000.00", AS_OF, subject="disaster", risk_type="因自然灾害")
        fuse()
        dismiss(home)
        assert fuse(AS_OF + timedelta(days=5))["clues"] == 0
        signals.objects.filter(pk=found.pk).update(event_date=AS_OF + timedelta(days=40), value="9000.00")
        assert fuse(AS_OF + timedelta(days=41))["clues"] == 1


def test_the_clock_starts_at_the_earliest_receipt_and_stays(place: Any) -> None:
    with household() as home:
        clue = walk.heard(home, AS_OF + timedelta(days=3))
        signal(home)
        fuse(AS_OF + timedelta(days=5))
        clue.refresh_from_db()
        assert clue.received_on == AS_OF + timedelta(days=3)
        walk.heard(home, AS_OF)
        clue.refresh_from_db()
        assert clue.received_on == AS_OF
        case = walk.confirm(clue, AS_OF + timedelta(days=6))
        assert case.clock_start == AS_OF
        signal(home, "R06", None, AS_OF - timedelta(days=30))
        fuse(AS_OF + timedelta(days=7))
        walk.heard(home, AS_OF + timedelta(days=8))
        case.refresh_from_db()
        assert case.clock_start == AS_OF
        assert open_clues(home) == 0  # what comes before the decision joins the case
        assert part("cases.models").Evidence.objects.filter(clue_id=clue.pk).count() == 5


def test_a_late_delivery_is_marked(place: Any) -> None:
    with household() as home:
        signal(home, late=True)
        fuse()
        clue = part("cases.models").Clue.objects.get(household_id=home.pk)
        assert clue.late


def test_the_demonstration_county_has_a_clue_for_every_household_with_a_risk_signal(place: Any, inside: Any) -> None:
    clues, signals = part("cases.models").Clue, part("screening.models").Signal
    with inside(COUNTY):
        with_risk = set(
            signals.objects.filter(closed_run__isnull=True, signal_class="risk").values_list("household_id", flat=True)
        )
        assert len(with_risk) > 100
        assert with_risk <= set(clues.objects.filter(household_id__isnull=False).values_list("household_id", flat=True))
        outside = clues.objects.filter(source="outside")
        rows = set(part("cases.models").Evidence.objects.filter(row_id__isnull=False).values_list("row_id", flat=True))
        assert rows == set(part("screening.models").OutsideRow.objects.values_list("row_id", flat=True))
        assert outside.count() == len(rows) > 20
        assert all(len(a) in (6, 9) for a in outside.values_list("area_code", flat=True))
        assert sum(len(a) == 9 for a in outside.values_list("area_code", flat=True)) > 10


def test_dispatch_shows_volume_gives_a_task_and_never_hides_a_clue(place: Any) -> None:
    clues, tasks = part("cases.clues"), part("worklist.models").Task
    with walk.scratch():
        home = walk.free_household()
        walk.heard(home, AS_OF)
        before = clues.volumes("230524", "230525")
        assert before[home.area_code] >= 1
        part("screening.actions").enter_figure(
            "village_task_cap", "0", AS_OF, None, "文号", AS_OF, "", walk.post("county"), walk.at(AS_OF)
        )
        given = clues.dispatch([home.area_code], None, walk.post("town1"), walk.at(AS_OF), AS_OF)
        assert given == {home.area_code: before[home.area_code]}
        assert home.area_code not in clues.volumes("230524", "230525")
        task = tasks.objects.get(kind="clue", area_code=home.area_code, done_at__isnull=True)
        assert (task.due_on, task.count) == (AS_OF + timedelta(days=5), given[home.area_code])
        assert tasks.objects.filter(kind="overload", area_code=home.area_code[:9], done_at__isnull=True).exists()
        assert clues.dispatch([home.area_code], None, walk.post("town1"), walk.at(AS_OF), AS_OF) == {}
