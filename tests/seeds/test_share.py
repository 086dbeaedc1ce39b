"""SHARE 部门数据共享比对: at the command line, and in the application: departments and limits, rates, what nobody has taken note of."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from shouwang.config.start import part
from shouwang.ui.templatetags.shouwang import share
from tests.conftest import SAMPLES, run
from tests.platform import test_fusing, walk
from tests.platform.fixtures import COUNTY, signed_in
from tests.platform.walk import DAY
from tests.scoring import lines

PACK = SAMPLES / "raohe-small"


def people(count: int) -> list[list[str]]:
    """Name, number, birth date, town and village of persons whom a clean row of the deaths file names beyond doubt."""
    truth = {
        int(r["row"])
        for r in lines(PACK / "truth" / "links.csv")
        if r["kind"] == "deaths" and r["why"] == "D1 id and name"
    }
    rows = list(csv.reader((PACK / "14_公安局_死亡注销.csv").read_bytes().decode("gb18030").splitlines()))
    return [[c.strip() for c in rows[n - 1][1:6]] for n in sorted(truth)][:count]


def test_an_extract_of_five_rows_ends_three_one_one(write_csv: Callable[..., Path]) -> None:
    first, second, third, fourth = people(4)
    extract = [
        ["姓名", "身份证号", "乡镇", "行政村"],
        *[[p[0], p[2], p[3], p[4]] for p in (first, second, third)],
        [fourth[0], "", fourth[3], fourth[4]],
        ["无此人", "110101199001017014", "", ""],
    ]
    done = run("match", str(write_csv("五行.csv", extract)), "--registry", str(PACK), "--json")
    assert done.exit_code == 0
    counts = json.loads(done.stdout)
    assert (counts["linked"], counts["to_confirm"], counts["unmatched"]) == (3, 1, 1)


def test_each_department_has_its_latest_delivery_and_a_limit_of_its_own(inside: Any, models: Any) -> None:
    owed, expected = models("exchange.owed"), models("exchange.models").Expected
    kinds = {"edu_roll": 6, "dibao": 1, "jobs": 1, "housing": 12, "water": 1, "serious_illness": 1, "med_oop": 1}
    client = signed_in("county")
    for kind, every in kinds.items():
        client.post("/calendar/", {"kind": kind, "due_day": "5", "every": str(every)})
    with inside(COUNTY):
        assert {e.kind: e.every_months for e in expected.objects.filter(kind__in=kinds)} == kinds
        last = {line.expected.kind: line.last for line in owed.calendar(models("config.clock").today(), 1)}
        assert all(last[kind] for kind in kinds)
        day = last["water"] + timedelta(days=40)
        lines = {line.expected.kind: line for line in owed.calendar(day, 1)}
        assert (lines["water"].age, lines["water"].limit, lines["water"].stale) == (40, 31, True)
        assert (lines["edu_roll"].limit, lines["edu_roll"].stale) == (186, False)
        assert (lines["housing"].limit, lines["housing"].stale) == (372, False)
    page = client.get("/calendar/").content.decode()
    assert "每学期" in page
    assert "最近送达" in page
    assert client.post("/calendar/", {"kind": "water", "due_day": "5", "every": "7"}).status_code == 422


def test_seven_of_ten_verified_clues_were_true_and_how_many_were_taken_in_is_another_rate(place: Any) -> None:
    queries, clues = part("cases.queries"), part("cases.clues")
    with walk.scratch():
        homes = [walk.free_household(n) for n in range(11)]
        results = ["confirmed"] * 3 + ["no_risk"] * 4 + ["untrue"] * 3 + ["repeated"]
        for home, result in zip(homes, results, strict=True):
            hearing = part("cases.hearing")
            heard = hearing.Heard("department", "医疗自付超线", DAY, "medical", "因病", "R05")
            clue = hearing.hear(home, heard, walk.at(DAY), DAY)
            said = clues.Conclusion(result, "核对过票据和报销", "home", walk.TWO, DAY)
            clues.conclude(clue, said, walk.post("town1"), walk.at(DAY), DAY)
        case = part("cases.models").Case.objects.filter(household_id=homes[0].pk).get()
        walk.to_decision(case, DAY)
        (rate,) = [r for r in queries.rates("rule") if r.key == "R05"]
        assert (rate.verified, rate.true, rate.included) == (10, 7, 1)
        assert share(rate.true, rate.verified) == "70.00 %"
        assert share(rate.included, rate.verified) == "10.00 %"
        village = homes[0].area_code
        here = [r.verified for r in queries.rates("rule", village) if r.key == "R05"]
        assert here == [sum(h.area_code == village for h in homes[:10])]


def test_a_warning_that_the_village_has_not_seen_goes_up_to_the_township(place: Any) -> None:
    clues, tasks = part("cases.clues"), part("worklist.models").Task
    with walk.scratch():
        home = walk.free_household()
        clue = walk.heard(home, DAY)
        clues.dispatch([home.area_code], None, walk.post("town1"), walk.at(DAY), DAY)
        assert clues.escalate_unseen(walk.at(DAY) + timedelta(hours=24), DAY) == 0
        assert clues.escalate_unseen(walk.at(DAY) + timedelta(hours=24, seconds=1), DAY + timedelta(days=1)) >= 1
        clue.refresh_from_db()
        assert clue.escalated_at is not None
        task = tasks.objects.get(kind="unseen", area_code=home.area_code[:9], done_at__isnull=True)
        assert task.right == "case.township"
        assert clues.acknowledge(home.area_code, walk.at(DAY)) >= 1


def test_of_three_identity_hits_one_already_registered_with_the_same_state_two_are_new_clues(place: Any) -> None:
    with walk.scratch():
        test_fusing.fuse()  # whatever other tests have left
        first, second, third = (walk.free_household(n) for n in range(3))
        for home in (first, second, third):
            test_fusing.signal(home)
        assert test_fusing.fuse()["clues"] == 3
    with walk.scratch():
        test_fusing.fuse()
        first, second, third = (walk.free_household(n) for n in range(3))
        test_fusing.signal(first)
        test_fusing.fuse()
        test_fusing.dismiss(first)  # judged with the same state
        for home in (second, third):
            test_fusing.signal(home)
        assert test_fusing.fuse()["clues"] == 2
