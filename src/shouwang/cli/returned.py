"""`shouwang return`: filled check sheets in; returned, missing and contradictory lines out."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import click
import polars as pl

from shouwang.cli import printer
from shouwang.documents.sheet_writer import Column, Sheet, write_workbook
from shouwang.kernel.dates import parse_iso
from shouwang.kernel.errors import UserError
from shouwang.reports.checklist.reading import Returned, read_returned
from shouwang.reports.checklist.workbooks import FOLDER, SENT
from shouwang.reports.folder import publish

RETURNED = (
    "code",
    "town",
    "village",
    "household_no",
    "result",
    "reason",
    "department",
    "visitors",
    "day",
    "manner",
    "file",
    "sheet",
    "row",
)
CONTRADICTORY = (
    "wrong",
    "code",
    "town",
    "village",
    "household_no",
    "result",
    "visitors",
    "day_text",
    "file",
    "sheet",
    "row",
)
MISSING = ("row_code", "town", "village", "household_no")
TITLES = {
    "code": "行码",
    "row_code": "行码",
    "town": "乡镇",
    "village": "村",
    "household_no": "户编号",
    "result": "结论",
    "reason": "理由",
    "department": "转办部门",
    "visitors": "核查人",
    "day": "核查日期",
    "day_text": "核查日期",
    "manner": "方式",
    "file": "文件",
    "sheet": "表",
    "row": "行",
    "wrong": "问题",
}
WIDTHS = {"wrong": 50, "code": 34, "row_code": 34, "household_no": 20, "file": 26, "reason": 24}

HELP = """读回填好的核查清单：哪些已交回、哪些没交、哪些自相矛盾。

\b
Read filled check sheets back: returned, missing, contradictory.
文件可以是 xlsx、xls 或 csv；可写文件夹。 Files or folders.
"""


@click.command(name="return", help=HELP, short_help="读回核查清单 / read filled check sheets back")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path), metavar="文件FILES...")
@click.option(
    "--sent",
    "sent",
    required=True,
    type=click.Path(path_type=Path),
    help="发出清单的筛查结果文件夹 / output folder of the screening",
)
@click.option("--out", "out", required=True, type=click.Path(path_type=Path), help="结果文件夹 / output folder")
@click.option("--json", "as_json", is_flag=True, help="结果用 JSON 输出 / print as JSON")
def returned(paths: tuple[Path, ...], sent: Path, out: Path, as_json: bool) -> int:
    """Compare what came back with what was sent. Returns the exit code."""
    codes = sent / FOLDER / SENT
    if not codes.is_file():
        raise UserError(f"{sent} 里没有发出的清单（{FOLDER}/{SENT}）", "写 shouwang screen 的结果文件夹")
    known = pl.read_csv(codes, infer_schema=False)
    answer = read_returned(_files(paths), known, _day_of(sent))
    counts = {
        "sent": known.height,
        "returned": answer.returned.height,
        "contradictory": answer.contradictory.height,
        "missing": answer.missing.height,
        "refused_files": len(answer.refused),
    }
    with publish(out) as folder:
        _write(answer, folder, counts, _day_of(sent) or date.min.replace(year=2000))
    for name, refusal in answer.refused:
        printer.problem(UserError(refusal.what, refusal.remedy, where=name))
    if as_json:
        printer.say_json(counts)
    else:
        _say(answer, counts, out)
    return printer.DONE_BUT_FILE_REFUSED if answer.refused else printer.DONE


def _files(paths: tuple[Path, ...]) -> list[Path]:
    found: list[Path] = []
    for path in paths:
        found += sorted(p for p in path.rglob("*") if p.is_file() and p.name != SENT) if path.is_dir() else [path]
    return found


def _day_of(sent: Path) -> date | None:
    summary = sent / "summary.json"
    if not summary.is_file():
        return None
    return parse_iso(str(json.loads(summary.read_text(encoding="utf-8"))["as_of"]))


def _write(answer: Returned, folder: Path, counts: dict[str, int], day: date) -> None:
    answer.returned.select(RETURNED).write_csv(folder / "returned.csv")
    sheets = [
        _sheet("已交回", answer.returned, RETURNED, "结论完整的行。"),
        _sheet("待补正", answer.contradictory, CONTRADICTORY, "请按“问题”一栏补正后重新交回。"),
        _sheet("未交回", answer.missing, MISSING, "发出后还没有填写或没有交回的行。"),
    ]
    write_workbook(folder / "核查回收.xlsx", sheets, day)
    (folder / "summary.json").write_text(json.dumps(counts, indent=1) + "\n", encoding="utf-8")


def _sheet(name: str, rows: pl.DataFrame, columns: tuple[str, ...], note: str) -> Sheet:
    text = rows.select(pl.col(c).cast(pl.String) for c in columns)
    return Sheet(
        name,
        f"{name}（{rows.height}行）",
        note,
        tuple(Column(TITLES[c], WIDTHS.get(c, 12)) for c in columns),
        text.rows(),
    )


def _say(answer: Returned, counts: dict[str, int], out: Path) -> None:
    printer.say(
        f"发出 {counts['sent']:,} 行：已交回 {counts['returned']:,}，"
        f"待补正 {counts['contradictory']:,}，未交回 {counts['missing']:,}"
    )
    for result, number in sorted(answer.returned.group_by("result").len().iter_rows()):
        printer.say(f"  {result}：{number:,}")
    for line in answer.contradictory.head(20).iter_rows(named=True):
        printer.warn(f"{line['file']} {line['sheet']} 第{line['row']}行：{line['wrong']}")
    for town, number in sorted(answer.missing.group_by("town").len().iter_rows()):
        printer.say(f"  未交回 {town}：{number:,}")
    printer.say(f"明细在 {out}")
