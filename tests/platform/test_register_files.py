"""The register comes in and goes out: differences before writing, the national template, rosters."""

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
