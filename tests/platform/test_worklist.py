"""Tasks: opened once, counted, due in working days, escalated when late, closed when the work is done."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from shouwang.config.start import part
from tests.platform.fixtures import COUNTY, signed_in

MONDAY = date(2025, 10, 6)


def test_a_limit_that_is_not_set_is_neither_green_nor_red(models: Any) -> None:
    clock = models("worklist.clock").clock
    assert clock(MONDAY, None, "calendar", MONDAY).state == "not_set"
    assert [clock(MONDAY, 15, "calendar", MONDAY + timedelta(days=n)).state for n in (0, 11, 12, 15, 16)] == [
        "open",
        "open",
        "soon",
        "soon",
        "late",
    ]
    holiday = clock(date(2025, 9, 30), 1, "working", date(2025, 10, 8))
    assert (holiday.due, holiday.left, holiday.state) == (date(2025, 10, 9), 1, "soon")
    assert clock(date(2026, 12, 28), 10, "working", date(2026, 12, 28)).provisional


def test_a_task_is_open_once_and_rises_one_level_when_late(inside: Any, models: Any) -> None:
    actions, tasks = models("worklist.actions"), models("worklist.models").Task
    with inside("230524100"):
        made = actions.open_task(
            "review", 999_001, "230524100", "exchange.review", "registry", "测试任务", MONDAY, MONDAY, 3
        )
        assert (
            actions.open_task(
                "review", 999_001, "230524100", "exchange.review", "registry", "测试任务", MONDAY, MONDAY, 2
            )
            is None
        )
        assert tasks.objects.get(pk=made.pk).count == 2
    assert "测试任务" in signed_in("town1").get("/").content.decode()
    assert "测试任务" not in signed_in("town2").get("/").content.decode()
    assert "测试任务" not in signed_in("county").get("/").content.decode()
    with inside(COUNTY):
        assert actions.escalate(MONDAY) == 0
        actions.escalate(MONDAY + timedelta(days=1))
    page = signed_in("county").get("/").content.decode()
    assert "测试任务" in page
    assert "下级逾期" in page
    with inside(COUNTY):
        assert actions.finish("review", 999_001, 1, models("config.clock").now()) == 1
    assert "测试任务" not in signed_in("county").get("/").content.decode()


def test_a_missing_delivery_becomes_a_task_of_its_department(inside: Any, models: Any) -> None:
    reminders, expected = models("exchange.reminders"), models("exchange.models").Expected
    with inside(COUNTY):
        expected.objects.update_or_create(area_code=COUNTY, kind="water", defaults={"subject": "water", "due_day": 1})
        lines = models("exchange.owed").calendar(date(2031, 5, 20), 1)
        owed = {line.expected.kind: line.months[-1].state for line in lines}
        assert owed["water"] == "missing"
        assert reminders.remind(date(2031, 5, 20)) >= 1
        task = models("worklist.models").Task.objects.get(
            kind="delivery", object_id=expected.objects.get(kind="water").pk
        )
        assert (task.subject, task.right) == ("water", "exchange.upload")
        models("worklist.models").Task.objects.filter(kind="delivery").update(done_at=models("config.clock").now())


def test_importing_a_doubtful_row_opens_a_review_task(inside: Any) -> None:
    with inside(COUNTY):
        tasks = list(part("worklist.models").Task.objects.filter(kind="review", area_code=COUNTY))
        assert tasks
        assert all(t.due_on is not None and t.count for t in tasks if t.done_at is None)
