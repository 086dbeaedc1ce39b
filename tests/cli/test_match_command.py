"""`shouwang match`: any sheet comes back unchanged with six columns beside it."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from shouwang.reports.matched_sheet import ADDED
from tests.conftest import SAMPLES, run
from tests.scoring import lines

PACK = SAMPLES / "raohe-small"


@pytest.mark.parametrize(
    "name", ["10_住建局_农村房屋安全鉴定.xlsx", "04_教育局_2025年秋季学期在校学生名册.xlsx", "14_公安局_死亡注销.csv"]
)
def test_a_sheet_comes_back_unchanged_with_what_the_register_knows(tmp_path: Path, name: str) -> None:
    out = tmp_path / name
    done = run("match", str(PACK / name), "--registry", str(PACK), "--out", str(out))
    assert done.exit_code == 0, done.output
    truth = {(r["sheet"], int(r["row"])): r for r in lines(PACK / "truth" / "links.csv") if r["file"] == name}
    checked = 0
    for sheet, before, after in _sheets(PACK / name, out):
        width = max(len(r) for r in before)
        for number, (old, new) in enumerate(zip(before, after, strict=True), start=1):
            assert new[: len(old)] == old
            entry = truth.get((sheet, number))
            if entry and entry["status"] == "linked":
                assert new[width] == entry["household_no"]
                assert new[width + 5].startswith("比中：")
                checked += 1
            elif entry and entry["status"] in ("to_confirm", "unmatched"):
                assert new[width] in ("", None)
                assert new[width + 5].startswith("待确认：" if entry["status"] == "to_confirm" else "未比中：")
    assert checked > 20


def _sheets(before: Path, after: Path) -> list[tuple[str, list[list[str]], list[list[str]]]]:
    if before.suffix == ".csv":
        old = before.read_bytes()
        text = old.decode("utf-8-sig" if old.startswith(b"\xef\xbb\xbf") else "gb18030")
        return [
            (
                "",
                list(csv.reader(text.splitlines())),
                list(csv.reader(after.read_text(encoding="utf-8-sig").splitlines())),
            )
        ]
    books = [openpyxl.load_workbook(p) for p in (before, after)]
    return [(s, *[[[c.value for c in row] for row in b[s].iter_rows()] for b in books]) for s in books[0].sheetnames]  # type: ignore[misc]


def test_columns_need_no_known_headers_and_text_stays_text(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    page.append(["某项目受益农户名单"])
    page.append(["编号", "受益人姓名", "公民身份证号码", "备注"])
    person = next(
        r for r in lines(PACK / "truth" / "links.csv") if r["why"] == "D1 id and name" and r["kind"] == "deaths"
    )
    rows = list(csv.reader((PACK / person["file"]).read_bytes().decode("gb18030").splitlines()))
    line = rows[int(person["row"]) - 1]
    page.append([1, line[1].strip(), line[3].strip(), "甲"])
    page.append([2, "某某", "", "乙"])
    for cell, text in ((page["D3"], '=HYPERLINK("x")'), (page["B4"], "=cmd()")):
        cell.value, cell.data_type = text, "s"
    book.save(tmp_path / "名单.xlsx")
    done = run("match", str(tmp_path / "名单.xlsx"), "--registry", str(PACK / "01_全国防返贫监测信息系统导出.xlsx"))
    assert done.exit_code == 0, done.output
    sheet = openpyxl.load_workbook(tmp_path / "名单_已比对.xlsx").worksheets[0]
    assert [c.value for c in sheet[2]][4:] == list(ADDED)
    assert sheet.cell(3, 5).value == person["household_no"]
    assert all(sheet.cell(r, c).data_type != "f" for r in (3, 4) for c in range(5, 11))


def test_a_sheet_with_numbers_but_no_header_is_matched(write_csv: Callable[..., Path]) -> None:
    path = write_csv("裸.csv", [["230524194210119018"], ["230524199901019999"]])
    done = run("match", str(path), "--registry", str(PACK), "--json")
    assert done.exit_code == 0, done.output
    assert '"linked": 1' in done.output


def test_a_registry_export_that_cannot_be_read_is_named_and_nothing_is_matched(tmp_path: Path) -> None:
    broken = tmp_path / "登记导出.xlsx"
    broken.write_bytes(b"PK\x03\x04 not a workbook")
    whole = PACK / "01_全国防返贫监测信息系统导出.xlsx"
    table = PACK / "14_公安局_死亡注销.csv"
    out = tmp_path / "结果.csv"
    done = run("match", str(table), "--registry", str(whole), "--registry", str(broken), "--out", str(out))
    assert done.exit_code == 2, done.output
    assert "登记导出.xlsx" in str(done.exception)
    assert "处理办法" in str(done.exception)
    assert not out.exists()
