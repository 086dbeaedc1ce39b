"""Incomes through the pages: lists, a household's statement, its paper, the board, closing a period, quality."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

import pytest

from shouwang.config.start import part
from tests.platform import walk
from tests.platform.fixtures import signed_in

YEAR = 2025


@pytest.fixture(scope="module")
def home(place: Any) -> Any:
    with walk.as_("town1"):
        return walk.free_household(8, last=True)


def members(home: Any) -> list[int]:
    with walk.as_("town1"):
        return list(part("registry.models").Person.objects.filter(household_id=home.pk).values_list("pk", flat=True))


def test_a_statement_is_prefilled_entered_corrected_and_printed(home: Any) -> None:
    town, people = signed_in("town1"), members(home)
    url = f"/households/{home.pk}/income/"
    page = town.get(f"{url}?year={YEAR}").content.decode()
    assert "年登记" in page  # what the register knows stands in the form
    wages = {
        "year": str(YEAR),
        "member": [str(p) for p in people],
        "wage.0.0": "12,000.50",
        "wage.0.0.source": "paper",
        "transfer.0.0": "3600",
        "visitors": "张一、李二",
    }
    wrong = town.post(
        url, {**wages, "total": "20000"}, HTTP_REFERER=f"http://127.0.0.1{url}", follow=True
    ).content.decode()
    assert "20,000.00" in wrong
    assert "15,600.50" in wrong
    assert town.post(url, wages).status_code == 302
    page = town.get(f"{url}?year={YEAR}").content.decode()
    assert "12000.50" in page
    assert "第 1 版" in re.sub(r"\s+", " ", page)
    assert town.post(url, {**wages, "wage.0.0": "13000"}).status_code == 422
    assert town.post(url, {**wages, "wage.0.0": "13000", "why": "漏记奖金"}).status_code == 302
    page = re.sub(r"\s+", " ", town.get(f"{url}?year={YEAR}").content.decode())
    assert "第 2 版" in page
    assert "漏记奖金" in page
    assert "为什么变了" in page
    assert town.post(url, {"what": "sign", "year": str(YEAR)}).status_code == 302
    with zipfile.ZipFile(io.BytesIO(town.get(f"/households/{home.pk}/income.docx?year={YEAR}").content)) as archive:
        words = re.sub(r"<[^>]+>", " ", archive.read("word/document.xml").decode())
    for word in ("收入明细确认表", "13,000.00", "票据证明", "低保金", "人均"):
        assert word in words
    assert not re.search(r"\d{17}[\dX]", words)
    assert signed_in("auditor").post(url, wages).status_code in (403, 422)
    assert signed_in("town2").get(url).status_code == 404


def test_a_forecast_is_clearly_one(home: Any) -> None:
    town = signed_in("town1")
    url = f"/households/{home.pk}/income/"
    sent = {
        "year": str(YEAR + 1),
        "forecast": "1",
        "member": [str(p) for p in members(home)],
        "wage.0.0": "6000",
        "wage.0.0.expected": "4500",
        "until": "2026-08-31",
    }
    assert town.post(url, sent).status_code == 302
    page = town.get(f"{url}?year={YEAR + 1}&forecast=1").content.decode()
    assert "这是预计，不是核定的收入" in page
    assert "4500" in page


def test_lists_are_worked_through_the_page_and_leave_as_a_workbook(home: Any) -> None:
    county, town = signed_in("county"), signed_in("town1")
    assert county.post("/income/", {"year": str(YEAR)}).status_code == 302
    page = county.get(f"/income/?list=fell&year={YEAR}").content.decode()
    assert "户没有措施" in page
    with walk.as_("town1"):
        line = (
            part("income.models")
            .ListLine.objects.filter(list_key="fell", year=YEAR, left_on__isnull=True)
            .order_by("-pk")
            .first()
        )
    sent = {"reason": "务工减少", "measure": "公益岗位", "responsible": "周勇", "due_on": "2026-12-31"}
    assert town.post(f"/income/lines/{line.pk}/", {**sent, "reason": "不存在"}).status_code == 422
    assert town.post(f"/income/lines/{line.pk}/", sent).status_code == 302
    assert "公益岗位" in town.get(f"/income/?list=fell&year={YEAR}").content.decode()
    assert signed_in("town2").post(f"/income/lines/{line.pk}/", sent).status_code == 404
    answer = town.get(f"/income/ledgers/fell.xlsx?year={YEAR}")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        text = "".join(archive.read(n).decode("utf-8", "ignore") for n in archive.namelist())
    assert "减收最大项" in text
    assert "周勇" in text
    moved = town.post(f"/income/lines/{line.pk}/", {"what": "clue"})
    assert re.fullmatch(r"/clues/\d+/", moved["Location"])


def test_board_steering_quality_and_reports(place: Any) -> None:
    county = signed_in("county")
    assert "分布" in county.get(f"/income/board/?year={YEAR}").content.decode()
    assert county.get("/income/measures/").content.decode().count("培育壮大县域经济") == 1
    assert (
        county.post("/income/steering/", {"what": "close", "period": "2026-01", "year": str(YEAR)}).status_code == 422
    )
    assert (
        county.post(
            "/income/steering/", {"what": "close", "period": "2026-01", "year": str(YEAR), "proposals": "抓好春季务工"}
        ).status_code
        == 302
    )
    assert "抓好春季务工" in county.get("/income/steering/").content.decode()
    assert county.get("/income/quality/").status_code == 200
    for form in ("docx", "pdf", "xlsx"):
        assert county.get(f"/income/report.{form}").status_code == 200, form
    for kind, year, amount in (("net", 2024, "13000"), ("net", 2025, "14500")):
        sent = {"what": "average", "of_year": str(year), "concept": kind, "per_head": amount, "source": "县统计公报"}
        assert county.post("/income/steering/", sent).status_code == 302
    assert (
        signed_in("town1")
        .post("/income/steering/", {"what": "note", "kind": "risk", "title": "务工回流", "text": "注意返乡"})
        .status_code
        == 422
    )
