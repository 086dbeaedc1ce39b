"""What nobody should send to the income pages: every field alone with nonsense is answered, and text stays text."""

from __future__ import annotations

from typing import Any

import pytest

from shouwang.config.start import part
from tests.platform import walk
from tests.platform.fixtures import signed_in

JUNK = ("\x00", "9" * 30, "-1", "'²<b>", "2026-13-45")
ASKED = {
    "/income/": ("list", "year", "area", "only", "after"),
    "/income/board/": ("year", "area", "group"),
    "/income/board/wage/": ("year", "area"),
    "/income/products/": ("item", "year", "area"),
    "/income/measures/": ("year", "area"),
    "/income/measures/5/": ("year", "area"),
    "/income/steering/": ("year", "period"),
    "/income/report.xlsx": ("year", "period"),
    "/income/report.docx": ("year", "period"),
    "/income/points/": ("of_year", "kind"),
    "/income/quality/": ("year", "area"),
    "/income/sample/": ("year", "area", "seed", "each", "listed"),
    "/income/sheet/": ("year",),
    "/income/sheet.xlsx": ("area", "year", "list", "forecast"),
    "/income/ledgers/below.xlsx": ("year", "area"),
    "HOME": ("year", "month", "forecast"),
}  # fmt: skip
STATEMENT = {
    "year": "2025",
    "wage.0.0": "1200",
    "visitors": "张一",
    "why": "核对一遍收入",
    "wage.0.0.measure": "5",
    "wage.0.0.source": "visit",
    "total": "1200",
}
SENT = [
    ("/income/steering/", {"what": "close", "period": "2024-05", "year": "2025", "proposals": "催未填户尽快核算", "why": "更正一个村的数", "owner": "王主任", "due_on": "2026-12-01"}),
    ("/income/steering/", {"what": "average", "of_year": "2020", "concept": "net", "per_head": "9000", "source": "县统计公报", "area": "230524", "how": ""}),
    ("/income/points/write/", {"kind": "risk", "of_year": "2040", "title": "粮价下跌", "text": "玉米价格低", "measure": "签保底订单", "owner": "县粮食局", "due_on": "2026-12-01",
                               "households": "3", "funds": "100", "area": "230524", "note": ""}),
    ("/income/bulk/", {"list": "below", "year": "2025", "area": "", "responsible": "周勇", "due_on": "2026-12-01"}),
    ("HOME", STATEMENT),
    ("HOME", {**STATEMENT, "forecast": "1", "until": "2026-02-01", "wage.0.0.expected": "3", "month": ""}),
    ("HOME", {"what": "sign", "year": "2025", "on": "2026-02-01"}),
    ("HOME", {"what": "recheck", "year": "2025", "on": "2026-02-01", "checked_by": "王三", "wrong": "no", "note": ""}),
]  # fmt: skip


@pytest.fixture(scope="module")
def url(place: Any) -> str:
    with walk.as_("town1"):
        return f"/households/{walk.free_household(12, last=True).pk}/income/"


def members(url: str) -> list[str]:
    with walk.as_("town1"):
        people = part("registry.models").Person.objects.filter(household_id=int(url.split("/")[2]))
        return [str(p.pk) for p in people]


@pytest.mark.parametrize("address", ASKED)
def test_nonsense_in_a_question_is_answered(address: str, url: str) -> None:
    client = signed_in("town1" if address == "HOME" else "county")
    for name in ASKED[address]:
        for junk in JUNK:
            answer = client.get(url if address == "HOME" else address, {name: junk})
            assert answer.status_code < 500, (address, name, junk)


@pytest.mark.parametrize("n", range(len(SENT)))
def test_nonsense_in_one_field_of_a_form_is_answered(n: int, url: str) -> None:
    address, told = SENT[n]
    sent: dict[str, Any] = {**told, "member": members(url)} if "visitors" in told else dict(told)
    client = signed_in("town1" if address == "HOME" else "county")
    for name in told:
        for junk in JUNK:
            answer = client.post(url if address == "HOME" else address, {**sent, name: junk})
            assert answer.status_code < 500, (address, name, junk)


def test_text_of_a_statement_stays_text(url: str) -> None:
    town = signed_in("town1")
    sent: dict[str, Any] = {
        **STATEMENT,
        "member": members(url),
        "wage.0.0.evidence": "<script>alert(1)</script>=HYPERLINK(1)",
        "visitors": "<b>张一</b>",
        "why": "<i>核对一遍</i>",
    }
    assert town.post(url, sent).status_code == 302
    page = town.get(f"{url}?year=2025").content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;" in page
    assert "<b>张一" not in page
