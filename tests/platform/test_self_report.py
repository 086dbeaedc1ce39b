"""自主申报: without an account, small, plain; to the township; a receipt; an answer; limited; no village sees it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from shouwang.config.start import part
from tests.platform import walk
from tests.platform.fixtures import COUNTY, signed_in


def village() -> str:
    with part("accounts.territory").territory(part("accounts.territory").system_scope(COUNTY)):
        found: str = (
            part("registry.models")
            .Household.objects.filter(area_code__startswith="230524100")
            .order_by("pk")
            .first()
            .area_code
        )
        return found


def sent(**more: str) -> dict[str, str]:
    return {
        "village": village(),
        "name": "王小芳",
        "phone": "13912345678",
        "identity": "",
        "trouble": "看病花钱多",
        "text": "住院两次",
        "authorised": "1",
        **more,
    }


def test_the_form_is_small_plain_and_needs_no_account(place: Any) -> None:
    page = Client(HTTP_HOST="127.0.0.1").get("/report/")
    text = page.content.decode()
    assert page.status_code == 200
    assert len(page.content) < 60_000
    for term in ("监测对象", "研判", "致贫", "合规自付", "突发严重困难", "三保障"):
        assert term not in text
    assert text.count("<select") == 2


def test_a_report_goes_to_the_township_and_the_county_and_no_village_sees_it(place: Any) -> None:
    answer = Client(HTTP_HOST="127.0.0.1").post("/report/", sent(text="老人住院，家里借了钱"), REMOTE_ADDR="10.0.0.1")
    receipt = re.search(r'class="figure">([0-9A-Z]{10})<', answer.content.decode())
    assert receipt is not None
    reports = part("cases.models").Report
    for who, sees in (("town1", True), ("county", True), ("village", False), ("town2", False)):
        with walk.as_(who):
            assert reports.objects.filter(receipt=receipt[1]).exists() == sees, who
    with walk.as_("town1"):
        report = reports.objects.get(receipt=receipt[1])
        assert "13912345678" not in str(bytes(report.phone))
    part("cases.tasks").take_up_report(report.pk)
    assert "答复自主申报" in signed_in("town1").get("/").content.decode()
    assert signed_in("village").get(f"/reports/{report.pk}/").status_code == 403
    page = signed_in("town1").get(f"/reports/{report.pk}/").content.decode()
    assert "13912345678" in page
    assert "老人住院" in page


def test_the_answer_says_who_comes_by_when_or_why_not_and_whom_to_ask(place: Any) -> None:
    client, town = Client(HTTP_HOST="127.0.0.1"), signed_in("town1")
    page = client.post("/report/", sent(name="赵大山", phone="13700000001"), REMOTE_ADDR="10.0.0.2").content.decode()
    receipt = re.search(r'class="figure">([0-9A-Z]{10})<', page)[1]  # type: ignore[index]
    with walk.as_("town1"):
        report = part("cases.models").Report.objects.get(receipt=receipt)
    assert "还没有答复" in client.post("/report/answer/", {"receipt": receipt.lower()}).content.decode()
    back = f"http://127.0.0.1/reports/{report.pk}/"
    town.post(f"/reports/{report.pk}/", {"what": "answer", "visitor": "", "answer": "不去"}, HTTP_REFERER=back)
    assert "不上门要写明理由" in town.get(f"/reports/{report.pk}/").content.decode()
    town.post(
        f"/reports/{report.pk}/",
        {"what": "answer", "visitor": "李干事", "visit_by": "2099-01-05", "ask_phone": "0469-5550000"},
    )
    said = client.post("/report/answer/", {"name": "赵大山", "phone": "137 0000 0001"}).content.decode()
    assert "李干事" in said
    assert "2099-01-05" in said
    assert "0469-5550000" in said
    assert "没有找到" in client.post("/report/answer/", {"name": "赵大山", "phone": "13700000002"}).content.decode()


def test_a_known_number_is_linked_and_becomes_a_clue_at_once(place: Any) -> None:
    secret, registry = part("accounts.secret_fields"), part("registry.models")
    with walk.as_("town1"):
        home = walk.free_household(3, last=True)
        person = registry.Person.objects.filter(household_id=home.pk, identity_ok=True).first()
        number = secret.show("registry_person", "identity", person.pk, person.identity)[:18]
    report_id, _ = part("cases.reports").take_report(
        part("cases.reports").Asked(home.area_code, person.name, "13600000001", number, "丢了工作", "", "邻居", True),
        "10.0.0.3",
    )
    part("cases.tasks").take_up_report(report_id)
    part("cases.tasks").take_up_report(report_id)
    with walk.as_("town1"):
        (clue,) = part("cases.models").Clue.objects.filter(household_id=home.pk)
        (evidence,) = part("cases.models").Evidence.objects.filter(clue_id=clue.pk)
        assert (clue.source, evidence.risk_type) == ("report", "因务工就业不稳")
        assert "由邻居代报" in evidence.sentence
        assert number not in evidence.sentence


@pytest.mark.parametrize(("field", "value", "said"), [
    ("phone", "123", "11 位手机号"), ("name", "", "没有写姓名"), ("village", "230524999999", "没有选村"), ("trouble", "不存在", "什么困难"),
    ("authorised", "", "同意核对"), ("identity", "230524199001010001", "身份证号不对"),
])  # fmt: skip
def test_a_mistake_is_answered_in_plain_words_and_what_was_typed_stays(
    place: Any, field: str, value: str, said: str
) -> None:
    answer = Client(HTTP_HOST="127.0.0.1").post(
        "/report/", sent(**{field: value, "text": "写了很多话"}), REMOTE_ADDR="10.0.0.4"
    )
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert "写了很多话" in answer.content.decode()


def test_it_cannot_be_flooded(place: Any) -> None:
    client = Client(HTTP_HOST="127.0.0.1")
    codes = [
        client.post("/report/", sent(phone=f"1390000{n:04d}"), REMOTE_ADDR="10.9.9.9").status_code for n in range(12)
    ]
    assert codes.count(200) == 10
    assert codes[-1] == 422
    assert client.post("/report/", sent(phone="13911110000"), REMOTE_ADDR="10.9.9.8").status_code == 200


def test_a_voice_note_is_kept_for_the_township_and_strangers_cannot_fill_the_disk(place: Any) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: PLC0415

    client = Client(HTTP_HOST="127.0.0.1")
    part("exchange.upload_stream")._taken_from_strangers.clear()
    before = len(list(place.uploads.iterdir()))
    sound = SimpleUploadedFile("录音.m4a", b"\x00\x01" * 2000)
    page = client.post(
        "/report/", {**sent(name="李有声", phone="13500000001"), "voice": sound}, REMOTE_ADDR="10.0.1.1"
    ).content.decode()
    receipt = re.search(r'class="figure">([0-9A-Z]{10})<', page)[1]  # type: ignore[index]
    with walk.as_("town1"):
        report = part("cases.models").Report.objects.get(receipt=receipt)
    assert report.voice_document is not None
    assert signed_in("town1").get(f"/reports/{report.pk}/voice/").content == b"\x00\x01" * 2000
    assert signed_in("town2").get(f"/reports/{report.pk}/voice/").status_code == 404
    assert len(list(place.uploads.iterdir())) == before
    big = SimpleUploadedFile("录音.m4a", b"x" * 1_200_000)
    assert (
        client.post(
            "/report/", {**sent(name="李有声", phone="13500000002"), "voice": big}, REMOTE_ADDR="10.0.1.2"
        ).status_code
        == 200
    )
    for n in range(15):
        note = SimpleUploadedFile("录音.m4a", b"x" * 1000)
        client.post("/report/", {"village": "", "voice": note}, REMOTE_ADDR=f"10.0.2.{n}")
    assert len(list(place.uploads.iterdir())) - before <= 10
