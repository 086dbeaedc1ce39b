"""`shouwang match ANY.xlsx --registry PACK`: any sheet comes back with what the register knows of each row."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import click
import polars as pl

from shouwang.cli import printer, setup
from shouwang.engine.tables.registry import RegistryTables, registry_tables
from shouwang.intake.child import ReadJob
from shouwang.intake.pack import open_pack
from shouwang.intake.reading import read_files, read_raw
from shouwang.kernel.errors import FileRefused, UserError
from shouwang.regions.divisions import county
from shouwang.reports.matched_sheet import match_grid, write_matched

HELP = """比对任意一张表：原表不变，右边加上 户编号 村 户类型 监测类别 是否消除 核对说明。

\b
Match any sheet with a name or an identity number; it comes back unchanged with six columns beside it.
"""
LABELS = {"linked": "比中", "to_confirm": "待确认", "unmatched": "未比中", "nobody": "没有姓名和证件号码"}
EXPORTS = "用 --registry 写全国系统导出的户信息、人信息文件，或其所在文件夹"


@click.command(help=HELP, short_help="比对任意一张表 / match any sheet")
@click.argument("table", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="表TABLE")
@click.option(
    "--registry",
    "registry",
    required=True,
    multiple=True,
    type=click.Path(exists=True, path_type=Path),
    help="登记导出文件（可多个）或其文件夹 / registry export, files or folder",
)
@click.option(
    "--out", "out", type=click.Path(path_type=Path), default=None, help="结果文件，默认在原表旁 / output file"
)
@click.option(
    "--password", "passwords", multiple=True, metavar="文件=密码", help="加密工作簿的密码 / workbook password"
)
@click.option("--json", "as_json", is_flag=True, help="结果用 JSON 输出 / print as JSON")
def match(table: Path, registry: tuple[Path, ...], out: Path | None, passwords: tuple[str, ...], as_json: bool) -> int:
    """Match one file. Returns the exit code."""
    known = setup.pairs(passwords, "--password")
    printer.step("读入登记数据")
    tables = _registry(registry, known)
    answer, grids = read_raw([table], known)[0]
    if answer.is_refused:
        raise UserError(answer.refusal, answer.remedy, where=table.name)
    printer.step(f"比对 {table.name}")
    place = county(str(tables.households["household_no"][0])[:6])
    prefixes = [place.province, place.city, place.name] if place else []
    sheets = [match_grid(grid, tables, prefixes) for grid in grids]
    if not any(sheets):
        raise UserError("没有找到姓名或证件号码的列", "表头写明“姓名”或“身份证号”", where=table.name)
    suffix = ".xlsx" if table.suffix.lower() == ".xls" else table.suffix
    target = out or table.with_name(f"{table.stem}_已比对{suffix}")
    try:
        write_matched(table, target, sheets, grids)
    except FileRefused as refusal:
        raise UserError(refusal.what, refusal.remedy, where=table.name) from refusal
    target.chmod(0o600)
    counts = {key: sum(s.counts[key] for s in sheets if s) for key in LABELS}
    if as_json:
        printer.say_json({"out": str(target), **counts})
    else:
        printer.say("，".join(f"{label} {counts[key]:,}" for key, label in LABELS.items()))
        printer.say(f"结果：{target}")
    return printer.DONE


def _registry(paths: tuple[Path, ...], passwords: Mapping[str, str]) -> RegistryTables:
    """The latest year's tables from export files, or from a folder in which they lie.

    Raises UserError for an export that cannot be read: matching against part of the register would mislead.
    """
    files = [f for path in paths for f in (_in_folder(path) if path.is_dir() else [(path, True)])]
    only = {kind: feed for kind, feed in setup.feeds().items() if feed.is_registry}
    rows: dict[str, list[pl.DataFrame]] = {"registry_household": [], "registry_person": []}
    with tempfile.TemporaryDirectory(prefix="shouwang-") as scratch:
        jobs = [ReadJob(f, only, Path(scratch), n, passwords.get(f.name)) for n, (f, _) in enumerate(files)]
        for number, (answer, (file, is_named)) in enumerate(zip(read_files(jobs), files, strict=True)):
            if answer.is_refused and (is_named or not answer.is_unknown):
                raise UserError(answer.refusal, EXPORTS if answer.is_unknown else answer.remedy, where=file.name)
            for sheet in answer.sheets:
                whole = pl.read_ipc(sheet.table.read_bytes())
                frame = whole.filter(pl.col("reject").is_null())
                if lost := whole.height - frame.height:
                    printer.warn(f"{file.name} {sheet.sheet}：{lost:,} 行登记数据被退回，没有参加比对")
                places = [pl.lit(number, dtype=pl.Int64).alias("file_no"), pl.lit(0, dtype=pl.Int64).alias("sheet_no")]
                rows[sheet.kind].append(frame.with_columns(places))
    if not all(rows.values()):
        raise UserError("没有找到登记导出（户信息和人信息）", EXPORTS)
    households, persons = (pl.concat(frames, how="diagonal") for frames in rows.values())
    year = persons["year"].max()
    if not isinstance(year, int):
        raise UserError("登记导出没有写年度", "核对“年度”一列")
    return registry_tables(households, persons, year, date(year, 12, 31))


def _in_folder(folder: Path) -> list[tuple[Path, bool]]:
    """Files that may be registry exports, and whether the manifest says that they are."""
    pack = open_pack(folder, setup.known_kinds())
    if pack.deliveries is not None:
        for error in pack.problems:
            printer.warn(error.text)
        return [(folder / d.file, True) for d in pack.deliveries if d.kind.startswith("registry")]
    return [(folder / name, False) for name in pack.files()]
