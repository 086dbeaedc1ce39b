"""Documents: masked, numbered without a gap, the same bytes for the same content, encrypted on disk, gone when their time is over."""

from __future__ import annotations

import io
import re
from datetime import date, timedelta
from typing import Any

from docx import Document as Docx

from shouwang.documents.printed import Printed, Section, to_docx, to_pdf
from tests.platform.fixtures import COUNTY, audited, signed_in

HOSTILE = '王<b>&李 #let x = 1 =HYPERLINK("x") *粗*'
CONTENT = Printed(
    "表", "饶河镇", (Section("甲", (("户主", HOSTILE),)), Section("乙", (), ("姓名", "关系"), [(HOSTILE, "户主"), ("李", "配偶")])), "脚", date(2025, 1, 1)
)  # fmt: skip


def test_the_same_content_gives_the_same_bytes() -> None:
    assert to_pdf(CONTENT) == to_pdf(CONTENT)
    assert to_docx(CONTENT) == to_docx(CONTENT)
    assert to_pdf(CONTENT) != to_pdf(Printed("另", "", (), "", date(2025, 1, 1)))


def test_text_never_becomes_markup() -> None:
    tables = Docx(io.BytesIO(to_docx(CONTENT))).tables
    assert tables[0].rows[0].cells[1].text == HOSTILE
    assert tables[1].rows[1].cells[0].text == HOSTILE


def test_the_households_sheet_is_masked_and_leaves_a_trace(inside: Any, models: Any) -> None:
    with inside(COUNTY):
        person = models("registry.models").Person.objects.filter(identity_kind="valid").first()
    client = signed_in("town1") if person.area_code.startswith("230524100") else signed_in("county")
    before = len(audited(action="print", object_id=str(person.household_id)))
    for form, start in (("pdf", b"%PDF"), ("docx", b"PK")):
        answer = client.get(f"/households/{person.household_id}/sheet.{form}/")
        assert answer.content.startswith(start)
    text = "\n".join(c.text for t in Docx(io.BytesIO(answer.content)).tables for r in t.rows for c in r.cells)
    assert re.search(r"\*\*\*\*\d{3}[\dX]", text)
    assert not re.search(r"\d{17}[\dX]", text)
    assert len(audited(action="print", object_id=str(person.household_id))) == before + 2
    assert client.get(f"/households/{person.household_id}/sheet.exe/").status_code == 404


def test_an_attachment_is_kept_encrypted_and_follows_the_territory(inside: Any, models: Any, place: Any) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: PLC0415

    with inside(COUNTY):
        home = models("registry.models").Household.objects.filter(area_code__startswith="230524100").first()
    client, secret = signed_in("town1"), b"\x89PNG consent of a family"
    assert (
        client.post(f"/households/{home.pk}/attach/", {"files": SimpleUploadedFile("a.exe", secret)}).status_code == 422
    )
    client.post(
        f"/households/{home.pk}/attach/", {"files": SimpleUploadedFile("授权书.png", secret), "title": "授权书扫描件"}
    )
    page = client.get(f"/households/{home.pk}/").content.decode()
    link = re.search(rf"/households/{home.pk}/papers/\d+/", page)
    assert link is not None
    answer = client.get(link[0])
    assert answer.content == secret
    assert answer["Content-Disposition"].startswith("attachment")
    assert signed_in("town2").get(link[0]).status_code == 404
    assert all(secret not in p.read_bytes() for p in place.documents.iterdir())


def test_numbers_have_no_gap_and_files_go_when_their_time_is_over(
    inside: Any, models: Any, post_of: Any, place: Any
) -> None:
    actions, documents, now = (
        models("documents.actions"),
        models("documents.models").Document,
        models("config.clock").now(),
    )
    with inside("county"):
        made = [actions.keep("export", f"测{n}", "x.xlsx", b"x", post_of("county"), now) for n in range(3)]
        numbers = [int(d.number.split("-")[1]) for d in made]
        assert numbers == list(range(numbers[0], numbers[0] + 3))
        assert actions.remove_expired(now) == 0
        assert actions.remove_expired(now + timedelta(days=8)) >= 3
        gone = documents.objects.get(pk=made[0].pk)
        assert gone.removed_at is not None
        assert not (place.documents / gone.stored_as).exists()
