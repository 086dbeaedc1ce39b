"""`shouwang screen PACK`: one county's files in, explained findings out."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import click

from shouwang.cli import printer, setup
from shouwang.cli.place import place_of
from shouwang.engine.backends.choose import NAMES, backend
from shouwang.intake.child import FileRead
from shouwang.intake.pack import Delivery, Pack, open_pack
from shouwang.kernel.errors import UserError
from shouwang.policy.book import Book
from shouwang.policy.county_params import read_params
from shouwang.reports.contract import write_contract
from shouwang.reports.folder import publish
from shouwang.reports.people import write_for_people
from shouwang.screening.county import CountyRun
from shouwang.screening.county import screen as screen_county
from shouwang.screening.delivery import Proposal, Reading, accepted_reading, propose, read_listed

HELP = """筛查一个县：读入登记导出和部门表格，写出带理由的预警信号、核查清单和摘要。

\b
Screen one county: registry export and department files in; signals with reasons, check sheets and a summary out.
没有 manifest.csv 时，先列出每个文件像什么再询问（--yes 直接接受）。
Without manifest.csv each file's kind is proposed and asked about (--yes accepts).
"""


@click.command(help=HELP, short_help="筛查一个县 / screen one county")
@click.argument("pack_dir", type=click.Path(path_type=Path), metavar="文件夹PACK")
@click.option(
    "--as-of",
    "as_of",
    required=True,
    metavar="YYYY-MM-DD",
    help="截止日，唯一的时钟 / the day the screening speaks about",
)
@click.option(
    "--out", "out", required=True, type=click.Path(path_type=Path), help="结果文件夹 / output folder (private, 0700)"
)
@click.option("--area", default=None, help="6位县级代码，缺 pack.json 时用 / county code when there is no pack.json")
@click.option(
    "--policy",
    "overlay",
    type=click.Path(path_type=Path),
    default=None,
    help="补充政策数的目录 / folder with further figures",
)
@click.option(
    "--engine", "engine_name", type=click.Choice(NAMES), default="polars", show_default=True, help="计算引擎 / engine"
)
@click.option("--yes", is_flag=True, help="接受各文件类别的提议 / accept the proposed kinds")
@click.option(
    "--map", "maps", multiple=True, metavar="文件:列=字段", help="手工指定一列的含义，可多次 / say what a column is"
)
@click.option(
    "--password", "passwords", multiple=True, metavar="文件=密码", help="加密工作簿的密码，可多次 / workbook password"
)
@click.option("--json", "as_json", is_flag=True, help="结果用 JSON 输出 / print the summary as JSON")
def screen(
    pack_dir: Path,
    as_of: str,
    out: Path,
    area: str | None,
    overlay: Path | None,
    engine_name: str,
    yes: bool,
    maps: tuple[str, ...],
    passwords: tuple[str, ...],
    as_json: bool,
) -> int:
    """Read, link, screen, write. Returns the exit code."""
    on = setup.day(as_of, "--as-of")
    chosen = _chosen(setup.pairs(maps, "--map"))
    pack = open_pack(pack_dir, setup.known_kinds())
    pack = replace(pack, passwords=setup.pairs(passwords, "--password"))
    for error in pack.problems:
        printer.warn(error.text)
    with tempfile.TemporaryDirectory(prefix="shouwang-") as scratch:
        pack, reading = _read(pack, Path(scratch), chosen, yes)
        run = _run(pack, reading, on, area, overlay, engine_name)
        with publish(out) as folder:
            printer.step("写出结果")
            summary = write_contract(run, folder, pack.unlisted())
            write_for_people(run, folder, summary)
    _report(run, summary, out, as_json)
    return printer.DONE_BUT_FILE_REFUSED if reading.refused else printer.DONE


def _chosen(maps: dict[str, str]) -> dict[str, dict[str, str]]:
    chosen: dict[str, dict[str, str]] = {}
    for key, name in maps.items():
        file, colon, header = key.partition(":")
        if not colon:
            raise UserError(f"--map {key}={name} 写法不对", "写 --map 文件名:列名=字段名")
        chosen.setdefault(file, {})[header] = name
    return chosen


def _read(pack: Pack, scratch: Path, chosen: dict[str, dict[str, str]], yes: bool) -> tuple[Pack, Reading]:
    printer.step(f"读取 {len(pack.files())} 个文件")
    if pack.deliveries is not None:
        return pack, read_listed(pack, setup.feeds(), scratch, chosen, _told, _password)
    proposals, answers = propose(pack, setup.feeds(), scratch, chosen, _told, _password)
    deliveries = _accepted(proposals, yes)
    refused = [Delivery(a.path.name, "") for a in answers if a.is_refused and not a.is_unknown]
    if not deliveries:
        raise UserError("没有可用的文件", "核对文件夹，或用 --yes 接受提议，或写 manifest.csv")
    reading = accepted_reading(sorted([*deliveries, *refused], key=lambda d: d.file), answers)
    return pack.with_deliveries(deliveries), reading


def _password(name: str) -> str | None:
    """Asked of the person at the terminal, never shown; nobody there, no password."""
    if not sys.stdin.isatty():
        return None
    answer: str = click.prompt(
        f"{name} 的打开密码（直接回车跳过）", hide_input=True, default="", show_default=False, err=True
    )
    return answer or None


def _told(answer: FileRead) -> None:
    name = answer.path.name
    if answer.is_unknown:
        printer.warn(f"{name}：{answer.refusal}，没有读")
        return
    if answer.is_refused:
        printer.problem(UserError(answer.refusal, answer.remedy, where=name))
        return
    rows = sum(s.rows_in for s in answer.sheets)
    unknown = [h for s in answer.sheets for h in s.unknown]
    printer.step(f"{name}：{rows:,} 行" + (f"（没有用到的列：{'、'.join(unknown[:5])}）" if unknown else ""))
    for header, field in {h: f for s in answer.sheets for h, f in s.suggestions.items()}.items():
        printer.warn(f"{name} 的列“{header}”没有用：是否就是 {field}？是的话加 --map {name}:{header}={field}")


def _accepted(proposals: list[Proposal], yes: bool) -> list[Delivery]:
    """The proposals that a person (or --yes) accepts, one by one."""
    asks = not yes
    accepted = []
    for proposal in proposals:
        delivery = proposal.delivery
        period = f"，{delivery.start} 至 {delivery.end}" if delivery.start else ""
        line = f"{delivery.file} → {proposal.title}（{delivery.kind}{period}）"
        doubt = f" 注意：{proposal.doubt}" if proposal.doubt else ""
        if yes:
            printer.step(f"接受：{line}{doubt}")
            accepted.append(delivery)
            continue
        try:
            right = asks and click.confirm(f"{line}{doubt} 对吗？", default=not proposal.doubt, err=True)
        except click.Abort:
            asks = right = False
        if right:
            accepted.append(delivery)
        else:
            printer.warn(f"未接受：{line}{doubt}")
    if proposals and not accepted and not yes:
        printer.warn("没有人确认这些提议；核对无误后加 --yes 重新运行")
    return accepted


def _run(pack: Pack, reading: Reading, on: date, area: str | None, overlay: Path | None, engine_name: str) -> CountyRun:
    place = place_of(pack, reading, setup.feeds(), area)
    book = with_params(pack, place.code, overlay)
    return screen_county(reading, setup.feeds(), book, place, on, backend(engine_name), printer.step)


def with_params(pack: Pack, area: str, overlay: Path | None) -> Book:
    """The policy book with the county's own figures on top; lines that cannot be used are said and skipped."""
    book = setup.book(overlay)
    if pack.params is not None:
        book, problems = read_params(pack.params, book, area)
        for error in problems:
            printer.warn(error.text)
    return book


def _report(run: CountyRun, summary: Mapping[str, Any], out: Path, as_json: bool) -> None:
    if as_json:
        printer.say_json(summary)
        return
    for note in run.notes:
        printer.warn(note)
    rows = sum(f["rows_in"] for f in summary["files"])
    ends = {k: sum(f[k] for f in summary["files"]) for k in ("linked", "to_confirm", "unmatched", "rejected")}
    signals = sum(r["signals"] for r in summary["rules"].values())
    printer.say(f"{run.place.name or run.place.code} 截至 {run.as_of}（收入年度 {run.income_year}）")
    printer.say(
        f"读入 {rows:,} 行 = 比中 {ends['linked']:,} + 疑似待确认 {ends['to_confirm']:,}"
        f" + 未比中 {ends['unmatched']:,} + 退回 {ends['rejected']:,}"
    )
    printer.say(
        f"预警信号 {signals:,} 条，库外农户线索 {run.findings.outside.height:,} 行，质量问题 {run.quality.height:,} 处"
    )
    if unlisted := summary["unlisted_files"]:
        printer.warn(f"没有读的文件：{'、'.join(unlisted)}")
    if refused := summary["refused_files"]:
        printer.warn(f"被退回的文件：{'、'.join(f['file'] for f in refused)}")
    printer.say(f"打开 {out / '摘要.html'} 看结果；{out / '核查清单'} 里每个乡镇一本")
