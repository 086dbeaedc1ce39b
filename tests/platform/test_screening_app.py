"""Screening in the application: the sample's truth, incremental equals full, late deliveries, replay, counts."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shouwang.config.start import part
from tests.conftest import SAMPLES
from tests.platform.fixtures import COUNTY, read_and_import, signed_in
from tests.platform.sheets import MED, med_row, people, write_xlsx

TRUTH = SAMPLES / "raohe-small" / "truth"


def number(text: str) -> str:
    return str(Decimal(text).normalize()) if text else ""


def found_by_run(run_id: int) -> Any:
    """What the rules find again for a run's day and knowledge."""
    territory, running = part("accounts.territory"), part("screening.running")
    with territory.territory(territory.system_scope(COUNTY)):
        run = part("screening.models").Run.objects.get(pk=run_id)
        return running.find(COUNTY, run.as_of, run.known_at)


def test_the_sample_gives_exactly_its_truth(place: Any, inside: Any) -> None:
    found = found_by_run(1)
    numbers = dict(found.known.registry.households.select("hid", "household_no").iter_rows())
    people_no = dict(found.known.registry.persons.select("pid", "person_no").iter_rows())
    got = {
        (r, numbers[h], people_no.get(p, "") if p else "", number(v or ""))
        for r, h, p, v in found.signals.select("rule", "hid", "pid", "value").iter_rows()
    }
    with (TRUTH / "signals.csv").open(encoding="utf-8-sig") as stream:
        truth = {(r["rule"], r["household_no"], r["person_no"], number(r["value"])) for r in csv.DictReader(stream)}
    assert got == truth
    with (TRUTH / "not_assessed.csv").open(encoding="utf-8-sig") as stream:
        missing = {
            (r["rule"], r["household_no"], r["reason"]) for r in csv.DictReader(stream) if r["household_no"] != "*"
        }
    assert {(r, numbers[h], why) for r, h, why in found.findings.not_assessed.iter_rows()} == missing


def test_a_run_can_be_replayed(inside: Any, models: Any) -> None:
    with inside(COUNTY):
        run = models("screening.models").Run.objects.get(pk=1)
        assert models("screening.replay").replayed(run)
        run.manifest = {**run.manifest, "digest": "0"}
        assert not models("screening.replay").replayed(run)
    page = signed_in("county").post("/runs/1/", follow=True).content.decode()
    assert "重放结果与当时完全一致" in page


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_screening_some_households_gives_what_screening_all_gives_of_them(place: Any, data: Any) -> None:
    territory, running = part("accounts.territory"), part("screening.running")
    with territory.territory(territory.system_scope(COUNTY)):
        run = part("screening.models").Run.objects.get(pk=1)
        homes = sorted(part("registry.models").Household.objects.filter(origin="national").values_list("pk", flat=True))
        some = data.draw(st.lists(st.sampled_from(homes), min_size=1, max_size=40, unique=True))
        whole = running.find(COUNTY, run.as_of, run.known_at)
        part_only = running.find(COUNTY, run.as_of, run.known_at, some)
    columns = ["rule", "hid", "pid", "value", "threshold", "event_date", "sentence", "citation", "rows"]
    chosen = whole.signals.filter(whole.signals["hid"].is_in(some)).select(columns).sort("rule", "hid", "pid")
    assert part_only.signals.select(columns).sort("rule", "hid", "pid").equals(chosen, null_equal=True)


@pytest.fixture
def screened_bill(tmp_path: Path, upload: Any, inside: Any, models: Any) -> Any:
    """Imports one bill and screens what it touched; gives the batch and the run."""

    def hand_in(person: dict[str, Any], amount: str, day: str, name: str) -> Any:
        _, batch_id = upload(signed_in("county"), write_xlsx(tmp_path / name, [MED, med_row(person, amount, day)]))
        batch = read_and_import(batch_id, "county", "med_oop")
        models("screening.tasks").screen_batch(batch_id, batch.assignment_id)
        with inside(COUNTY):
            return batch, models("screening.models").Run.objects.filter(batch_id=batch_id).get()

    return hand_in


def open_signals(household_id: int, rule: str) -> list[Any]:
    territory = part("accounts.territory")
    with territory.territory(territory.system_scope(COUNTY)):
        return list(
            part("screening.models").Signal.objects.filter(
                household_id=household_id, rule=rule, closed_run__isnull=True
            )
        )


def test_a_new_bill_signals_on_the_household_page_and_undo_takes_it_back(
    screened_bill: Any, inside: Any, models: Any
) -> None:
    person = next(p for p in people(60, 200) if not open_signals(p["hid"], "R05"))
    batch, run = screened_bill(person, "88888.88", "2025-08-08", "大额.xlsx")
    assert run.manner == "batch"
    assert 1 <= run.households < 20
    (signal,) = open_signals(person["hid"], "R05")
    page = signed_in("county").get(f"/households/{person['hid']}/").content.decode()
    assert signal.sentence in page
    assert "大额.xlsx 第3行" in page or "大额.xlsx 第2行" in page
    with inside(COUNTY):
        counts = models("screening.models").AreaCount.objects.get(area_code=person["area"], rule="R05")
        actual = (
            models("screening.models")
            .Signal.objects.filter(area_code=person["area"], rule="R05", closed_run__isnull=True)
            .count()
        )
        assert counts.signals == actual
    signed_in("county").post(f"/exchange/{batch.pk}/undo/", {"reason": "测试撤回"})
    with inside(COUNTY):
        again = models("screening.tasks").ask(COUNTY, run.as_of, "full", 0, models("config.clock").now())
    models("screening.tasks").carry_out(again, None)
    assert open_signals(person["hid"], "R05") == []
    with inside(COUNTY):
        kept = models("screening.models").Signal.objects.get(pk=signal.pk)
        assert kept.closed_run == again.pk


def test_a_late_delivery_signals_with_its_mark(
    screened_bill: Any, inside: Any, models: Any, tmp_path: Path, upload: Any
) -> None:
    tasks, runs = models("screening.tasks"), models("screening.models").Run
    with inside(COUNTY):
        day = runs.objects.get(pk=1).as_of
        later = tasks.ask(COUNTY, day.replace(year=2026, month=3), "full", 0, models("config.clock").now())
    tasks.carry_out(later, None)
    feed = models("exchange.subjects").feeds()["deaths"]
    fields = [f for f in feed.fields if f.type in ("name", "id", "date")]
    dead = people(60, 300)
    rows = [[{"name": p["name"], "id": p["number"], "date": "2025-11-01"}[f.type] for f in fields] for p in dead]
    _, batch_id = upload(signed_in("county"), write_xlsx(tmp_path / "迟.xlsx", [[f.headers[0] for f in fields], *rows]))
    batch = read_and_import(batch_id, "county", "deaths")
    assert batch.linked == 60, batch.what
    tasks.screen_batch(batch_id, batch.assignment_id)
    with inside(COUNTY):
        run = runs.objects.get(batch_id=batch_id)
        late = list(models("screening.models").Signal.objects.filter(opened_run=run.pk, late=True))
        assert late, run.manifest["counts"]
        ordinary = models("screening.models").Signal.objects.filter(opened_run=run.pk, late=False, rule=late[0].rule)
        assert not ordinary.filter(household_id=late[0].household_id).exists()
    assert run.manifest["counts"]["late"] == len(late) > 0
    assert "迟报" in signed_in("county").get(f"/households/{late[0].household_id}/").content.decode()
    with inside(COUNTY):
        back = tasks.ask(COUNTY, day, "full", 0, models("config.clock").now())
    tasks.carry_out(back, None)


def test_every_run_has_a_manifest(inside: Any, models: Any) -> None:
    with inside(COUNTY):
        for run in models("screening.models").Run.objects.filter(state="done"):
            assert {"code", "as_of", "known_at", "batches", "figures", "policy", "counts", "digest"} <= set(
                run.manifest
            )
    page = signed_in("county").get("/runs/1/").content.decode()
    assert "结果指纹" in page


def test_the_map_goes_down_and_shows_what_is_not_known(place: Any) -> None:
    client = signed_in("county")
    page = client.get("/map/").content.decode()
    assert "示意图" in page
    assert 'class="none"' in page or "无数据" in page
    assert "饶河镇" in client.get("/map/?area=230524100").content.decode()
    nation = signed_in("nation").get("/map/").content.decode()
    assert "黑龙江" in nation
    assert signed_in("town1").get("/map/?area=230524101").content.decode().count("230524101") == 0
