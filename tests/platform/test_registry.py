"""The register in the application: differences before writing, rosters, hand-overs, two areas, dated membership, search."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from shouwang.config.start import part
from tests.conftest import SAMPLES
from tests.platform.fixtures import COUNTY, read_and_import, signed_in
from tests.platform.sheets_plain import read_sheet

SHEETS = ("户信息2025", "户信息2024", "人信息2025")
TOWN1, TOWN2 = "230524100", "230524101"


@pytest.fixture(scope="module")
def export() -> dict[str, pl.DataFrame]:
    """The sample's national export, sheet by sheet."""
    path = next((SAMPLES / "raohe-small").glob("01_*"))
    return {name: read_sheet(path, name) for name in SHEETS}


@pytest.fixture
def import_export(tmp_path: Path, upload: Any) -> Callable[..., Any]:
    """Hands in a changed export up to its differences."""

    def hand_in(sheets: dict[str, pl.DataFrame]) -> Any:
        from shouwang.documents.sheet_writer import write_template  # noqa: PLC0415

        path = tmp_path / f"导出{len(list(tmp_path.iterdir()))}.xlsx"
        from datetime import date  # noqa: PLC0415

        write_template(path, [(n, f.columns, f.iter_rows()) for n, f in sheets.items()], date(2025, 11, 15))
        _, batch_id = upload(signed_in("county"), path)
        return read_and_import(batch_id, "county", "registry")

    return hand_in


def write(batch: Any) -> Any:
    client = signed_in("county")
    client.post(f"/exchange/{batch.pk}/write/")
    post = part("accounts.models").Assignment.objects.get(user__username="county")
    part("exchange.tasks").write_registry(batch.pk, post.pk)
    territory = part("accounts.territory")
    with territory.territory(territory.system_scope(COUNTY)):
        return part("exchange.models").Batch.objects.get(pk=batch.pk)


def test_differences_are_told_before_anything_is_written(
    import_export: Any, export: Any, inside: Any, models: Any
) -> None:
    changed = dict(export)
    homes = export["户信息2025"]
    good = homes.filter(pl.col("户编号").str.starts_with("2305"))
    first, gone = good["户编号"][0], good["户编号"][5]
    changed["户信息2025"] = homes.with_columns(
        pl.when(pl.col("户编号") == first).then(pl.lit("改名人")).otherwise("户主姓名").alias("户主姓名")
    ).filter(pl.col("户编号") != gone)
    changed["户信息2024"] = export["户信息2024"].filter(pl.col("户编号") != gone)
    batch = import_export(changed)
    assert batch.state == "differences"
    found = batch.what["differences"]
    assert found["changed"]["households"]["户主"] == 1
    assert (found["new_households"], found["absent_households"]) == (0, 1)
    assert found["absent_examples"] == [gone]
    page = signed_in("county").get(f"/exchange/{batch.pk}/").content.decode()
    assert "改名人" in page
    assert "不会删除" in page
    with inside(COUNTY):
        assert models("registry.models").Household.objects.get(number=first).head_name != "改名人"
    done = write(batch)
    assert done.state == "done"
    with inside(COUNTY):
        assert models("registry.models").Household.objects.get(number=first).head_name == "改名人"
        assert models("registry.models").Household.objects.filter(number=gone).count() == 1
        assert done.rows_in == done.linked + done.rejected


def test_writing_a_register_tells_its_steps_while_it_goes_on(
    import_export: Any, export: Any, models: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[Any, ...]] = []
    tasks, original = models("exchange.tasks"), models("accounts.territory").beside

    def heard(sql: str, params: Any) -> None:
        original(sql, params)
        told.append(tuple(params))

    monkeypatch.setattr(tasks, "beside", heard)
    done = write(
        import_export({**export, "户信息2024": export["户信息2024"].with_columns(pl.lit("7").alias("信息采集人电话"))})
    )
    assert [t[0] for t in told] == ["写入农户", "写入人员", "写入年度登记", "建立检索"]
    assert [t[1] for t in told] == sorted(t[1] for t in told)
    assert all(t[2] == done.rows_in for t in told)


def test_the_same_export_again_changes_nothing(import_export: Any, export: Any, inside: Any, models: Any) -> None:
    write(import_export(export))
    registry = models("registry.models")
    with inside(COUNTY):
        before = set(registry.YearSheet.objects.filter(retracted_at__isnull=True).values_list("pk", flat=True))
    done = write(
        import_export({**export, "户信息2024": export["户信息2024"].with_columns(pl.lit("").alias("信息采集人电话"))})
    )
    with inside(COUNTY):
        after = set(registry.YearSheet.objects.filter(retracted_at__isnull=True).values_list("pk", flat=True))
        assert registry.Household.objects.count() == 400
    assert before == after
    assert done.what["written"]["sheets"] == 0


def test_an_export_goes_back_in_the_national_template_unchanged(
    import_export: Any, export: Any, post_of: Any, inside: Any, models: Any, tmp_path: Path
) -> None:
    write(
        import_export({**export, "户信息2024": export["户信息2024"].with_columns(pl.lit("1").alias("信息采集人电话"))})
    )
    models("home.exports").make_export("national", post_of("county").pk)
    with inside("county"):
        document = models("documents.models").Document.objects.filter(unmasked=True).latest("pk")
    path = tmp_path / "back.xlsx"
    path.write_bytes(signed_in("county").get(f"/exports/{document.pk}/").content)
    back = read_sheet(path, "户信息2025")
    sent = export["户信息2025"].filter(pl.col("户编号").str.starts_with("2305")).unique("户编号", keep="first")
    assert back.columns == export["户信息2025"].columns
    both = sent.join(back, on="户编号", how="inner", suffix="_back")
    assert both.height == sent.height == back.height
    for column in (
        "工资性收入",
        "纯收入",
        "家庭人口数",
        "识别监测时间",
        "致贫/返贫风险1",
        "就业帮扶",
        "是否危房户",
        "收入计算起始日期",
    ):
        different = both.filter(
            pl.col(column).fill_null("").str.strip_chars_end("0").str.strip_chars_end(".")
            != pl.col(f"{column}_back").fill_null("").str.strip_chars_end("0").str.strip_chars_end(".")
        )
        assert different.height == 0, (column, different.select(column, f"{column}_back").head(3))


def test_a_roster_without_incomes_brings_new_households(upload: Any, tmp_path: Path, inside: Any, models: Any) -> None:
    path = tmp_path / "花名册.csv"
    rows = [
        ["饶河县全农户花名册"],
        ["户编号", "乡镇", "行政村", "户主姓名", "姓名", "证件号码", "与户主关系", "性别", "出生日期", "联系电话"],
        [
            "23052499990000001",
            "饶河镇",
            "镇北村",
            "钱新户",
            "钱新户",
            "230524198001017015",
            "户主",
            "男",
            "1980-01-01",
            "19900000001",
        ],
        ["23052499990000001", "饶河镇", "镇北村", "钱新户", "钱小宝", "", "之子", "男", "2010-01-01", ""],
        ["", "", "", "", "无编号", "", "", "", "", ""],
    ]
    with path.open("w", encoding="gb18030", newline="") as stream:
        csv.writer(stream).writerows(rows)
    _, batch_id = upload(signed_in("county"), path)
    batch = read_and_import(batch_id, "county", "registry_roster")
    assert batch.state == "differences", batch.what
    assert batch.what["differences"]["new_households"] == 1
    done = write(batch)
    assert (done.linked, done.rejected) == (2, 1)
    with inside(COUNTY):
        home = models("registry.models").Household.objects.get(number="23052499990000001")
        assert (home.persons, home.origin, home.area_code[:9]) == (2, "roster", TOWN1)
    page = signed_in("town1").post("/households/", {"q": "qxh"}).content.decode()
    assert "钱新户" in page


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
