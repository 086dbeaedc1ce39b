"""Screening rounds and their sheets: all households due, two visitors, findings are clues, a sheet is worth as much as the phone."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from shouwang.config.start import part
from shouwang.kernel.errors import UserError
from tests.platform import walk
from tests.platform.walk import DAY, TWO

VILLAGE_ROUND = ("230524100", "230524100", "230524101")


def opened(kind: str = "concentrated", event: str = "") -> Any:
    return part("cases.rounds").open_round(
        VILLAGE_ROUND, kind, "春季集中排查", event, DAY, None, walk.post("town1"), walk.at(DAY)
    )


def lines(made: Any) -> Any:
    return part("cases.field_models").RoundLine.objects.filter(round_id=made.pk).order_by("area_code", "pk")


def visited(line: Any, conclusion: str = "none", reason: str = "", people: tuple[str, ...] = TWO, **more: Any) -> Any:
    rounds = part("cases.rounds")
    return rounds.record_visit(
        line, rounds.Visit(people, DAY, "home", conclusion, reason, **more), walk.post("town1"), walk.at(DAY), DAY
    )


def test_every_rural_household_of_the_area_is_due_with_why_it_comes_first(place: Any) -> None:
    homes = part("registry.models").Household.objects
    with walk.scratch():
        made = opened()
        assert (
            made.households == homes.filter(area_code__startswith="230524100", dissolved_on__isnull=True).count() > 20
        )
        assert made.due_on == DAY + timedelta(days=30)
        groups = {g for line in lines(made) for g in line.groups}
        assert {"illness", "low_income"} & groups
        tasks = part("worklist.models").Task.objects.filter(kind="round", object_id=made.pk)
        assert sum(t.count for t in tasks) == made.households
        with pytest.raises(UserError, match="因什么事"):
            opened("special")
        assert opened("special", "7月10日洪水").event


def test_a_round_cannot_close_with_open_findings_or_unvisited_households(place: Any) -> None:
    rounds, clues = part("cases.rounds"), part("cases.clues")
    with walk.scratch():
        made = opened()
        first, *others = lines(made)
        with pytest.raises(UserError, match="写了 1 人"):
            visited(first, people=("张一",))
        with pytest.raises(UserError, match="写明理由"):
            visited(first, "clue")
        found = visited(first, "clue", "老人住院，没有陪护", risk_type="因病")
        clue = part("cases.models").Clue.objects.get(pk=found.clue_id)
        assert clue.household_id == first.household_id
        for line in others:
            visited(line)
        ((row),) = [c for c in rounds.coverage(made.pk) if c.area == first.area_code]
        assert (row.found, row.open_findings) == (1, 1)
        with pytest.raises(UserError, match="没有核查结论"):
            rounds.close_round(made, walk.post("town1"), DAY)
        clues.conclude(
            clue, clues.Conclusion("no_risk", "子女已回家照料", "home", TWO, DAY), walk.post("town1"), walk.at(DAY), DAY
        )
        rounds.close_round(made, walk.post("town1"), DAY)
        with pytest.raises(UserError, match="已于"):
            visited(lines(made)[0])


def test_the_same_visit_sent_twice_counts_once(place: Any) -> None:
    with walk.scratch():
        line = lines(opened())[0]
        first = visited(line, client_id="phone-7")
        again = visited(first, "away", "没有人在家", client_id="phone-7")
        assert again.conclusion == "none"


def filled(data: bytes, path: Path, change: Any) -> bytes:
    """The sheet with its rows filled as a cadre would."""
    path.write_bytes(data)
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    header = next(r for r in range(1, 10) if sheet.cell(r, 1).value == "序号")
    columns = {sheet.cell(header, c).value: c for c in range(1, sheet.max_column + 1)}
    for n, row in enumerate(range(header + 1, sheet.max_row + 1)):
        for title, value in change(n).items():
            sheet.cell(row, columns[title]).value = value
    book.save(path)
    return path.read_bytes()


def test_sheets_out_and_back_with_missing_and_contradictory_rows_named(place: Any, tmp_path: Path) -> None:
    sheets, field = part("reports.round_sheets"), part("cases.field_models")
    good = {"排查人(2人)": "张一、李二", "排查日期": "2026-03-01", "方式": "入户", "结论": "无风险"}
    changes = {
        0: good, 1: {**good, "结论": "发现风险", "情况": "孩子没有上学"}, 2: {**good, "排查人(2人)": "张一"}, 3: {**good, "结论": "都好"},
        4: {**good, "行码": "SW-20260301-1L1-0000"}, 5: {**good, "转办部门": "医保局"}, 6: {**good, "排查日期": "下周"},
    }  # fmt: skip
    with walk.scratch():
        made = opened()
        every = list(lines(made))
        data = sheets.workbook("春季集中排查", DAY, every, [("x", c) for c in part("cases.rounds").coverage(made.pk)])
        back = sheets.read_back(
            made.pk,
            DAY,
            "表.xlsx",
            filled(data, tmp_path / "a.xlsx", lambda n: changes.get(n, {})),
            walk.post("town1"),
            walk.at(DAY),
            DAY,
        )
        assert back.read == back.entered + back.blank + len(back.wrong) == len(every)
        assert (back.entered, len(back.wrong)) == (2, 5)
        said = " ".join(what for _, what in back.wrong)
        for part_of in ("写了 1 人", "没有排查结论", "缺失或被改动", "又写了转办部门", "无法识别"):
            assert part_of in said
        entered = field.RoundLine.objects.filter(round_id=made.pk, visited_on__isnull=False)
        assert {(e.on_paper, e.visitors) for e in entered} == {(True, "张一、李二")}
        assert entered.filter(clue_id__isnull=False).count() == 1
        still = field.RoundLine.objects.filter(
            round_id=made.pk, area_code__in=entered.values("area_code"), visited_on__isnull=True
        )
        assert len(back.missing) == still.count() > 0
        numbers = (
            part("registry.models")
            .Household.objects.filter(pk__in=still.values("household_id"))
            .values_list("number", flat=True)
        )
        assert {m.split(" ")[0] for m in back.missing} == set(numbers)
