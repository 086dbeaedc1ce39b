"""Clues, cases and sittings through the pages, by the posts that do it; papers in official form; nothing private on a wall."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from shouwang.config.start import part
from tests.platform import walk
from tests.platform.fixtures import audited, signed_in

VILLAGERS = "、".join(walk.VILLAGERS)


def dispatched_pair() -> list[Any]:
    """Two households of the first township with a clue of today each, dispatched."""
    today = part("config.clock").today()
    with walk.as_("town1"):
        homes = [walk.free_household(n, last=True) for n in (5, 6)]
        clues = [walk.heard(h, today) for h in homes]
        part("cases.clues").dispatch(
            sorted({h.area_code for h in homes}), None, walk.post("town1"), part("config.clock").now(), today
        )
    return clues


def text_of(answer: Any) -> str:
    """The words of a docx."""
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        return re.sub(r"<[^>]+>", " ", archive.read("word/document.xml").decode())


def case_of(clue: Any) -> Any:
    with walk.as_("town1"):
        return part("cases.models").Case.objects.get(clue_id=clue.pk)


def step(client: Any, case: Any, action: str, **facts: str) -> Any:
    version = case_of_pk(case.pk).version
    return client.post(
        f"/cases/{case.pk}/step/",
        {"action": action, "version": str(version), **facts},
        HTTP_REFERER=f"http://127.0.0.1/cases/{case.pk}/",
    )


def case_of_pk(pk: int) -> Any:
    with walk.as_("town1"):
        return part("cases.models").Case.objects.get(pk=pk)


@pytest.fixture(scope="module")
def pair(place: Any) -> list[Any]:
    """Two clues carried through the pages, by the posts that do it, until their publicity hangs."""
    pair = dispatched_pair()
    town, county, approver = signed_in("town1"), signed_in("county"), signed_in("approver")
    assert "住院自付三万多元" in town.get("/clues/?state=dispatched").content.decode()
    for clue in pair:
        page = town.get(f"/clues/{clue.pk}/").content.decode()
        version = re.search(r'name="version" value="(\d+)"', page)[1]  # type: ignore[index]
        answer = town.post(
            f"/clues/{clue.pk}/",
            {
                "version": version,
                "result": "confirmed",
                "manner": "home",
                "visitors": "张一、李二",
                "reason": "票据属实",
            },
        )
        assert answer.status_code == 302
        assert (
            town.post(
                f"/clues/{clue.pk}/",
                {
                    "version": version,
                    "result": "untrue",
                    "manner": "home",
                    "visitors": "张一、李二",
                    "reason": "不属实",
                },
            ).status_code
            == 422
        )
    cases = [case_of(clue) for clue in pair]
    for case in cases:
        assert step(approver, case, "apply", signed="1").status_code == 302
        assert case_of_pk(case.pk).state == "opened"
        step(town, case, "apply", signed="1", people="张一、李二")
        step(town, case, "visit", signed="1", people="张一、李二", note="住院票据齐全")
        step(town, case, "send_comparison")
        step(county, case, "comparison_back", result_vehicles="无", result_real_estate="一处自建房")
        assert case_of_pk(case.pk).state == "to_review"
    facts = {
        f"c{c.pk}_{k}": v
        for c in cases
        for k, v in {"in": "1", "agreed": "yes", "votes_yes": "5", "votes_no": "0", "votes_abstain": "0"}.items()
    }
    answer = town.post(
        "/cases/sitting/?action=review", {"action": "review", "people": VILLAGERS, "place": "村委会", **facts}
    )
    assert re.fullmatch(r"/sittings/\d+/", answer["Location"])
    answer = town.post("/cases/sitting/?action=publish", {"action": "publish", **{f"c{c.pk}_in": "1" for c in cases}})
    assert {case_of_pk(c.pk).state for c in cases} == {"in_publicity"}
    return pair


def test_a_clue_became_a_case_that_others_cannot_see_and_a_publicity_cannot_end_early(pair: list[Any]) -> None:
    town, cases = signed_in("town1"), [case_of(clue) for clue in pair]
    early = town.post(
        "/cases/sitting/?action=end_publicity",
        {"action": "end_publicity", **{f"c{c.pk}_in": "1" for c in cases}},
        follow=True,
    )
    assert "不满 5 天" in early.content.decode()
    page = town.get(f"/cases/{cases[0].pk}/").content.decode()
    assert "公示中" in page
    assert "还差 5 天" in re.sub(r"\s+", " ", page)
    assert signed_in("village").get(f"/cases/{cases[0].pk}/").status_code in (200, 404)
    assert signed_in("town2").get(f"/cases/{cases[0].pk}/").status_code == 404
    assert audited(action="step", object_id=str(cases[0].pk))


def test_a_publicity_says_nothing_private_and_a_web_page_is_off_by_default(pair: list[Any]) -> None:
    with walk.as_("town1"):
        sitting = part("cases.models").Sitting.objects.filter(action="publish").order_by("-pk").first()
        homes = [h for _, _, h in part("cases.sitting_papers").rows_of(sitting)]
        people = list(part("registry.models").Person.objects.filter(household_id__in=[h.pk for h in homes]))
        show = part("accounts.secret_fields").show
        numbers = {show("registry_person", "identity", p.pk, p.identity) for p in people} | {
            show("registry_household", "phone", h.pk, h.phone) for h in homes
        }
    town = signed_in("town1")
    said = (
        text_of(town.get(f"/sittings/{sitting.pk}/publicity.docx"))
        + town.get(f"/sittings/{sitting.pk}/").content.decode()
    )
    for number in numbers - {""}:
        assert number not in said
        assert number[-4:] not in said
    notice = text_of(town.get(f"/sittings/{sitting.pk}/publicity.docx"))
    for word in ("因病", "因残", "残疾", "住院", "大病", "证件", "账号"):
        assert word not in notice
    assert all(h.head_name in notice for h in homes)
    assert sitting.web_token == ""
    assert signed_in("village").post(f"/sittings/{sitting.pk}/").status_code in (404, 422)
    town.post(f"/sittings/{sitting.pk}/")
    with walk.as_("town1"):
        token = part("cases.models").Sitting.objects.get(pk=sitting.pk).web_token
    page = Client(HTTP_HOST="127.0.0.1").get(f"/notice/{token}/")
    assert page.status_code == 200
    assert "noindex" in page["X-Robots-Tag"]
    assert homes[0].head_name in page.content.decode()
    web = part("cases.web_notice").shown_notice
    assert web(token, sitting.held_on + timedelta(days=5)) is not None
    assert web(token, sitting.held_on + timedelta(days=6)) is None
    assert web("", sitting.held_on) is None
    town.post(f"/sittings/{sitting.pk}/", {"close": "1"})
    assert Client(HTTP_HOST="127.0.0.1").get(f"/notice/{token}/").status_code == 404


@pytest.mark.parametrize("form", ["docx", "pdf"])
def test_every_paper_of_a_case_prints(pair: list[Any], form: str) -> None:
    archive = part("assistance.archive")
    case = case_of(pair[0])
    town = signed_in("town1")
    for key in archive.ALL_FORMS:
        answer = town.get(f"/cases/{case.pk}/papers/{key}.{form}")
        assert answer.status_code == 200, key
        assert answer.content[:4] in (b"PK\x03\x04", b"%PDF"), key
        if form == "docx":
            assert not re.search(r"\d{17}[\dX]", text_of(answer)), key
    assert town.get(f"/cases/{case.pk}/papers/nothing.pdf").status_code == 404
    assert town.get(f"/clues/feedback.{form}?state=done").status_code == 200
    assert town.get(f"/monthly.{form}").status_code == 200


def test_the_visit_sheet_is_prefilled_and_the_minutes_carry_the_votes(pair: list[Any]) -> None:
    town, case = signed_in("town1"), case_of(pair[0])
    sheet = text_of(town.get(f"/cases/{case.pk}/papers/visit.docx"))
    for word in ("住院自付三万多元", "张一、李二", "住院票据齐全", "家庭成员", "饮水安全"):
        assert word in sheet
    with walk.as_("town1"):
        sitting = part("cases.models").Sitting.objects.filter(action="review").order_by("-pk").first()
    minutes = text_of(town.get(f"/sittings/{sitting.pk}/review.docx"))
    for word in ("签到册", "孙五", "村委会", "同意"):
        assert word in minutes


def test_a_photo_of_the_publicity_is_kept_with_the_case(pair: list[Any]) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: PLC0415

    town, case = signed_in("town1"), case_of(pair[0])
    picture = SimpleUploadedFile("首日.jpg", b"\xff\xd8\xff" + b"x" * 500)
    assert town.post(f"/cases/{case.pk}/attach/", {"kind": "first_day", "files": picture}).status_code == 302
    page = town.get(f"/cases/{case.pk}/").content.decode()
    link = re.search(r'href="(/households/\d+/papers/\d+/)"', page)
    assert link is not None
    assert town.get(link[1]).status_code == 200
    assert signed_in("town2").get(link[1]).status_code == 404


def test_the_monthly_report_adds_up(place: Any) -> None:
    monthly = part("reports.monthly")
    with walk.scratch():
        case = walk.monitored("因病", home=walk.free_household())
        other = walk.monitored("因学", home=walk.free_household(1))
        walk.act(other, "end_gone", walk.DAY + timedelta(days=20), note="整户去世，村里核实")
        found = monthly.month("", walk.DAY, walk.DAY.replace(day=31))
        assert found.adds_up
        assert found.counts[("edge", "new")] == (2, case.persons + other.persons)
        assert found.counts[("edge", "gone")] == (1, other.persons)
        opening, closing = found.total("opening"), found.total("closing")
        assert closing[0] == opening[0] + 2 - 1
        before = dict(monthly.month("", walk.DAY - timedelta(days=90), walk.DAY - timedelta(days=60)).by_risk)
        assert dict(found.by_risk)["因病"] == before.get("因病", 0) + 1
        assert sum(before.values()) > 50
        table = monthly.tables(found)[0]
        assert [row[0] for row in table[2]] == list(monthly.PARTS.values())
    registry = part("registry.models")
    with walk.scratch():
        before = monthly.month("", walk.DAY, walk.DAY.replace(day=31))
        home = walk.free_household()
        registry.StatusSpell.objects.create(
            area_code=home.area_code,
            household_id=home.pk,
            kind="edge",
            since=walk.DAY,
            until=walk.DAY + timedelta(days=3),
            source="导入后又结束",
            recorded_at=walk.at(walk.DAY),
        )
        after = monthly.month("", walk.DAY, walk.DAY.replace(day=31))
        assert after.total("closing") == before.total("closing")
        assert after.adds_up


def test_a_sample_is_repeated_by_its_seed_zipped_in_order_and_later_edits_show(place: Any) -> None:
    samples, models = part("cases.samples"), part("cases.field_models")
    town = signed_in("auditor")
    answer = town.post(
        "/samples/", {"seed": "20261124", "monitored": "3", "eliminated": "2", "refused": "0", "priority": "3"}
    )
    sample_id = int(answer["Location"].strip("/").split("/")[-1])
    with walk.scratch("auditor"):
        drawn = models.Sample.objects.get(pk=sample_id)
        again = samples.draw(
            "",
            "20261124",
            {"monitored": 3, "eliminated": 2, "priority": 3},
            walk.post("auditor"),
            walk.at(walk.DAY),
            walk.DAY,
        )
        other = samples.draw(
            "", "x", {"monitored": 3, "eliminated": 2, "priority": 3}, walk.post("auditor"), walk.at(walk.DAY), walk.DAY
        )
        assert drawn.households == again.households != other.households
        assert len(drawn.households) == 8
    files = town.post(f"/samples/{sample_id}/files/")
    with zipfile.ZipFile(io.BytesIO(files.content)) as archive:
        names = archive.namelist()
    assert len([n for n in names if n.startswith("入户核查表/")]) == 8
    assert len({n.split("/")[1] for n in names if n.startswith("档案/")}) == 8
    assert "没有改动" in town.get(f"/samples/{sample_id}/").content.decode()
    with walk.as_("county"):
        home = part("registry.models").Household.objects.get(pk=drawn.households[0]["household"])
        part("assistance.actions").name_responsible(home, "周勇", "县人社局", None, walk.DAY, walk.post("county"))
        part("assistance.actions").end_responsible(home, walk.DAY, walk.post("county"))
    assert "改动 assistance_responsible" in town.get(f"/samples/{sample_id}/").content.decode()


def test_a_local_document_changes_the_limit_through_the_page(place: Any) -> None:
    limits, county = part("cases.limits"), signed_in("county")
    sent = {
        "figure": "case_publicity_days",
        "value": "7",
        "since": "2027-01-01",
        "number": "饶农发〔2026〕12号",
        "issued": "2026-12-20",
        "article": "第八条",
    }
    assert signed_in("town1").post("/policy/", sent).status_code == 422
    assert county.post("/policy/", {**sent, "value": "七"}).status_code == 422
    assert county.post("/policy/", sent).status_code == 302
    day = walk.DAY.replace(year=2027)
    with walk.as_("town1"):
        rule = limits.limit("230524100200", "case_publicity_days", day)
        assert (rule.days, rule.dagger) == (7, False)
        assert "饶农发〔2026〕12号" in rule.source
        assert limits.limit("230524100200", "case_publicity_days", walk.DAY).days == 5
    page = county.get("/policy/").content.decode()
    entry = re.search(r'name="retract" value="(\d+)"', page)
    assert entry is not None
    assert county.post("/policy/", {"retract": entry[1]}).status_code == 302
    with walk.as_("town1"):
        assert limits.limit("230524100200", "case_publicity_days", day).days == 5
