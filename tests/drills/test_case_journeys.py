"""Whole procedures in a real browser: from a hospital bill to the elimination and its rollback; and a round on paper."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from playwright.sync_api import expect

from tests.drills.browser import PHONE, browser, new_page, sign_in
from tests.drills.site import Site
from tests.drills.test_journeys import persons
from tests.platform.sheets_plain import messy_sheet

pytestmark = pytest.mark.slow
VILLAGERS = "张一、李二、王三、赵四、孙五"
TODAY = datetime.now(ZoneInfo("Asia/Shanghai")).date()  # as the served site has it
START = TODAY - timedelta(days=250)


class Clerk:
    """A signed-in person who fills forms."""

    def __init__(self, opened: Any, site: Site, username: str, size: dict[str, int] | None = None) -> None:
        self.site, self.page = site, new_page(opened, size) if size else new_page(opened)
        sign_in(self.page, site, username)

    def goto(self, path: str) -> None:
        assert self.page.goto(f"{self.site.address}{path}").status == 200

    def step(self, case: int, key: str, on: date, **fields: Any) -> None:
        """One action on the case page; the page must answer that it was recorded."""
        self.goto(f"/cases/{case}/")
        act: Any = self.page.locator(f"details.act:has(input[name=action][value={key}])")
        if act.get_attribute("open") is None:
            act.locator("> summary").click()
        form = act.locator("form")
        self._fill(form, {"on": on.isoformat(), **fields})
        form.locator("button").click()
        expect(self.page.locator(".notice").first).to_contain_text("已记下")

    def sitting(self, key: str, cases: list[int], on: date, people: str = "", **fields: str) -> str:
        """One action for a batch; gives the text of the answer."""
        self.goto(f"/cases/sitting/?action={key}")
        form: Any = self.page.locator("main form")
        form.locator("[name=on]").fill(on.isoformat())
        form.locator("[name=people]").fill(people)
        for case in cases:
            form.locator(f"[name=c{case}_in]").check()
            for name, value in fields.items():
                form.locator(f"[name=c{case}_{name}]").fill(value) if name.startswith("votes") else form.locator(
                    f"[name=c{case}_{name}]"
                ).select_option(value)
        form.locator("button").click()
        self.page.wait_for_load_state()
        return str(self.page.locator("main").inner_text())

    def plan(self, case: int, what: str, **fields: Any) -> None:
        self.goto(f"/cases/{case}/plan/")
        form: Any = self.page.locator(f"form:has(input[name=what][value={what}])").last
        form.evaluate(
            "f => { for (let d = f.closest('details'); d; d = d.parentElement.closest('details')) d.open = true; }"
        )
        self._fill(form, fields)
        form.locator("button").click()
        self.page.wait_for_load_state()

    @staticmethod
    def _fill(form: Any, fields: dict[str, Any]) -> None:
        for name, value in fields.items():
            box = form.locator(f"[name={name}]")
            if value is True:
                box.check()
            elif box.evaluate("e => e.tagName") == "SELECT":
                box.select_option(value)
            else:
                box.fill(str(value))


def new_clue(town: Clerk, number: str) -> int:
    town.goto(f"/clues/new/?household={number}")
    town.page.fill("[name=received_on]", START.isoformat())
    town.page.select_option("[name=risk_type]", "因病")
    town.page.fill("[name=sentence]", "热线反映家里老人住院，借了钱")
    town.page.click("main form button")
    return int(re.search(r"/clues/(\d+)/", town.page.url)[1])  # type: ignore[index]


def conclude(who: Clerk, clue: int) -> int:
    who.goto(f"/clues/{clue}/")
    who.page.fill("[name=visitors]", "张一、李二")
    who.page.fill("[name=on]", (START + timedelta(days=1)).isoformat())
    who.page.check("[name=result][value=confirmed]")
    who.page.fill("[name=reason]", "票据属实，没有积蓄")
    who.page.click("main form button:has-text('记下结论')")
    who.page.wait_for_url("**/cases/*/")
    return int(re.search(r"/cases/(\d+)/", who.page.url)[1])  # type: ignore[index]


def bill_to_clue(opened: Any, site: Site, folder: Path, village: str) -> int:
    """The county hands in a hospital's sheet; the clue is there; it came in 250 days ago."""
    others = "SELECT household_id FROM registry_person WHERE identity_kind = 'valid' AND area_code LIKE '230524100%' ORDER BY id LIMIT 8"  # of another journey
    never = "NOT EXISTS (SELECT 1 FROM registry_status_spell s WHERE s.household_id = p.household_id)"
    here = persons(site, f"p.area_code = '{village}' AND {never} AND p.household_id NOT IN ({others})", 8)
    county = Clerk(opened, site, "county")
    county.goto("/exchange/")
    county.page.set_input_files("input[type=file]", str(messy_sheet(folder / "医保十月.xlsx", here)))
    expect(county.page.locator("text=这是什么")).to_be_visible(timeout=20_000)
    county.page.fill("#start", "2025-01-01")
    county.page.fill("#end", "2025-11-15")
    county.page.click("text=确认并导入")
    expect(county.page.locator("text=每一行的去向")).to_be_visible(timeout=30_000)
    where = f"household_id = {here[0]['hid']} AND rule = 'R05' AND source = 'department'"
    site.wait_for(f"SELECT count(*) > 0 FROM cases_evidence WHERE {where}", 90)
    clue = int(str(site.sql(f"SELECT clue_id FROM cases_evidence WHERE {where} ORDER BY id DESC LIMIT 1")[0][0]))
    with_sql = f"UPDATE cases_clue SET received_on = '{START}' WHERE id = {clue} RETURNING id"
    assert site.sql(with_sql)
    return clue


def test_from_a_hospital_bill_to_the_elimination_and_its_rollback(site: Site, tmp_path: Path) -> None:
    village = str(
        site.sql(
            "SELECT area_code FROM accounts_assignment a JOIN accounts_user u ON u.id = a.user_id WHERE u.username = 'village'"
        )[0][0]
    )
    free = site.sql(
        f"SELECT number FROM registry_household h WHERE area_code LIKE '{village[:9]}%' AND persons > 0 AND NOT EXISTS (SELECT 1 FROM cases_clue c "
        "WHERE c.household_id = h.id) AND NOT EXISTS (SELECT 1 FROM registry_status_spell s WHERE s.household_id = h.id AND s.kind IN ('unstable', 'edge', 'sudden')) "
        "ORDER BY (h.area_code = '" + village + "') DESC, h.id DESC LIMIT 7"
    )
    with browser() as opened:
        clue = bill_to_clue(opened, site, tmp_path, village)
        town = Clerk(opened, site, "town1")
        town.goto("/clues/dispatch/")
        for box in town.page.locator("input[name=area]").all():
            box.set_checked(box.get_attribute("value") == village)
        town.page.click("text=交办所选的村")
        expect(town.page.locator(".notice").first).to_contain_text("已交办")
        phone = Clerk(opened, site, "village", PHONE)
        phone.page.click("nav.bottom >> text=线索")
        expect(phone.page.locator("table")).to_contain_text("个人自付医疗费")
        assert phone.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        cases = [conclude(phone, clue), *(conclude(town, new_clue(town, str(n[0]))) for n in free)]
        assert len(cases) == 8
        county, approver = Clerk(opened, site, "county"), Clerk(opened, site, "approver")
        day = START + timedelta(days=2)
        for case in cases:
            town.step(case, "apply", day, signed=True)
            (phone if case == cases[0] else town).step(
                case, "visit", day, signed=True, people="张一、李二", note="住院票据齐全"
            )
            town.step(case, "send_comparison", day)
            county.step(case, "comparison_back", day, result_vehicles="无")
        shown = town.sitting("review", cases, day, VILLAGERS, votes_yes="5", votes_no="0", votes_abstain="0")
        assert "8 户" in shown
        town.sitting("publish", cases, day)
        town.step(cases[1], "object", day + timedelta(days=2), note="有人反映他家有货车")
        end = day + timedelta(days=5)
        assert "异议还没有答复" in town.sitting("end_publicity", cases, end)
        town.step(cases[1], "answer_objection", end, people="张一、李二", note="货车已经卖了，登记可查")
        town.sitting("end_publicity", [cases[1]], end)
        town.sitting("township_review", cases, end, "李干事")
        approver.sitting("county_decide", cases, end, "吴局长", category="edge")
        town.sitting("announce", cases, end)
        town.sitting("enter", cases, end)
        assert site.sql("SELECT count(*) FROM cases_case WHERE state = 'monitored'")[0][0] == 8
        first = cases[0]
        town.plan(first, "measure", measure="m_health|医疗救助", provider="医保局", on=end.isoformat())
        expect(town.page.locator("main")).to_contain_text("还没有到位")
        town.plan(first, "start", on=end.isoformat())
        town.plan(first, "responsible", name="周帮扶", unit="县人社局")
        expect(town.page.locator("main")).to_contain_text("帮扶到位")
        eliminate(town, approver, first, end + timedelta(days=190))
        approver.step(first, "roll_back", TODAY, note="收入不稳定，消除不实")
        town.goto(f"/cases/{first}/")
        expect(town.page.locator(".title")).to_contain_text("监测帮扶中")
        expect(town.page.locator(".timeline")).to_contain_text("风险消除回退")
        for clerk in (town, phone, county, approver):
            assert clerk.page.faults == []


def eliminate(town: Clerk, approver: Clerk, case: int, on: date) -> None:
    """Six months later: evidence, the thirteen fields, the chain again."""
    town.plan(case, "risk", risk="因病", gone="yes", on=on.isoformat(), evidence="出院半年，费用已报销")
    town.plan(case, "after", on=on.isoformat(), out_of_school="no", unsafe_house="no", safe_water="yes", insured="yes", wage="90000", business="0", property="0", transfer="1000",
              cost="0", claims="0", self_paid="500")  # fmt: skip
    town.step(case, "propose", on, people="张一、李二", kind="helped")
    town.step(case, "e_visit", TODAY - timedelta(days=7), people="张一、李二", signed=True)
    late = TODAY - timedelta(days=6)
    town.sitting("e_review", [case], late, VILLAGERS, votes_yes="4", votes_no="0", votes_abstain="1")
    town.sitting("e_publish", [case], late)
    town.sitting("e_end_publicity", [case], late + timedelta(days=5))
    town.sitting("e_township_review", [case], late + timedelta(days=5), "李干事")
    approver.sitting("e_county_decide", [case], late + timedelta(days=5), "吴局长")
    town.sitting("e_announce", [case], late + timedelta(days=5))
    town.sitting("e_enter", [case], TODAY)
    town.goto(f"/cases/{case}/")
    expect(town.page.locator(".title")).to_contain_text("风险已消除")


def test_a_round_on_paper(site: Site, tmp_path: Path) -> None:
    village = str(
        site.sql(
            "SELECT area_code FROM accounts_assignment a JOIN accounts_user u ON u.id = a.user_id WHERE u.username = 'village'"
        )[0][0]
    )
    with browser() as opened:
        town = Clerk(opened, site, "town1")
        town.goto("/rounds/")
        town.page.select_option("[name=kind]", "concentrated")
        town.page.fill("[name=title]", "冬季集中排查")
        town.page.fill("[name=area]", village)
        town.page.click("main form button")
        town.page.wait_for_url("**/rounds/*/")
        with town.page.expect_download() as got:
            town.page.click("text=下载排查表")
        path = tmp_path / "排查.xlsx"
        got.value.save_as(path)
        rows = fill(path)
        cadre = Clerk(opened, site, "village")
        cadre.goto(town.page.url.removeprefix(site.address))
        cadre.page.set_input_files("input[type=file]", str(path))
        cadre.page.click("text=读回")
        told = cadre.page.locator(".notice").all_inner_texts()
        assert told[0].startswith(f"读入 {rows} 行 = 记入 {rows - 3} + 空白 1 + 有问题 2")
        assert any("写了 1 人" in t for t in told)
        assert any("没有排查结论" in t for t in told)
        expect(cadre.page.locator(".title")).to_contain_text(f"{rows - 3} / {rows}")
        cadre.goto("/clues/?state=new")
        expect(cadre.page.locator("main")).to_contain_text("孩子没有上学")


def fill(path: Path) -> int:
    """As two cadres would: one finding, one blank, one with a single visitor, one with a conclusion of its own. Gives the rows."""
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    header = next(r for r in range(1, 10) if sheet.cell(r, 1).value == "序号")
    column = {sheet.cell(header, c).value: c for c in range(1, sheet.max_column + 1)}
    rows = list(range(header + 1, sheet.max_row + 1))
    for n, row in enumerate(rows):
        said = {"排查人(2人)": "张一、李二", "排查日期": TODAY.isoformat(), "方式": "入户", "结论": "无风险"}
        said |= {0: {"结论": "发现风险", "情况": "孩子没有上学"}, 1: {"排查人(2人)": "张一"}, 2: {"结论": "都好"}}.get(
            n, {}
        )
        for title, value in said.items() if n != 3 else ():
            sheet.cell(row, column[title]).value = value
    book.save(path)
    return len(rows)
