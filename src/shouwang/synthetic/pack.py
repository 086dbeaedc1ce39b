"""Writes an invented county as the files that offices would send."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import xlsxwriter

from shouwang.intake.feed import Feed
from shouwang.kernel.dates import school_year
from shouwang.synthetic.county import Invented
from shouwang.synthetic.departments import WANTED
from shouwang.synthetic.handwriting import with_furniture, written_rows
from shouwang.synthetic.register import windows

AS_XLSX = ("med_oop", "edu_roll", "dibao", "temp_relief", "housing", "jobs", "business", "non_inclusion", "payments")
FILE_NAMES = {
    "med_oop": "02_医保局_个人自付费用明细",
    "serious_illness": "03_卫健局_大病专项救治新增名单",
    "edu_fee": "06_教育局_学生自付费用",
    "dibao": "07_民政局_低保特困名册",
    "temp_relief": "08_民政局_临时救助发放",
    "disability": "09_残联_持证残疾人",
    "housing": "10_住建局_农村房屋安全鉴定",
    "water": "11_水利局_饮水安全排查",
    "jobs": "12_人社局_农村劳动力就业失业",
    "disaster": "13_应急局_受灾户损失",
    "deaths": "14_公安局_死亡注销",
    "vehicles": "15_公安局交警_机动车登记",
    "business": "16_市场监管局_经营主体",
    "real_estate": "17_自然资源局_不动产登记",
    "non_inclusion": "18_农业农村局_不予纳入登记",
    "payments": "19_财政局_一卡通到户资金发放",
}
COLUMNS = ("文件名", "类别", "来源单位", "期间起", "期间止", "说明")
Told = Callable[[str], None]


def write_pack(
    invented: Invented, folder: Path, feeds: Mapping[str, Feed], seed: int, told: Told = lambda _: None
) -> None:
    """Write manifest, pack.json, the export (csv) and every department file into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    manifest: list[tuple[str, ...]] = []
    end = invented.as_of.isoformat()
    told("登记导出")
    for name, kind, table, year in _export(invented, feeds):
        _write_csv(folder / name, [list(table.columns), *[list(r) for r in table.iter_rows()]], "utf-8-sig")
        manifest.append((name, kind, "农业农村局", f"{year}-01-01", end, ""))
    rng = np.random.default_rng(seed + 1)
    for number, kind in enumerate(WANTED):
        told(feeds[kind].title)
        suffix = ".xlsx" if kind in AS_XLSX else ".csv"
        name = FILE_NAMES[kind] + suffix
        _write_sheet(folder / name, rng, feeds[kind], invented, invented.rows[kind], seed * 100 + number)
        manifest.append(
            (name, kind, f"{invented.county.name}{feeds[kind].department}", f"{invented.as_of.year - 1}-01-01", end, "")
        )
    for name, term, (start, stop), rows in _rolls(invented):
        told(name)
        _write_sheet(folder / name, rng, feeds["edu_roll"], invented, rows, seed * 100 + 50)
        manifest.append((name, "edu_roll", f"{invented.county.name}教育局", start, stop, term))
    _write_csv(folder / "manifest.csv", [list(COLUMNS), *[list(m) for m in sorted(manifest)]], "utf-8-sig")
    _write_csv(folder / "99_驻村工作队排班表.csv", [["序号", "行政村", "值班星期"], ["1", "某村", "一"]], "utf-8-sig")
    about = {
        "county": invented.county.code,
        "county_name": invented.county.name,
        "city": invented.county.city,
        "province": invented.county.province,
        "income_year": invented.year,
        "note": "SYNTHETIC: all persons, ids, firms and document numbers are invented",
    }
    (folder / "pack.json").write_text(json.dumps(about, ensure_ascii=False, indent=1), encoding="utf-8")
    (folder / "params.csv").write_text(
        "\ufeff参数,年度,值,生效日期,失效日期,文号\n"
        f"monitoring_line,{invented.year},8800,{invented.year}-01-01,,合成县发〔{invented.year}〕1号(演示用)\n",
        encoding="utf-8",
    )


def _export(invented: Invented, feeds: Mapping[str, Feed]) -> list[tuple[str, str, pl.DataFrame, int]]:
    households = household_sheet(invented, feeds["registry_household"], invented.year)
    before = household_sheet(invented, feeds["registry_household"], invented.year - 1)
    persons = person_sheet(invented, feeds["registry_person"])
    return [
        (f"01_户信息{invented.year}.csv", "registry_household", households, invented.year),
        (f"01_户信息{invented.year - 1}.csv", "registry_household", before, invented.year - 1),
        (f"01_人信息{invented.year}.csv", "registry_person", persons, invented.year),
    ]


def household_no() -> pl.Expr:
    """Village code and five digits."""
    return pl.concat_str("code", (pl.col("h") % 100000).cast(pl.String).str.zfill(5))


def household_sheet(invented: Invented, feed: Feed, year: int) -> pl.DataFrame:
    """The household sheet of one year under its fixed headers."""
    is_now = year == invented.year
    homes = invented.households if is_now else invented.households.filter(~pl.col("is_new"))
    money = ("wage_income", "business_income", "property_income", "transfer_income", "business_cost")
    part = {m: pl.col(m if is_now else f"{m}0") for m in money}
    net = (
        part["wage_income"]
        + part["business_income"]
        + part["property_income"]
        + part["transfer_income"]
        - part["business_cost"]
    )
    start, end = windows(year)
    odd = pl.col("odd_window") & pl.lit(is_now)
    values: dict[str, pl.Expr] = {
        **{m: _amount(e) for m, e in part.items()},
        "household_no": household_no(),
        "year": pl.lit(str(year)),
        "province": pl.lit(invented.county.province),
        "city": pl.lit(invented.county.city),
        "county_name": pl.lit(invented.county.name),
        "window_start": pl.when(odd).then(pl.lit(f"{year}-01-01")).otherwise(pl.lit(start)),
        "window_end": pl.lit(end),
        "stored_net": _amount(net),
        "stored_per_head": _amount((net / pl.col("persons")).round(2)),
        "claims": _amount(pl.col("claims")),
        "self_paid": _amount(pl.col("self_paid")),
        "dropout": pl.lit("否"),
        "uninsured": pl.lit("否"),
        "house_area": pl.lit("100"),
        "persons": pl.col("persons").cast(pl.Int64).cast(pl.String),
    }
    return homes.select(_cell(f.name, values, homes).alias(f.headers[0]) for f in feed.fields)


def person_sheet(invented: Invented, feed: Feed) -> pl.DataFrame:
    """The person sheet under its fixed headers."""
    persons = invented.persons
    values: dict[str, pl.Expr] = {
        "household_no": household_no(),
        "person_no": pl.concat_str(household_no(), pl.col("slot").cast(pl.String).str.zfill(2)),
        "county_name": pl.lit(invented.county.name),
        "year": pl.lit(str(invented.year)),
        "birth": pl.col("birth").dt.to_string("%Y-%m-%d"),
        "id_type": pl.lit("居民身份证"),
        "id": pl.col("written_id"),
        "nation": pl.lit("汉族"),
        "politics": pl.lit("群众"),
        "mandarin": pl.lit("是"),
        "illness_insured": pl.lit("是"),
        "pension": pl.lit("是"),
        "relocated": pl.lit("否"),
    }
    return persons.select(_cell(f.name, values, persons).alias(f.headers[0]) for f in feed.fields)


def _cell(name: str, values: Mapping[str, pl.Expr], table: pl.DataFrame) -> pl.Expr:
    if name in values:
        return values[name].fill_null("")
    return pl.col(name).cast(pl.String).fill_null("") if name in table.columns else pl.lit("")


def _amount(value: pl.Expr) -> pl.Expr:
    number = value.cast(pl.Float64)
    return (
        pl.when(number.is_nan() | number.is_null())
        .then(pl.lit(""))
        .otherwise(number.round(2).cast(pl.String).str.strip_suffix(".0"))
    )


def _rolls(invented: Invented) -> list[tuple[str, str, tuple[str, str], pl.DataFrame]]:
    first = school_year(invented.as_of)
    autumn, spring = invented.rolls
    in_autumn = invented.as_of >= date(first, 9, 1) and invented.as_of <= date(first + 1, 1, 31)
    now, before = (autumn, spring) if in_autumn else (spring, autumn)
    terms = [
        (
            f"04_教育局_{first}年秋季学期在校学生名册.xlsx",
            f"{first}年秋季学期",
            (f"{first}-09-01", f"{first + 1}-01-31"),
            now,
        ),
        (
            f"05_教育局_{first}年春季学期在校学生名册.xlsx",
            f"{first}年春季学期",
            (f"{first}-02-01", f"{first}-08-31"),
            before,
        ),
    ]
    return terms


def _write_sheet(
    path: Path, rng: np.random.Generator, feed: Feed, invented: Invented, rows: pl.DataFrame, style: int
) -> None:
    header, lines = written_rows(rng, feed, rows, invented.county.name, style)
    office = f"{invented.county.name}{feed.department}"
    whole = with_furniture(
        header, lines, f"{invented.county.name}{feed.title}", office, f"{invented.as_of:%Y年%m月%d日}"
    )
    if path.suffix == ".csv":
        _write_csv(path, whole, "gb18030")
    else:
        _write_xlsx(path, whole, invented.as_of)


def _write_csv(path: Path, rows: list[list[Any]], encoding: str) -> None:
    with path.open("w", encoding=encoding, newline="") as stream:
        csv.writer(stream).writerows(rows)


def _write_xlsx(path: Path, rows: list[list[str]], day: date) -> None:
    book = xlsxwriter.Workbook(
        str(path), {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    page = book.add_worksheet("Sheet1")
    for line, row in enumerate(rows):
        for column, text in enumerate(row):
            if text:
                page.write_string(line, column, text)
    book.close()
