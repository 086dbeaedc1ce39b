"""MON 防返贫动态监测: what already holds at the command line."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path

import openpyxl

from tests.conftest import SAMPLES, screened
from tests.scoring import lines

AS_OF = date(2025, 11, 15)
REGISTRY = "01_全国防返贫监测信息系统导出.xlsx"


def never_monitored_head() -> dict[str, str]:
    """A head of household of the small sample who was never in monitoring and has a right number."""
    book = openpyxl.load_workbook(SAMPLES / "raohe-small" / REGISTRY, read_only=True)
    rows = list(book["户信息2025"].iter_rows(min_row=4, values_only=True))
    header, *body = rows
    for row in body:
        about = dict(zip(map(str, header), (str(c or "") for c in row), strict=True))
        if about["户编号"].isdigit() and not about["监测对象类别"] and len(about["户主证件号码"]) == 18:
            return about
    raise AssertionError("the sample has such a household")


def pack(folder: Path, head: dict[str, str], days_ago: int, reason: str | None) -> Path:
    folder.mkdir()
    for name in (REGISTRY, "pack.json"):
        (folder / name).write_bytes((SAMPLES / "raohe-small" / name).read_bytes())
    paid = AS_OF - timedelta(days=days_ago)
    tables = {
        "救助.csv": [
            ["申请人", "申请人身份证号", "困难类型", "救助金额", "发放日期"],
            [head["户主姓名"], head["户主证件号码"], "因病", "3000", paid],
        ],
        "不予纳入.csv": [
            ["户主姓名", "户主身份证号", "认定日期", "不予纳入理由"],
            ["无关人", "无", "2025-01-01", "无关"],
        ],
    }
    if reason is not None:
        tables["不予纳入.csv"].append([head["户主姓名"], head["户主证件号码"], "2025-11-10", reason])
    for name, rows in tables.items():
        with (folder / name).open("w", encoding="utf-8-sig", newline="") as stream:
            csv.writer(stream).writerows(rows)
    manifest = [
        f"{REGISTRY},registry,,,,",
        "救助.csv,temp_relief,民政局,,,",
        "不予纳入.csv,non_inclusion,农业农村局,,,",
    ]
    (folder / "manifest.csv").write_text(
        "\n".join(["文件名,类别,来源单位,期间起,期间止,说明", *manifest]) + "\n", encoding="utf-8-sig"
    )
    return folder


def on_the_list(out: Path, household: str) -> bool:
    """Whether the household is on its township's list 已救助未研判农户."""
    found = any(r["rule"] == "R20" and r["household_no"] == household for r in lines(out / "signals.csv"))
    texts = [
        str(c.value)
        for p in (out / "核查清单").glob("*.xlsx")
        for s in openpyxl.load_workbook(p)
        for row in s.iter_rows()
        for c in row
    ]
    assert found == any("已救助未研判农户" in t for t in texts)
    assert not any("体外循环" in t for t in texts)
    return found


def test_helped_45_days_ago_and_not_judged_is_on_the_list_until_a_reason_is_recorded(tmp_path: Path) -> None:
    head = never_monitored_head()
    for name, days, reason, listed in (
        ("a", 45, None, True),
        ("b", 45, "支出可由家庭承担", False),
        ("c", 45, "", True),
        ("d", 30, None, False),
    ):
        out = screened(pack(tmp_path / name, head, days, reason), tmp_path / f"{name}-out", AS_OF.isoformat())
        assert on_the_list(out, head["户编号"]) == listed, name
