"""Files that are broken, locked or meant to harm: a clear answer for that file, and the others still run."""

from __future__ import annotations

import os
import tempfile
import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
import xlwt
from msoffcrypto.format.ooxml import OOXMLFile

from shouwang.cli import setup
from shouwang.intake.child import FileRead, ReadJob
from shouwang.intake.reading import read_files
from tests.conftest import SAMPLES

GOOD = SAMPLES / "raohe-small" / "10_住建局_农村房屋安全鉴定.xlsx"
HEADER = ["序号", "姓名", "身份证号", "出生日期", "乡(镇)", "村", "死亡日期"]
ROW = ["1", "王某", "230524196606059014", "1966-06-05", "饶河镇", "镇北村", "2025-10-01"]


def truncated(path: Path) -> None:
    path.write_bytes(GOOD.read_bytes()[:6000])


def two_corners(path: Path) -> None:
    book = xlsxwriter.Workbook(str(path))
    page = book.add_worksheet()
    page.write(0, 0, "姓名")
    page.write(1048575, 16383, "x")
    book.close()


def bomb(path: Path) -> None:
    with zipfile.ZipFile(GOOD) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for info in source.infolist():
            if info.filename.startswith("xl/worksheets"):
                with target.open(info.filename, "w") as stream:
                    for _ in range(160):
                        stream.write(b"A" * 1_000_000)
            else:
                target.writestr(info.filename, source.read(info.filename))


def uncalculated(path: Path) -> None:
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    page.append(["序号", "姓名", "身份证号", "死亡日期"])
    page.append([1, "王某", "=1+1", "2025-01-01"])
    book.save(path)


def locked(path: Path) -> None:
    with GOOD.open("rb") as plain, path.open("wb") as stream:
        OOXMLFile(plain).encrypt("kl8", stream)


def random_bytes(path: Path) -> None:
    path.write_bytes(b"\x00\x01" + os.urandom(3000))


def web_page(path: Path) -> None:
    path.write_text("<html><table><tr><td>姓名</td></tr></table></html>", encoding="utf-8")


def pretended(path: Path) -> None:
    path.write_bytes(b"PK\x03\x04" + os.urandom(3000))


def read(path: Path, kind: str = "", password: str | None = None, seconds: float = 60) -> FileRead:
    with tempfile.TemporaryDirectory() as scratch:
        return read_files([ReadJob(path, setup.feeds(), Path(scratch), 0, password, kind=kind)], seconds=seconds)[0]


@pytest.mark.parametrize(
    ("name", "make", "said"),
    [
        ("截断.xlsx", truncated, "不完整"),
        ("两角.xlsx", two_corners, "XFD1048576"),
        ("炸弹.xlsx", bomb, "解压后有"),
        ("公式.xlsx", uncalculated, "单元格 C2 是公式"),
        ("加密.xlsx", locked, "打开密码"),
        ("二进制.csv", random_bytes, "二进制"),
        ("空.csv", lambda p: p.write_bytes(b""), "0 字节"),
        ("网页.xls", web_page, "网页"),
        ("假的.xlsx", pretended, "不完整"),
        ("乱码.csv", lambda p: p.write_bytes(b"\xff\xff\xff\xfe\xfd" * 50), "编码"),
    ],
)
def test_a_bad_file_is_refused_with_a_reason_and_a_remedy(tmp_path: Path, name: str, make: object, said: str) -> None:
    path = tmp_path / name
    make(path)  # type: ignore[operator]
    answer = read(path)
    assert answer.is_refused
    assert said in answer.refusal
    assert answer.remedy


def test_one_bad_file_does_not_stop_the_others(tmp_path: Path) -> None:
    two_corners(tmp_path / "a.xlsx")
    truncated(tmp_path / "b.xlsx")
    jobs = [
        ReadJob(p, setup.feeds(), tmp_path, n, kind="housing")
        for n, p in enumerate([tmp_path / "a.xlsx", GOOD, tmp_path / "b.xlsx", GOOD])
    ]
    assert [a.is_refused for a in read_files(jobs)] == [True, False, True, False]


def test_a_reader_that_dies_or_hangs_costs_only_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shouwang.intake.reading.serve", _dies)
    answer = read(GOOD, "housing")
    assert "中断" in answer.refusal
    monkeypatch.setattr("shouwang.intake.reading.serve", _hangs)
    monkeypatch.setattr("shouwang.intake.reading.SECONDS_PER_MEGABYTE", 0)
    assert "超时" in read(GOOD, "housing", seconds=1).refusal


def _dies(pipe: object) -> None:
    os._exit(9)


def _hangs(pipe: object) -> None:
    import time  # noqa: PLC0415 - runs in another process

    time.sleep(60)


def test_a_right_password_opens_a_locked_workbook(tmp_path: Path) -> None:
    locked(tmp_path / "x.xlsx")
    assert read(tmp_path / "x.xlsx").needs_password
    assert read(tmp_path / "x.xlsx", password="wrong").needs_password
    opened = read(tmp_path / "x.xlsx", "housing", "kl8")
    assert opened.sheets[0].rows_in == read(GOOD, "housing").sheets[0].rows_in


def test_a_locked_bomb_is_looked_at_before_it_is_parsed(tmp_path: Path) -> None:
    bomb(tmp_path / "plain.xlsx")
    with (tmp_path / "plain.xlsx").open("rb") as plain, (tmp_path / "locked.xlsx").open("wb") as stream:
        OOXMLFile(plain).encrypt("kl8", stream)
    assert "解压后有" in read(tmp_path / "locked.xlsx", "housing", "kl8").refusal


def test_two_million_empty_rows_are_no_rows(tmp_path: Path) -> None:
    path = tmp_path / "空行.csv"
    path.write_text(",".join(HEADER) + "\n" + ",".join(ROW) + "\n" + ",,,,,,\n" * 2_000_000, encoding="utf-8")
    answer = read(path, "deaths")
    assert answer.sheets[0].rows_in == 1


def test_an_old_xls_is_read(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    page = book.add_sheet("Sheet1")
    for line, row in enumerate([["死亡名单"], HEADER, ROW]):
        for column, value in enumerate(row):
            page.write(line, column, value)
    book.save(str(tmp_path / "旧.xls"))
    sheet = read(tmp_path / "旧.xls", "deaths").sheets[0]
    assert (sheet.kind, sheet.rows_in, sheet.header_line) == ("deaths", 1, 1)
