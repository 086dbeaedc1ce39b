"""`shouwang return`: what came back, what is missing, what contradicts itself."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from shouwang.reports.checklist.columns import CODE, DAY, DEPARTMENT, MANNER, REASON, RESULT, VISITORS
from tests.conftest import run
from tests.scoring import lines

GOOD = {VISITORS: "张三、李四", DAY: "2025-11-20", MANNER: "入户", RESULT: "属实纳入研判"}


def filled(source: Path, target: Path, answers: list[dict[str, str] | None]) -> int:
    """Fill the first lines of a township's first village sheet; gives how many lines it has."""
    book = openpyxl.load_workbook(source)
    page: Worksheet = book.worksheets[1]
    titles = [c.value for c in page[3]]
    for line, answer in enumerate(answers, start=4):
        for name, value in (answer or {}).items():
            page.cell(line, titles.index(name) + 1, value)
    book.save(target)
    return page.max_row - 3


def test_filled_sheets_are_read_back(raohe: Path, tmp_path: Path) -> None:
    source = raohe / "核查清单" / "西丰镇_核查清单.xlsx"
    cases: list[dict[str, str] | None] = [
        GOOD,
        {**GOOD, RESULT: "属实但无风险", REASON: "子女已外出务工"},
        {**GOOD, RESULT: "转办部门", DEPARTMENT: "医保局"},
        {**GOOD, VISITORS: "张三"},
        {**GOOD, RESULT: "属实但无风险"},
        {**GOOD, RESULT: "转办部门"},
        {**GOOD, DAY: "昨天"},
        {**GOOD, DAY: "2025-11-01"},
        {**GOOD, RESULT: "还行"},
        {**GOOD, CODE: "SW-20251115-1-0000"},
        {**GOOD, DEPARTMENT: "医保局"},
        None,
    ]
    filled(source, tmp_path / "回.xlsx", cases)
    done = run("return", str(tmp_path / "回.xlsx"), "--sent", str(raohe), "--out", str(tmp_path / "out"))
    assert done.exit_code == 0, done.output
    counts = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))
    sent = len(lines(raohe / "核查清单" / "已发行码.csv"))
    assert counts == {"sent": sent, "returned": 3, "contradictory": 8, "missing": sent - 3 - 7, "refused_files": 0}
    assert [r["result"] for r in lines(tmp_path / "out" / "returned.csv")] == [
        "属实纳入研判",
        "属实但无风险",
        "转办部门",
    ]
    page = openpyxl.load_workbook(tmp_path / "out" / "核查回收.xlsx")["待补正"]
    said = [page.cell(r, 1).value for r in range(4, page.max_row + 1)]
    for words in ("两人", "没有写理由", "没有写部门", "无法识别", "早于", "从列表中选", "被改动", "结论却是"):
        assert any(words in s for s in said), words


def test_one_code_with_two_results_contradicts_itself(raohe: Path, tmp_path: Path) -> None:
    source = raohe / "核查清单" / "西丰镇_核查清单.xlsx"
    filled(source, tmp_path / "甲.xlsx", [GOOD])
    filled(source, tmp_path / "乙.xlsx", [{**GOOD, RESULT: "不属实", REASON: "查无此事"}])
    done = run("return", str(tmp_path), "--sent", str(raohe), "--out", str(tmp_path / "out"))
    assert done.exit_code == 0, done.output
    assert json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))["contradictory"] == 2


def test_the_same_sheet_twice_counts_once(raohe: Path, tmp_path: Path) -> None:
    source = raohe / "核查清单" / "西丰镇_核查清单.xlsx"
    for name in ("甲.xlsx", "乙.xlsx"):
        filled(source, tmp_path / name, [GOOD])
    run("return", str(tmp_path), "--sent", str(raohe), "--out", str(tmp_path / "out"))
    counts = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))
    assert (counts["returned"], counts["contradictory"]) == (1, 0)


def test_a_file_that_is_no_check_sheet_is_refused(raohe: Path, tmp_path: Path) -> None:
    (tmp_path / "别的.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    done = run("return", str(tmp_path / "别的.csv"), "--sent", str(raohe), "--out", str(tmp_path / "out"))
    assert done.exit_code == 1
    assert "行码" in done.output


def test_an_untouched_list_is_wholly_missing(raohe: Path, tmp_path: Path) -> None:
    run("return", str(raohe / "核查清单"), "--sent", str(raohe), "--out", str(tmp_path / "out"))
    counts = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))
    assert (counts["returned"], counts["contradictory"], counts["missing"]) == (0, 0, counts["sent"])
