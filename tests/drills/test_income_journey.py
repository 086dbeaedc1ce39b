"""A quarter's income work in a real browser: a village's phone, a township's sheet and list, the county's closing and report."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from playwright.sync_api import expect

from tests.drills.browser import PHONE, browser
from tests.drills.site import Site
from tests.drills.test_case_journeys import Clerk

pytestmark = pytest.mark.slow
TODAY = datetime.now(ZoneInfo("Asia/Shanghai")).date()
YEAR = 2025


def lifted(site: Site, village: str) -> list[int]:
    """Lifted-out households of a village with an income of the year before."""
    found = site.sql(f"""SELECT h.id FROM registry_household h JOIN registry_status_spell s ON s.household_id = h.id AND s.kind = 'lifted_out' AND s.until IS NULL
        JOIN registry_year_sheet y ON y.household_id = h.id AND y.person_id IS NULL AND y.year = {YEAR - 1} AND (y.data->>'wage_income')::bigint > 0
        WHERE h.area_code = '{village}' AND NOT EXISTS (SELECT 1 FROM cases_case c WHERE c.household_id = h.id) ORDER BY h.id DESC""")
    return [int(str(row[0])) for row in found]


def fetched(page: Any, click: str) -> bytes:
    with page.expect_download() as waiting:
        page.click(click)
    return Path(waiting.value.path()).read_bytes()


def test_from_a_phone_entry_to_the_countys_report(site: Site, tmp_path: Path) -> None:
    with browser() as opened:
        village = Clerk(opened, site, "village", PHONE)
        of_village = "SELECT area_code FROM accounts_assignment a JOIN accounts_user u ON u.id = a.user_id WHERE u.username = 'village'"
        home, *_ = lifted(site, str(site.sql(of_village)[0][0]))
        _enter(village, home)
        town, county = Clerk(opened, site, "town1"), Clerk(opened, site, "county")
        _sheet(town, tmp_path)
        _list(town, home)
        for who, proposals in ((village, ""), (town, "催未填户尽快核算"), (county, "减收户逐户定措施")):
            _close(who, proposals)
        county.goto(f"/income/steering/?year={YEAR}")
        text = county.page.locator("main").inner_text()
        assert "减收户逐户定措施" in text
        report = zipfile.ZipFile(io.BytesIO(fetched(county.page, "a:has-text('季度报告')")))
        assert "清单和措施落实" in re.sub(r"<[^>]+>", "", report.read("word/document.xml").decode())
        book = openpyxl.load_workbook(io.BytesIO(fetched(county.page, "a:has-text('月调度表')")))
        assert book.sheetnames == ["收入", "清单和措施", "本期与上期", "报送情况", "意见建议"]
        for clerk in (village, town, county):
            assert clerk.page.faults == []


def _enter(village: Clerk, home: int) -> None:
    """What is known stands in the form; the sum follows the fingers; the result tells why it changed."""
    village.goto(f"/households/{home}/income/?year={YEAR}")
    form: Any = village.page.locator("form.statement")
    expect(village.page.locator("main")).to_contain_text("部门和登记已有的数已填在下面")
    for field in form.locator("input[data-kind]:visible").all():
        field.fill("")
    form.locator("input[data-kind=wage]:visible").first.fill("12000.50")
    expect(village.page.locator(".sumbar")).to_contain_text("12,000.50")
    grain: Any = form.locator('[name="business.0.0"]')
    grain.evaluate(
        "e => { for (let d = e.closest('details'); d; d = d.parentElement.closest('details')) d.open = true; }"
    )
    grain.fill("1000")
    expect(village.page.locator(".sumbar")).to_contain_text("12,600.50")  # 40 % of the grain is cost by the local ratio
    grain.fill("")
    form.locator("button.primary").click()
    expect(village.page.locator(".notice").first).to_contain_text("已记下")
    expect(village.page.locator("main")).to_contain_text("为什么变了")
    village.page.locator("form:has(input[name=what][value=sign]) button").click()
    expect(village.page.locator("main")).to_contain_text("户主已签字")


def _sheet(town: Clerk, folder: Path) -> None:
    """The township's sheet: one household filled, one filled wrongly; both are accounted for."""
    town.goto(f"/income/sheet/?year={YEAR}")
    village = town.page.locator("select[name=area] option").nth(0).get_attribute("value")
    town.page.select_option("form[action*='sheet.xlsx'] select[name=area]", village)
    book = openpyxl.load_workbook(io.BytesIO(fetched(town.page, "form[action*='sheet.xlsx'] button")))
    page = book.active
    at = {str(page.cell(3, n).value): n for n in range(1, page.max_column + 1)}
    rows = [r for r in range(4, page.max_row + 1) if "已" not in str(page.cell(r, at["更正理由"]).value)][:2]
    for row, amount in zip(rows, ("23456", "23456.789"), strict=True):
        page.cell(row, at["林果"]).value = amount
        page.cell(row, at["调查人"]).value = "刘代表、陈代表"
        page.cell(row, at["更正理由"]).value = "入户核实了林果收入"
    filled = folder / "收入核算表.xlsx"
    book.save(filled)
    town.page.set_input_files("input[name=files]", filled)
    town.page.click("form[enctype] button")
    answer = town.page.locator("main").inner_text()
    assert "记入 1 " in answer
    assert "退回 1" in answer
    assert f"第 {rows[1]} 行" in answer
    assert "23456.789" in answer


def _list(town: Clerk, home: int) -> None:
    """The household's fall is on the list; it gets a reason, a measure and a person."""
    town.goto(f"/income/?list=fell&year={YEAR}")
    row: Any = town.page.locator(f"tr:has(a[href*='/households/{home}/income/'])")
    row.locator("summary:has-text('办理')").click()
    row.locator("select[name=reason]").select_option("务工减少")
    row.locator("[name=measure]").fill("介绍公益岗位")
    row.locator("[name=responsible]").fill("周帮扶")
    row.locator("button.primary").click()
    expect(town.page.locator(".notice").first).to_contain_text("已记下")
    expect(town.page.locator(f"tr:has(a[href*='/households/{home}/income/'])")).to_contain_text("介绍公益岗位")


def _close(who: Clerk, proposals: str) -> None:
    who.goto(f"/income/steering/?year={YEAR}")
    form: Any = who.page.locator("form:has(input[name=what][value=close])")
    form.locator("[name=period]").fill(f"{TODAY:%Y-%m}")
    form.locator("[name=proposals]").fill(proposals)
    form.locator("button").click()
    expect(who.page.locator(".notice").first).to_contain_text("已记下")
    expect(who.page.locator(".months")).to_contain_text("已办")
