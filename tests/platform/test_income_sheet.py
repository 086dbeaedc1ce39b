"""收入核算表: the prefilled sheet goes out, comes back, and every row is accounted for."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest

from shouwang.config.start import part
from shouwang.kernel.errors import UserError
from tests.platform import walk
from tests.platform.fixtures import signed_in

YEAR, DAY = 2025, walk.DAY


def opened_book(data: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(data))


def current(home: Any) -> Any:
    return part("income.queries").statement_of(home, part("income.entering").basis_of(home.area_code, YEAR, DAY))


def columns(page: Any) -> dict[str, int]:
    return {str(page.cell(3, n).value): n for n in range(1, page.max_column + 1)}


def sent_file(data: bytes) -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: PLC0415 - Django is configured by now

    return SimpleUploadedFile("收入.xlsx", data)


def saved(book: Any) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.usefixtures("place")
def test_a_filled_sheet_enters_good_rows_and_names_the_others() -> None:
    sheets, entering = part("income.sheets"), part("income.entering")
    with walk.scratch():
        village, town = walk.free_household().area_code, walk.post("town1")
        data, count = sheets.workbook(village, YEAR, DAY, False)
        book = opened_book(data)
        page = book.active
        at = columns(page)
        assert page.max_row - 3 == count > 6
        for row, amount in ((4, "12000.50"), (5, "12000.505"), (6, "100"), (7, "500")):
            page.cell(row, at["务工工资"]).value = amount
            page.cell(row, at["调查人"]).value = "张一、李二"
        page.cell(6, at["计入人数"]).value = "99"
        page.cell(7, at["户编号"]).value = "000"
        page.cell(8, at["总收入(校核)"]).value = "1"
        page.cell(8, at["调查人"]).value = "张一、李二"
        back = part("income.sheet_back").read_back(village, YEAR, False, "income.xlsx", saved(book), town, walk.at(DAY))
        assert (back.read, back.entered) == (count, 1)
        assert back.read == back.entered + back.unchanged + back.blank + len(back.wrong)
        told = dict(back.wrong)
        assert set(told) == {5, 6, 7, 8}
        assert "12000.505" in told[5]
        assert "99" in told[6]
        assert "000" in told[7]
        assert "四项相加" in told[8]
        number = page.cell(4, at["户编号"]).value
        home = part("registry.models").Household.objects.get(number=number)
        made = current(home)
        assert (made.visitors, made.version) == ("张一、李二", 1)
        wage = part("income.models").Item.objects.get(statement_id=made.pk, kind="wage", item="务工工资")
        assert (wage.amount, wage.source) == (1_200_050, "visit")
        again = part("income.sheet_back").read_back(
            village, YEAR, False, "income.xlsx", saved(book), town, walk.at(DAY)
        )
        assert (again.entered, again.unchanged - back.unchanged) == (0, 1)
        page.cell(4, at["务工工资"]).value = "13000"
        without = part("income.sheet_back").read_back(
            village, YEAR, False, "income.xlsx", saved(book), town, walk.at(DAY)
        )
        assert "更正理由" in dict(without.wrong)[4]
        page.cell(4, at["更正理由"]).value = "漏记年终奖金"
        assert (
            part("income.sheet_back")
            .read_back(village, YEAR, False, "income.xlsx", saved(book), town, walk.at(DAY))
            .entered
            == 1
        )
        assert current(home).version == 2
        assert entering.enter_many([], town, walk.at(DAY)) == []


@pytest.mark.usefixtures("place")
def test_members_left_out_need_their_name_and_reason() -> None:
    sheets = part("income.sheets")
    with walk.scratch():
        village, town = walk.free_household().area_code, walk.post("town1")
        book = opened_book(sheets.workbook(village, YEAR, DAY, False)[0])
        page = book.active
        at = columns(page)
        row = next(r for r in range(4, page.max_row + 1) if int(page.cell(r, at["计入人数"]).value) > 1)
        people = str(page.cell(row, at["家庭成员"]).value).split("、")
        page.cell(row, at["调查人"]).value = "张一"
        page.cell(row, at["不计入的人和理由"]).value = f"{people[-1]}：外嫁"
        first = part("income.sheet_back").read_back(village, YEAR, False, "a.xlsx", saved(book), town, walk.at(DAY))
        assert f"应是 {len(people) - 1}" in dict(first.wrong)[row]
        page.cell(row, at["计入人数"]).value = len(people) - 1
        assert (
            part("income.sheet_back").read_back(village, YEAR, False, "a.xlsx", saved(book), town, walk.at(DAY)).entered
            == 1
        )
        page.cell(row, at["不计入的人和理由"]).value = "赵不在：外嫁"
        assert (
            "不是这一户的成员"
            in dict(
                part("income.sheet_back")
                .read_back(village, YEAR, False, "a.xlsx", saved(book), town, walk.at(DAY))
                .wrong
            )[row]
        )


@pytest.mark.usefixtures("place")
def test_a_forecast_sheet_has_two_columns_an_item_and_puts_falls_on_the_list() -> None:
    sheets, listing, queries = part("income.sheets"), part("income.listing"), part("income.queries")
    with walk.scratch():
        home, town = walk.lifted_household(), walk.post("town1")
        book = opened_book(sheets.workbook(home.area_code, YEAR + 1, DAY, True, [home.pk])[0])
        page = book.active
        at = columns(page)
        assert page.max_row == 4
        for title in at:
            if title in ("务工工资", "务工工资(预计还有)") or at[title] < at["务工工资"]:
                continue
            if at[title] < at["总收入(校核)"]:
                page.cell(4, at[title]).value = None
        page.cell(4, at["务工工资"]).value = 6000
        page.cell(4, at["务工工资(预计还有)"]).value = 4500
        page.cell(4, at["调查人"]).value = "张一"
        page.cell(4, at["已收到截至"]).value = "2026-02-28"
        back = part("income.sheet_back").read_back(
            home.area_code, YEAR + 1, True, "f.xlsx", saved(book), town, walk.at(DAY)
        )
        assert (back.entered, back.wrong) == (1, [])
        found = queries.forecasts([home.pk], YEAR + 1)[home.pk]
        assert (found.received, found.expected) == (600_000, 450_000)
        assert listing.on_list("", YEAR, "will_fall").filter(household_id=home.pk).exists()


@pytest.mark.usefixtures("place")
def test_a_sheet_that_is_no_sheet_is_refused_by_name() -> None:
    with walk.scratch(), pytest.raises(UserError, match="户编号"):
        part("income.sheet_back").read_back(
            "", YEAR, False, "x.csv", "甲,乙\n1,2\n".encode(), walk.post("town1"), walk.at(DAY)
        )


@pytest.mark.usefixtures("place")
def test_sheets_are_fetched_and_handed_back_on_the_page_by_those_who_may() -> None:
    village = signed_in("village")
    assert "下载" in village.get("/income/sheet/").content.decode()
    answer = village.get(f"/income/sheet.xlsx?year={YEAR}")
    page = opened_book(answer.content).active
    assert page.max_row > 3
    assert signed_in("city").get("/income/sheet/").status_code in (403, 404)
    back = village.post(
        "/income/sheet/", {"year": str(YEAR), "files": sent_file(answer.content)}, follow=True
    ).content.decode()
    assert "读入" in back
    assert "记入 0" in back


@pytest.mark.usefixtures("place")
def test_a_sheet_or_page_of_yesterday_does_not_overwrite_somebody_elses_work() -> None:
    sheets, entering = part("income.sheets"), part("income.entering")
    with walk.scratch():
        home, town, county = walk.lifted_household(), walk.post("town1"), walk.post("county")
        book = opened_book(sheets.workbook(home.area_code, YEAR, DAY, False, [home.pk])[0])
        page = book.active
        at = columns(page)
        page.cell(4, at["林果"]).value = "777"
        page.cell(4, at["调查人"]).value = "张一"
        page.cell(4, at["更正理由"]).value = "入户核实了林果"
        one = entering.Line("wage", "务工工资", 1_000_000, "visit")
        entering.enter(
            home, entering.Stated(YEAR, [(None, True, "")], [one], visitors="李二", seen=0), county, walk.at(DAY)
        )
        back = part("income.sheet_back").read_back(
            home.area_code, YEAR, False, "a.xlsx", saved(book), town, walk.at(DAY)
        )
        assert back.entered == 0
        assert "刚被别人改过" in dict(back.wrong)[4]
        late = entering.Stated(YEAR, [(None, True, "")], [one], visitors="王三", seen=0)
        with pytest.raises(UserError, match="第 0 版，现在是第 1 版"):
            entering.enter(home, late, town, walk.at(DAY), "更正务工工资")
        entering.enter(
            home, late, county, walk.at(DAY), "自己再改一次"
        )  # one's own work may be corrected from the same screen
        assert current(home).version == 2
