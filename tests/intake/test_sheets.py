"""Sheets as offices make them: titles, merged cells, swapped columns, repeated headers, units, encodings, kinds without a manifest."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from shouwang.cli import setup
from shouwang.intake.child import FileRead, ReadJob, read_file
from shouwang.intake.grid import Grid
from shouwang.intake.header import find_header
from shouwang.intake.rows import typed_sheet

HEADER = ["序号", "姓名", "身份证号", "出生日期", "乡(镇)", "村", "死亡日期"]
NUMBER = "230524196606059014"


def rows_of(answer: FileRead) -> pl.DataFrame:
    assert not answer.is_refused, answer.refusal
    return pl.concat([pl.read_ipc(s.table) for s in answer.sheets])


def read(path: Path, kind: str = "", chosen: Mapping[str, str] | None = None) -> FileRead:
    return read_file(ReadJob(path, setup.feeds(), path.parent, 0, chosen=dict(chosen or {}), kind=kind))


def deaths(lines: list[list[str]]) -> pl.DataFrame:
    width = max(len(x) for x in lines)
    columns = [pl.Series(f"c{n}", [x[n] if n < len(x) else "" for x in lines], dtype=pl.String) for n in range(width)]
    grid = Grid("", columns)
    feed = setup.feeds()["deaths"]
    mapped = find_header(grid, feed)
    assert mapped is not None
    return typed_sheet(grid, feed, mapped).rows


def test_titles_blank_rows_totals_and_notes_are_told_apart() -> None:
    frame = deaths(
        [
            ["死亡人口名单"],
            ["填报单位：某局"],
            HEADER,
            ["1", "王某", NUMBER, "1966-06-05", "饶河镇", "镇北村", "2025-10-01"],
            [],
            ["2", "王某", NUMBER, "1966-06-05", "饶河镇", "镇北村", "2025-10-01"],
            HEADER,
            ["3", "", "无", "", "", "", "2025-10-01"],
            ["4", "李某", "", "", "", "", "待核实"],
            [" 合 计 "],
            ["说明：截至填报日"],
        ]
    )
    assert frame.select("row", "reject", "bad").rows() == [
        (4, None, None),
        (6, "duplicate_row", None),
        (7, "repeat_header", "bad_date"),
        (8, "no_identity", None),
        (9, None, "bad_date"),
        (10, "total_row", "bad_date"),
        (11, "note_row", "bad_date"),
    ]


def test_name_and_number_in_the_wrong_columns_are_put_back_row_by_row() -> None:
    frame = deaths(
        [
            HEADER,
            ["1", NUMBER, "王　某", "", "", "", "2025-10-01"],
            ["2", "李某", "待补", "", "", "", "2025-10-01"],
            ["3", "", "赵某", "", "", "", "2025-10-01"],
        ]
    )
    assert frame.select("name", "id_norm", "id_kind").rows() == [
        ("王某", NUMBER, "valid"),
        ("李某", None, "missing"),
        ("赵某", None, "missing"),
    ]


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8-sig", "utf-8", "utf-16"])
def test_every_encoding_is_read(write_csv: Callable[..., Path], encoding: str) -> None:
    path = write_csv(
        "x.csv", [HEADER, ["1", "王㐂", "\t" + NUMBER, "1966-06-05", "饶河镇", "镇北村", "2025/10/1"]], encoding
    )
    row = rows_of(read(path, "deaths")).row(0, named=True)
    assert (row["name"], row["id_norm"], row["date"]) == ("王㐂", NUMBER, date(2025, 10, 1))


@pytest.mark.parametrize(
    ("title", "header", "fen"),
    [
        ("", "直接经济损失", 50),
        ("填报 单位：万元", "直接经济损失", 500000),
        ("", "直接经济损失(万元)", 500000),
        ("单位：万元", "直接经济损失（元）", 50),
    ],
)
def test_the_unit_stands_in_the_header_or_the_title(
    write_csv: Callable[..., Path], title: str, header: str, fen: int
) -> None:
    lines = [
        [title],
        ["序号", "户主", "身份证号", "受灾日期", "房屋受损", header],
        ["1", "王某", NUMBER, "2025-10-01", "无", "0.5"],
    ]
    assert rows_of(read(write_csv("x.csv", lines), "disaster"))["amount"].to_list() == [fen]


def test_cells_merged_over_a_household_hold_for_each_of_its_lines(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "m.xlsx"))
    page = book.add_worksheet("低保")
    page.merge_range(0, 0, 0, 5, "低保名册")
    for n, title in enumerate(["序号", "住址", "姓名", "身份证号", "救助类型", "开始享受年月"]):
        page.write(1, n, title)
    page.merge_range(2, 1, 3, 1, "饶河镇镇北村")
    for line, name in ((2, "王某"), (3, "李某"), (4, "赵某")):
        page.write(line, 2, name)
        page.write(line, 5, "2025年3月")
    book.close()
    frame = rows_of(read(tmp_path / "m.xlsx", "dibao"))
    assert frame.select("name", "addr", "start").rows() == [
        ("王某", "饶河镇镇北村", date(2025, 3, 1)),
        ("李某", "饶河镇镇北村", date(2025, 3, 1)),
        ("赵某", None, date(2025, 3, 1)),
    ]


def test_a_number_cell_counts_with_fifteen_digits(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "n.xlsx"))
    page = book.add_worksheet()
    page.write_row(0, 0, HEADER)
    page.write_row(1, 0, [1, "王某", 230524196606059014, "", "", "", "2025-10-01"])
    book.close()
    row = rows_of(read(tmp_path / "n.xlsx", "deaths")).row(0, named=True)
    assert (row["id_kind"], row["id15"]) == ("rounded", "230524196606059")


def test_an_unknown_required_header_is_shown_and_never_assumed(write_csv: Callable[..., Path]) -> None:
    path = write_csv("x.csv", [["序号", "姓名", "身份证号", "死亡日期时间"], ["1", "王某", NUMBER, "2025-10-01"]])
    answer = read(path, "deaths")
    assert "缺少列：死亡日期" in answer.refusal
    assert "死亡日期时间=date" in answer.remedy
    assert rows_of(read(path, "deaths", {"死亡日期时间": "date"}))["date"].to_list() == [date(2025, 10, 1)]


def test_a_sheet_of_notes_beside_the_data_is_named_not_fatal(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "n.xlsx"))
    page = book.add_worksheet("名单")
    page.write_row(0, 0, HEADER)
    page.write_row(1, 0, ["1", "王某", NUMBER, "", "", "", "2025-10-01"])
    book.add_worksheet("填表说明").write(0, 0, "请按月填报")
    book.add_worksheet("空表")
    book.close()
    answer = read(tmp_path / "n.xlsx", "deaths")
    assert ([s.sheet for s in answer.sheets], answer.skipped) == (["名单"], ("填表说明",))


def test_error_cells_read_as_blanks_and_are_counted(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "e.xlsx"))
    page = book.add_worksheet()
    page.write_row(0, 0, HEADER)
    page.write_row(1, 0, ["1", "王某", NUMBER, "", "", "", "2025-10-01"])
    page.write_formula(1, 3, "=VLOOKUP(1,A1:A1,1,0)", None, "#N/A")
    page.write_formula(1, 4, '=IF(1=1,"","x")', None, "EMPTY")
    book.close()
    with zipfile.ZipFile(tmp_path / "e.xlsx") as source, zipfile.ZipFile(tmp_path / "f.xlsx", "w") as target:
        for name in source.namelist():  # Excel stores an empty result as a text without content
            target.writestr(name, source.read(name).replace(b"<v>EMPTY</v>", b"<v></v>"))
    answer = read(tmp_path / "f.xlsx", "deaths")
    assert answer.error_cells == 1
    assert rows_of(answer).select("name", "dob", "town").rows() == [("王某", None, None)]


def test_without_a_manifest_kind_and_period_are_proposed_from_the_content() -> None:
    pack = Path(__file__).parent.parent.parent / "samples" / "raohe-small"
    manifest = {
        line.split(",")[0]: line.split(",")[1]
        for line in (pack / "manifest.csv").read_text(encoding="utf-8-sig").splitlines()[1:]
    }
    import tempfile  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as scratch:
        for number, (name, kind) in enumerate(manifest.items()):
            answer = read_file(ReadJob(pack / name, setup.feeds(), Path(scratch), number))
            kinds = {s.kind for s in answer.sheets}
            assert kinds == ({"registry_household", "registry_person"} if kind == "registry" else {kind}), name
            assert all(s.is_sure for s in answer.sheets), name
            if kind == "edu_roll":
                assert answer.period[0] == (date(2025, 9, 1) if "秋季" in name else date(2025, 2, 1))


CELL = st.one_of(
    st.just(""),
    st.text(alphabet="王李张0123456789./年月日合计说明:：-　 '", max_size=12),
    st.sampled_from([NUMBER, "2025-10-01", "合计", "说明：x", *HEADER, "=HYPERLINK(1)"]),
)


@settings(max_examples=60)
@given(st.lists(st.lists(CELL, min_size=7, max_size=7), max_size=25))
def test_every_line_with_anything_in_it_is_accounted_for(body: list[list[str]]) -> None:
    frame = deaths([HEADER, *body])
    expected = [n + 2 for n, line in enumerate(body) if "".join(line).strip(" \t\u3000\u00a0")]
    assert frame["row"].to_list() == expected
