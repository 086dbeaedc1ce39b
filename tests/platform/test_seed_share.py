"""SHARE 部门数据共享比对 in the application: the lines that its pages must hold."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.platform.conftest import COUNTY, signed_in


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
