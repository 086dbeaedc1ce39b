"""A real Chromium: the system's, or Playwright's own; without either the journeys are skipped, loudly."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, Error, Page, sync_playwright

from tests.drills.site import Site

SYSTEM = ("chromium", "chromium-browser", "google-chrome")
DESKTOP, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


@contextmanager
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        path = next((found for name in SYSTEM if (found := shutil.which(name))), None)
        try:
            opened = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        except Error:
            pytest.skip("NO CHROMIUM: the browser journeys were not run; install Debian's chromium package")
        yield opened
        opened.close()


def new_page(opened: Browser, size: dict[str, int] = DESKTOP) -> Page:
    """A page of its own session; script errors and refused resources fail the test that looks at `page.faults`."""
    page: Any = opened.new_context(viewport=size, locale="zh-CN").new_page()
    page.faults = []
    page.on(
        "console",
        lambda m: (
            page.faults.append(m.text) if m.type == "error" and "404" not in m.text and "422" not in m.text else None
        ),
    )
    page.on("pageerror", lambda e: page.faults.append(str(e)))
    return page


def sign_in(page: Page, site: Site, username: str) -> None:
    """Both steps, as a person."""
    page.goto(f"{site.address}/sign-in/")
    page.fill("#u", username)
    page.fill("#p", "shouwang-demo")
    page.keyboard.press("Enter")
    page.fill("#c", site.code(username))
    page.keyboard.press("Enter")
    page.wait_for_selector("h1:has-text('工作台')")
