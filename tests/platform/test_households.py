"""Households in the application: hand-overs, two areas, dated membership, statuses, search, lists, registers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from shouwang.config.start import part
from tests.platform.fixtures import COUNTY, signed_in

TOWN1, TOWN2 = "230524100", "230524101"


def home_in(town: str) -> Any:
    territory = part("accounts.territory")
    with territory.territory(territory.system_scope(COUNTY)):
        return (
            part("registry.models")
            .Household.objects.filter(area_code__startswith=town, origin="national")
            .order_by("pk")
            .last()
        )


def test_a_hand_over_moves_everything_and_only_when_accepted(inside: Any, models: Any) -> None:
    home = home_in(TOWN1)
    giving, taking = signed_in("town1"), signed_in("town2")
    assert (
        giving.post(
            f"/households/{home.pk}/change/", {"what": "transfer", "to": TOWN2, "reason": "搬到对方乡镇"}
        ).status_code
        == 302
    )
    with inside("town2"):
        assert models("registry.models").Household.objects.filter(pk=home.pk).count() == 0
        offer = models("registry.models").Transfer.objects.get(household_id=home.pk)
        village = models("regions.models").Division.objects.filter(code__startswith=TOWN2, level=5).first().code
    assert home.number in taking.get("/transfers/").content.decode()
    assert (
        giving.post("/transfers/", {"transfer": offer.pk, "accept": "1", "village": village}).status_code == 422
    )  # the giver cannot accept
    assert (
        taking.post("/transfers/", {"transfer": offer.pk, "accept": "1", "village": "230524100001"}).status_code == 422
    )
    assert taking.post("/transfers/", {"transfer": offer.pk, "accept": "1", "village": village}).status_code == 302
    assert giving.get(f"/households/{home.pk}/").status_code == 404
    assert taking.get(f"/households/{home.pk}/").status_code == 200
    with inside("town2"):
        assert models("registry.models").Person.objects.filter(household_id=home.pk).count() > 0
        assert set(
            models("registry.models").YearSheet.objects.filter(household_id=home.pk).values_list("area_code", flat=True)
        ) == {village}
    with inside("town1"):
        assert models("registry.models").YearSheet.objects.filter(household_id=home.pk).count() == 0
        assert models("screening.models").Signal.objects.filter(household_id=home.pk).count() == 0


def test_both_areas_see_a_household_that_lives_elsewhere_and_one_is_responsible(inside: Any, models: Any) -> None:
    home = home_in(TOWN1)
    with inside(COUNTY):
        village = models("regions.models").Division.objects.filter(code__startswith=TOWN2, level=5).first().code
    there = signed_in("town2")
    assert there.get(f"/households/{home.pk}/").status_code == 404
    signed_in("town1").post(
        f"/households/{home.pk}/change/", {"what": "lives", "area": village, "version": home.version}
    )
    page = there.get(f"/households/{home.pk}/")
    assert page.status_code == 200
    assert "居住地" in page.content.decode()
    with inside("town2"):
        assert models("registry.models").Person.objects.filter(household_id=home.pk).count() > 0
        changed = models("registry.models").Household.objects.filter(pk=home.pk).update(head_name="x")
        assert changed == 0  # seeing is not being responsible
    signed_in("town1").post(
        f"/households/{home.pk}/change/", {"what": "lives", "area": "", "version": home.version + 1}
    )
    assert there.get(f"/households/{home.pk}/").status_code == 404


def test_members_come_and_go_with_date_and_reason_and_the_past_stays_visible(inside: Any, models: Any) -> None:
    home, client = home_in(TOWN1), signed_in("town1")
    url = f"/households/{home.pk}/change/"
    wrong = client.post(
        url,
        {
            "what": "member",
            "name": "新媳妇",
            "identity": "230524199001010099",
            "came": "marriage",
            "on": "2025-03-01",
            "version": home.version,
        },
    )
    assert wrong.status_code == 422
    assert "尾号 0099" in wrong.content.decode()
    client.post(
        url,
        {
            "what": "member",
            "name": "新媳妇",
            "identity": "",
            "sex": "女",
            "relation": "之儿媳",
            "came": "marriage",
            "on": "2025-03-01",
            "version": home.version,
        },
    )
    with inside(COUNTY):
        person = models("registry.models").Person.objects.get(household_id=home.pk, name="新媳妇")
    assert (
        client.post(
            url, {"what": "left", "person": person.pk, "why": "moved_out", "on": "2025-09-01", "version": home.version}
        ).status_code
        == 302
    )
    before, between, after = (
        client.get(f"/households/{home.pk}/?on={d}").content.decode().split("以前的成员")[0]
        for d in ("2025-02-01", "2025-06-01", "2025-10-01")
    )
    assert "新媳妇" not in before.split("家庭成员")[1].split("收入（登记）")[0]
    assert "新媳妇" in between
    assert "新媳妇" not in after.split("家庭成员")[1]
    assert home.number in client.post("/households/", {"q": "xinxifu"}).content.decode()


def test_statuses_may_overlap_and_end_by_a_named_paper(inside: Any, models: Any) -> None:
    home, client = home_in("230524103"), signed_in("county")
    url = f"/households/{home.pk}/change/"
    for kind in ("prevention", "allowance_edge"):
        assert (
            client.post(
                url, {"what": "status", "kind": kind, "on": "2025-01-01", "source": "饶农发〔2025〕1号"}
            ).status_code
            == 302
        )
    assert (
        client.post(
            url, {"what": "status", "kind": "prevention", "on": "2025-02-01", "source": "饶农发〔2025〕2号"}
        ).status_code
        == 422
    )
    assert client.post(url, {"what": "status", "kind": "backed", "on": "2025-02-01", "source": ""}).status_code == 422
    page = client.get(f"/households/{home.pk}/").content.decode()
    assert "防止返贫致贫对象" in page
    assert "低保边缘" in page
    assert client.post(url, {"what": "status_ended", "kind": "prevention", "on": "2025-10-01"}).status_code == 302
    with inside(COUNTY):
        spell = models("registry.models").StatusSpell.objects.get(household_id=home.pk, kind="prevention")
        assert (str(spell.since), str(spell.until)) == ("2025-01-01", "2025-10-01")
    assert signed_in("town1").post(
        url, {"what": "status", "kind": "backed", "on": "2025-02-01", "source": "某某文件"}
    ).status_code in (404, 422)


def test_housing_water_and_land_are_kept_with_the_household(inside: Any, models: Any) -> None:
    home, client = home_in(TOWN1), signed_in("town1")
    client.post(
        f"/households/{home.pk}/change/",
        {"what": "home", "house": "砖混", "land": "12.5", "water": "", "version": home.version},
    )
    with inside(COUNTY):
        assert models("registry.models").Household.objects.get(pk=home.pk).housing == {"house": "砖混", "land": "12.5"}
    assert "砖混" in client.get(f"/households/{home.pk}/").content.decode()


def test_two_people_at_once_do_not_overwrite_each_other(inside: Any) -> None:
    home, client = home_in(TOWN1), signed_in("town1")
    stale = client.post(f"/households/{home.pk}/change/", {"what": "lives", "area": "", "version": home.version - 1})
    assert stale.status_code == 422
    assert "刚被别人改过" in stale.content.decode()


@pytest.mark.parametrize("how", ["number", "name", "given", "pinyin", "initials", "village"])
def test_a_household_is_found(how: str, inside: Any, models: Any) -> None:
    names = part("registry.names")
    home = home_in(TOWN1)
    wanted = {
        "number": home.number, "name": home.head_name, "given": home.head_name[1:], "pinyin": names.pinyin(home.head_name)[0],
        "initials": names.pinyin(home.head_name)[1], "village": home.village,
    }[how]  # fmt: skip
    page = signed_in("town1").post("/households/", {"q": wanted}).content.decode()
    assert home.number in page or page.count("data-step") >= 50
    elsewhere = signed_in("town2").post("/households/", {"q": home.number}).content.decode()
    assert f"/households/{home.pk}/" not in elsewhere


def test_lists_page_by_key_without_losing_or_repeating_a_row(inside: Any, models: Any) -> None:
    import re  # noqa: PLC0415

    client, seen, url = signed_in("county"), [], "/households/"
    while url:
        page = client.get(url).content.decode()
        seen += re.findall(r'href="/households/(\d+)/"', page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        url = "/households/" + following[1].replace("&amp;", "&") if following else ""
    with inside(COUNTY):
        assert sorted(map(int, seen)) == sorted(
            models("registry.models").Household.objects.values_list("pk", flat=True)
        )
    assert len(seen) == len(set(seen))


def test_registers_list_filter_export_and_take_lines(inside: Any, tmp_path: Path) -> None:
    import io  # noqa: PLC0415

    import openpyxl  # noqa: PLC0415
    from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: PLC0415

    from tests.platform.sheets import write_xlsx  # noqa: PLC0415

    client, home = signed_in("county"), home_in("230524103")
    assert "脱贫户" in client.get("/ledgers/statuses/?kind=lifted_out").content.decode()
    assert client.get("/ledgers/nothing/").status_code == 404
    path = write_xlsx(
        tmp_path / "授权.xlsx",
        [
            ("户编号", "签字日期", "纸质编号"),
            (home.number, "2025-02-01", "承-7"),
            ("不存在", "2025-02-01", ""),
            (home.number, "不知道", ""),
        ],
    )
    page = client.post(
        "/ledgers/consents/take/", {"files": SimpleUploadedFile(path.name, path.read_bytes())}, follow=True
    ).content.decode()
    assert "读入 3 行 = 记入 1 + 退回 2" in page
    assert "第 3 行：户编号 &#x27;不存在&#x27; 不在您的范围内" in page
    sheet = openpyxl.load_workbook(io.BytesIO(client.get("/ledgers/consents/export/").content)).active
    assert any(row[4].value == "承-7" for row in sheet.iter_rows())
