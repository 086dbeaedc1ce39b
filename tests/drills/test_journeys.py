"""Whole procedures in a real browser, at desktop and phone width."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from shouwang.kernel.secrecy import Keyring
from tests.drills.browser import PHONE, browser, new_page, sign_in
from tests.drills.site import Site
from tests.platform.sheets_plain import messy_sheet

pytestmark = pytest.mark.slow


def persons(site: Site, where: str, count: int) -> list[dict[str, Any]]:
    """Persons of the served site with their numbers opened by its keys."""
    keys: Keyring = site.place.keyring()
    rows = site.sql(
        f"SELECT p.id, p.household_id, p.name, p.identity, h.town, h.village, p.area_code FROM registry_person p JOIN registry_household h "
        f"ON h.id = p.household_id WHERE p.identity_kind = 'valid' AND {where} ORDER BY p.id LIMIT {count}"
    )
    names = ("pid", "hid", "name", "identity", "town", "village", "area")
    found: list[dict[str, Any]] = [dict(zip(names, row, strict=True)) for row in rows]
    for person in found:
        person["number"] = keys.decrypt(person["identity"], f"registry_person/identity/{person['pid']}")
    return found


def test_from_a_messy_sheet_to_a_signal_that_only_the_right_people_see(site: Site, tmp_path: Path) -> None:
    here = persons(site, "p.area_code LIKE '230524100%'", 8)
    sheet = messy_sheet(tmp_path / "医保九月.xlsx", here)
    with browser() as opened:
        page: Any = new_page(opened)
        sign_in(page, site, "county")
        page.click("nav.rail >> text=数据比对")
        page.set_input_files("input[type=file]", str(sheet))
        expect(page.locator("text=这是什么")).to_be_visible(timeout=20_000)
        expect(page.locator("text=个人自付医疗费明细").first).to_be_visible()
        page.fill("#start", "2025-01-01")
        page.fill("#end", "2025-11-15")
        page.click("text=确认并导入")
        expect(page.locator("text=每一行的去向")).to_be_visible(timeout=30_000)
        bar = page.locator(".legend").inner_text()
        linked, confirm, unmatched, rejected, total, read = map(int, re.findall(r"\d+", bar))
        assert linked + confirm + unmatched + rejected == total == read == 11
        assert confirm >= 3
        page.click("text=去复核")
        for _ in range(3):
            page.wait_for_selector("text=就是此人")
            page.keyboard.press("1")
            page.wait_for_selector("text=已记下")
        batch = page.url.split("batch=")[1].split("&")[0]
        site.wait_for(f"SELECT bool_or(state = 'done') FROM screening_run WHERE batch_id = {batch}")
        page.goto(f"{site.address}/households/{here[0]['hid']}/")
        expect(page.locator("#signals")).to_contain_text("医疗自付费用超线")
        expect(page.locator("#signals")).to_contain_text("医保九月.xlsx")
        assert here[0]["number"] not in page.content()
        assert page.faults == []

        other: Any = new_page(opened)
        sign_in(other, site, "town2")
        other.goto(f"{site.address}/households/{here[0]['hid']}/")
        expect(other.locator("h1")).to_contain_text("没有这个页面，或不在您的范围内")
        other.fill("[data-find]", here[0]["name"])
        other.keyboard.press("Enter")
        other.wait_for_selector("text=查找结果")
        assert f"/households/{here[0]['hid']}/" not in other.content()

        school: Any = new_page(opened)
        sign_in(school, site, "education")
        school.goto(f"{site.address}/exchange/")
        expect(school.locator("table")).to_contain_text("在校学生名册")
        assert "医保九月" not in school.content()
        assert school.goto(f"{site.address}/exchange/{batch}/").status == 404
        assert school.goto(f"{site.address}/households/{here[0]['hid']}/").status == 403


def test_a_village_cadre_on_a_phone(site: Site) -> None:
    with browser() as opened:
        page: Any = new_page(opened, PHONE)
        sign_in(page, site, "village")
        page.click("nav.bottom >> text=农户")
        page.wait_for_selector("table.stack")
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        for box in page.locator("nav.bottom > a").all():
            assert box.bounding_box()["height"] >= 44
        page.locator("td.lead a").first.click()
        page.wait_for_selector("text=家庭成员")
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        page.click("summary:has-text('有人加入')")
        page.locator("form:has([value=member]) [name=name]").fill("新生儿")
        page.locator("form:has([value=member]) [name=on]").fill("2025-11-01")
        page.locator("form:has([value=member]) button").click()
        expect(page.locator("table")).to_contain_text(["新生儿"])
        assert page.faults == []


def test_the_keyboard_alone_is_enough(site: Site) -> None:
    with browser() as opened:
        page: Any = new_page(opened)
        sign_in(page, site, "county")
        page.keyboard.press("/")
        assert page.evaluate("document.activeElement.name") == "q"
        page.keyboard.type("230524")
        page.keyboard.press("Enter")
        page.wait_for_selector("tr[data-step]")
        page.keyboard.press("j")
        page.keyboard.press("j")
        assert page.locator("tr.current").count() == 1
        page.keyboard.press("Enter")
        page.wait_for_selector("text=为什么要关注")


def test_english_is_one_click_away(site: Site) -> None:
    with browser() as opened:
        page: Any = new_page(opened)
        sign_in(page, site, "county")
        page.click("details.person summary")
        page.click("button[lang=en]")
        expect(page.locator("h1")).to_have_text("Workbench")
        expect(page.locator("nav.rail")).to_contain_text("Households")


def test_every_page_of_every_role_fits_and_has_no_script_error(site: Site) -> None:
    with browser() as opened:
        for role in ("county", "town1", "medical", "auditor", "admin", "nation"):
            page: Any = new_page(opened)
            sign_in(page, site, role)
            links = {a.get_attribute("href") for a in page.locator("nav.rail a").all()}
            for link in sorted(x for x in links if x):
                assert page.goto(f"{site.address}{link}").status == 200
                assert page.evaluate("document.documentElement.scrollWidth") <= 1440, link
                assert page.locator("h1").count() == 1, link
            assert page.faults == [], role
