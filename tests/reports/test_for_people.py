"""What people get: check sheets and the summary — sentences with figures, four digits of a number, no formula, no link."""

from __future__ import annotations

import re
import zipfile
from html.parser import HTMLParser
from pathlib import Path

import openpyxl
import pytest

from shouwang.documents.sheet_writer import Column, Sheet, write_workbook
from shouwang.reports.checklist.columns import CODE, RESULT, RESULTS
from shouwang.reports.checklist.row_codes import is_intact, row_code
from tests.conftest import PACKS, SAMPLES, screened
from tests.scoring import lines

FULL_NUMBER = re.compile(r"(?<![0-9])[1-9][0-9]{5}(19|20)[0-9]{2}(0[1-9]|1[0-2])[0-3][0-9][0-9]{3}[0-9Xx](?![0-9])")


def cells(path: Path) -> list[tuple[str, str]]:
    return [
        (s.title, str(c.value))
        for s in openpyxl.load_workbook(path)
        for row in s.iter_rows()
        for c in row
        if c.value is not None
    ]


def test_every_household_with_a_risk_signal_is_on_exactly_one_line(raohe: Path) -> None:
    wanted = {r["household_no"] for r in lines(raohe / "signals.csv") if r["class"] == "risk"}
    found: list[str] = []
    for path in sorted((raohe / "核查清单").glob("*.xlsx")):
        for sheet in openpyxl.load_workbook(path):
            titles = [c.value for c in sheet[3]]
            if "户主" in titles:
                found += [str(row[1].value) for row in sheet.iter_rows(min_row=4)]
    assert sorted(found) == sorted(wanted)


def test_a_line_says_why_with_figures_and_source_and_what_to_check(raohe: Path) -> None:
    texts = [t for p in (raohe / "核查清单").glob("*.xlsx") for _, t in cells(p)]
    assert any(
        re.search(r"年度个人自付医疗费[0-9.]+元，超过10000元（期间：2025-01-01至2025-11-15；依据：参考值†", t)
        for t in texts
    )
    assert any("尾号" in t for t in texts)
    assert any("待研判" in t for t in texts)
    assert any(t.startswith("核对住院和门诊票据") for t in texts)


def test_sheets_end_in_what_is_to_be_filled_with_a_list_of_results_and_an_intact_code(raohe: Path) -> None:
    path = raohe / "核查清单" / "西丰镇_核查清单.xlsx"
    page = openpyxl.load_workbook(path).worksheets[1]
    titles = [c.value for c in page[3]]
    assert titles[-7:] == ["核查人(2人)", "核查日期", "方式", "结论", "不纳入理由", "转办部门", "行码"]
    offered = [v.formula1.strip('"').split(",") for v in page.data_validations.dataValidation]
    assert list(RESULTS) in offered
    assert all(is_intact(str(page.cell(r, titles.index(CODE) + 1).value)) for r in range(4, page.max_row + 1))
    assert RESULT in titles


def test_amounts_are_written_as_money(raohe: Path) -> None:
    texts = [t for p in (raohe / "核查清单").glob("*.xlsx") for _, t in cells(p)]
    amounts = [a for t in texts for a in re.findall(r"([0-9]+(?:\.[0-9]+)?)元", t)]
    assert amounts
    assert all("." not in a or len(a.split(".")[1]) == 2 for a in amounts)


def test_no_full_identity_number_reaches_people(raohe: Path) -> None:
    households = {r["household_no"] for r in lines(raohe / "links.csv")}
    for path in [*(raohe / "核查清单").glob("*.xlsx"), raohe / "待确认.xlsx"]:
        for sheet, text in cells(path):
            assert not [
                m.group()
                for m in FULL_NUMBER.finditer(text)
                if m.group() not in households and not text.startswith("SW-")
            ], (path.name, sheet, text)
    assert not FULL_NUMBER.search((raohe / "摘要.html").read_text(encoding="utf-8"))


def test_text_never_becomes_a_formula_or_a_link(tmp_path: Path) -> None:
    evil = ['=HYPERLINK("http://x","y")', "+1+1", "@SUM(A1)", "http://example.org", "mailto:a@b", "<b>x</b>", "{=1}"]
    sheet = Sheet("[表]*?", "标题", "说明", (Column("甲", 10), Column("乙", 10, fill_in=True)), [(e, e) for e in evil])
    write_workbook(tmp_path / "x.xlsx", [sheet, sheet], __import__("datetime").date(2025, 1, 1))
    with zipfile.ZipFile(tmp_path / "x.xlsx") as archive:
        pages = [archive.read(n).decode() for n in archive.namelist() if n.startswith("xl/worksheets/")]
    assert all("<f" not in p.replace("<fo", "") and "<hyperlink" not in p for p in pages)
    book = openpyxl.load_workbook(tmp_path / "x.xlsx")
    assert [book.worksheets[0].cell(r, 1).value for r in range(4, 4 + len(evil))] == evil
    assert len(set(book.sheetnames)) == 2


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.links += [v or "" for k, v in attrs if k in ("href", "src")]


def test_the_summary_loads_nothing_and_its_links_lead_somewhere(raohe: Path) -> None:
    text = (raohe / "摘要.html").read_text(encoding="utf-8")
    tags = _Tags()
    tags.feed(text)
    assert not tags.seen & {"script", "img", "iframe", "link"}
    assert "default-src 'none'" in text
    from urllib.parse import unquote  # noqa: PLC0415

    assert all((raohe / unquote(link)).is_file() for link in tags.links)
    assert "<circle" in text
    assert "R09 非义务教育阶段自付费用超线：所需文件没有送达。需要文件：教育局资助中心的学生自付费用（edu_fee）" in text
    assert "需要在 params.csv 写明：防止返贫监测范围（monitoring_line）（2025年度）" in text


def test_names_from_files_are_escaped_on_the_page(tmp_path: Path) -> None:
    import shutil  # noqa: PLC0415

    pack = tmp_path / "pack"
    shutil.copytree(SAMPLES / "raohe-small", pack, ignore=shutil.ignore_patterns("truth"))
    (pack / "<img src=x onerror=alert(1)>.csv").write_text("a\n", encoding="utf-8")
    out = screened(pack, tmp_path / "out", PACKS["raohe-small"])
    text = (out / "摘要.html").read_text(encoding="utf-8")
    assert "<img" not in text
    assert "&lt;img" in text


@pytest.mark.parametrize("change", ["1", "", "X"])
def test_a_changed_code_is_noticed(change: str) -> None:
    code = row_code("20251115", "23052410220500001")
    assert is_intact(code)
    assert not is_intact(code[:-1] + change) or (code.endswith(change) and change)
    assert not is_intact(code.replace("00001", "00002"))
