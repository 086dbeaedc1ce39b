"""One 核查清单 per township: a sheet a village, the other lists behind, ready to print and to fill in."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl

from shouwang.documents.sheet_writer import Column, Sheet, write_workbook
from shouwang.policy.rules import CLASS_LABELS
from shouwang.reports.checklist import content
from shouwang.reports.checklist.columns import BLANKS, HOUSEHOLD_COLUMNS, OUTSIDE_COLUMNS, RESULTS
from shouwang.screening.county import CountyRun

FOLDER = "核查清单"
SENT = "已发行码.csv"
NOTE = (
    "黄色栏由核查人填写：两人署名，写日期和方式，从下拉列表选结论；“属实但无风险”“不属实”写理由，“转办部门”写部门。"
    "“行码”不要改动。打印填写后录入同样有效。信号只是请人去看，不是结论。"
)
OUTSIDE_NOTE = "这些人不在登记名册里，部门数据显示遇到严重情况，请乡镇找到本人并核实。填写要求与村表相同。"
LIST_COLUMNS = (Column("序号", 5), Column("村", 14), Column("户编号", 19), Column("规则", 26), Column("内容", 70))
FILE_FORBIDDEN = str.maketrans(dict.fromkeys('\\/:*?"<>|', "_"))


def write_checklists(run: CountyRun, folder: Path) -> pl.DataFrame:
    """Write all townships' workbooks and the list of sent row codes; gives the households to check."""
    target = folder / FOLDER
    target.mkdir(mode=0o700)
    told = content.reasons(run)
    households = content.households_to_check(run, told)
    outside = content.outside_register(run)
    others = {key: content.other_lists(run, told, key) for key in ("income_list", "asset", "process")}
    unknown = content.not_assessed_lines(run)
    towns = sorted({t for frame in (households, outside, *others.values(), unknown) for t in frame["town"].to_list()})
    for town in towns:
        here = pl.col("town") == town
        sheets = [
            *_village_sheets(households.filter(here), run.as_of),
            *_outside_sheet(outside.filter(here), town),
            *[s for key, frame in others.items() for s in _list_sheet(frame.filter(here), CLASS_LABELS[key], "line")],
            *_list_sheet(unknown.filter(here), "未能评估", "reason"),
        ]
        write_workbook(
            target / f"{_file_name(town)}_核查清单.xlsx",
            [_cover(run, town, households.filter(here), outside.filter(here)), *sheets],
            run.as_of,
        )
    _write_sent(target / SENT, households, outside)
    return households


def _cover(run: CountyRun, town: str, households: pl.DataFrame, outside: pl.DataFrame) -> Sheet:
    villages = households.group_by("village").agg(pl.len(), pl.col("signals").sum()).sort("village")
    rows = [(village, count, signals) for village, count, signals in villages.iter_rows()]
    total = ("合计", households.height, int(households["signals"].sum()))
    title = f"{run.place.name}{town} 核查清单（截至{run.as_of}）"
    results = "、".join(RESULTS)
    note = f"{NOTE} 库外农户线索 {outside.height} 行。结论只能是：{results}。带†的数不是本县规定。"
    return Sheet(
        "说明", title, note, (Column("村", 36), Column("待核查户数", 24), Column("信号数", 24)), [*rows, total]
    )


def _village_sheets(households: pl.DataFrame, as_of: date) -> list[Sheet]:
    sheets = []
    for (village,), rows in households.group_by(["village"], maintain_order=True):
        lines = [
            (
                number,
                r["household_no"],
                r["head"],
                r["tail"],
                r["household_type"],
                r["state"],
                r["why"],
                r["risk_type"],
                r["to_check"],
                r["known"],
                *BLANKS,
                r["row_code"],
            )
            for number, r in enumerate(rows.iter_rows(named=True), start=1)
        ]
        town = rows["town"][0]
        sheets.append(
            Sheet(
                str(village), f"{town}{village} 核查清单（截至{as_of}，{len(lines)}户）", NOTE, HOUSEHOLD_COLUMNS, lines
            )
        )
    return sheets


def _outside_sheet(rows: pl.DataFrame, town: str) -> list[Sheet]:
    if rows.is_empty():
        return []
    lines = [
        (number, r["name"], r["tail"], r["address"], r["why"], r["source"], *BLANKS, r["row_code"])
        for number, r in enumerate(rows.iter_rows(named=True), start=1)
    ]
    return [Sheet("库外农户", f"{town} 库外农户线索（{len(lines)}行）", OUTSIDE_NOTE, OUTSIDE_COLUMNS, lines)]


def _list_sheet(rows: pl.DataFrame, name: str, text: str) -> list[Sheet]:
    if rows.is_empty():
        return []
    lines = [
        (number, r["village"], r["household_no"], f"{r['rule']} {r['title']}", r[text])
        for number, r in enumerate(rows.iter_rows(named=True), start=1)
    ]
    return [Sheet(name, f"{name}（{len(lines)}条）", "供查看，不需要在本表填写。", LIST_COLUMNS, lines)]


def _write_sent(path: Path, households: pl.DataFrame, outside: pl.DataFrame) -> None:
    sent = pl.concat(
        [
            households.select("row_code", "town", "village", "household_no"),
            outside.select("row_code", "town", pl.lit("库外农户").alias("village"), pl.lit("").alias("household_no")),
        ]
    )
    sent.with_columns(pl.col(pl.String).replace("", None)).write_csv(path, include_bom=True)


def _file_name(town: str) -> str:
    return town.translate(FILE_FORBIDDEN)
