"""The summary page in a real browser, at a desk and on a phone: it fits, it adds up, its map can be clicked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

CHROMIUM = Path("/usr/bin/chromium")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Debian's chromium is not installed; .ci/run installs it"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture(params=[(1440, 900), (390, 844)], ids=["desktop", "phone"])
def page(browser: Browser, raohe: Path, request: pytest.FixtureRequest) -> Iterator[Page]:
    width, height = request.param
    context = browser.new_context(viewport={"width": width, "height": height})
    complaints: list[str] = []
    opened = context.new_page()
    opened.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
    opened.on("request", lambda r: complaints.append(r.url) if not r.url.startswith("file://") else None)
    opened.goto((raohe / "摘要.html").as_uri())
    yield opened
    assert complaints == []
    context.close()


def test_nothing_is_wider_than_the_screen(page: Page) -> None:
    expect(page.get_by_role("heading", level=1)).to_contain_text("饶河县")
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0


def test_the_row_accounting_adds_up_as_shown(page: Page) -> None:
    total = page.locator("table").filter(has_text="工作表").locator("tr").last.locator("th")
    numbers = [int(t.replace(",", "")) for t in total.all_inner_texts() if re.fullmatch(r"[0-9,]+", t)]
    assert numbers[0] == sum(numbers[1:]) == 4009


def test_a_town_on_the_map_opens_its_check_sheets(page: Page, raohe: Path) -> None:
    links = page.locator("svg a").evaluate_all("links => links.map(a => a.href.baseVal)")
    assert links
    assert all((raohe / unquote(link)).is_file() for link in links)
    expect(page.locator("svg circle title").first).to_contain_text("户待核查")
