"""集中排查明细表 out and back: one sheet a village with row codes; what comes back is entered as visits, missing and contradictory rows are named."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from shouwang.accounts.models import Assignment
from shouwang.cases.asked import names
from shouwang.cases.field_models import RoundLine
from shouwang.cases.rounds import Coverage, Visit, record_visit
from shouwang.cases.words import CONCLUSION_TITLES, DEPARTMENTS, MANNER_TITLES, PRIORITY
from shouwang.documents.sheet_writer import Column, Sheet, write_workbook
from shouwang.intake.reading import lines_under, read_sent
from shouwang.kernel.dates import parse_iso
from shouwang.kernel.errors import UserError
from shouwang.registry.models import Household
from shouwang.registry.queries import shown_name
from shouwang.reports.checklist.row_codes import is_intact, row_code

VISITORS, DAY, MANNER, CONCLUSION, REASON, DEPARTMENT, CODE = (
    "排查人(2人)",
    "排查日期",
    "方式",
    "结论",
    "情况",
    "转办部门",
    "行码",
)
COLUMNS = (
    Column("序号", 5), Column("户编号", 19), Column("户主", 9), Column("人口", 6), Column("必访原因", 18), Column(VISITORS, 14, True),
    Column(DAY, 12, True), Column(MANNER, 9, True, tuple(MANNER_TITLES.values())), Column(CONCLUSION, 11, True, tuple(CONCLUSION_TITLES.values())),
    Column(REASON, 30, True), Column(DEPARTMENT, 11, True, DEPARTMENTS), Column(CODE, 24),
)  # fmt: skip
SUMMARY = (Column("乡镇村", 24), Column("应排查", 9), Column("已排查", 9), Column("发现风险", 9), Column("没有结论", 9))
SUMMED = ("households", "visited", "found", "open_findings")
NOTE = "白底的栏由排查人填写，两人签名；没有变化也要写结论。“行码”不要改动，交回后由它找到这一户。"
FILLED = (VISITORS, DAY, MANNER, CONCLUSION, REASON, DEPARTMENT)


def code_of(line: RoundLine, starts_on: date) -> str:
    """The row code of a household in a round."""
    return row_code(starts_on.strftime("%Y%m%d"), f"{line.round_id}L{line.pk}")


def workbook(title: str, starts_on: date, lines: Sequence[RoundLine], counts: Sequence[tuple[str, Coverage]]) -> bytes:
    """明细表, a sheet a village, and 统计表."""
    homes = Household.objects.in_bulk([line.household_id for line in lines])
    villages: dict[str, list[RoundLine]] = {}
    for line in lines:
        villages.setdefault(homes[line.household_id].village, []).append(line)
    sheets = [
        Sheet(
            village,
            f"{title} {village} 明细表（{len(rows)}户）",
            NOTE,
            COLUMNS,
            [
                _row(n, line, homes[line.household_id], starts_on)
                for n, line in enumerate(
                    rows,
                    1,
                )
            ],
        )
        for village, rows in villages.items()
    ]
    table = [(name, c.households, c.visited, c.found, c.open_findings) for name, c in counts]
    total = tuple(sum(getattr(c, key) for _name, c in counts) for key in SUMMED)
    sheets.append(Sheet("统计表", f"{title} 统计表", "由明细汇总，不需要填写。", SUMMARY, [*table, ("合计", *total)]))
    with tempfile.TemporaryDirectory(prefix="shouwang-") as scratch:
        path = Path(scratch) / "round.xlsx"
        write_workbook(path, sheets, starts_on)
        return path.read_bytes()


def _row(n: int, line: RoundLine, home: Household, starts_on: date) -> tuple[str | int | None, ...]:
    return (
        n, home.number, shown_name(home.head_name), home.persons, "、".join(PRIORITY.get(g, g) for g in line.groups), line.visitors, str(line.visited_on or ""),
        MANNER_TITLES.get(line.manner, ""), CONCLUSION_TITLES.get(line.conclusion, ""), line.reason, line.referred_to, code_of(line, starts_on),
    )  # fmt: skip


@dataclass(frozen=True)
class Back:
    """What came back: rows read = entered + contradictory + blank; households that are still missing in the villages of the sheets."""

    read: int
    entered: int
    blank: int
    wrong: list[tuple[int, str]]
    missing: list[str]


def read_back(
    round_id: int, starts_on: date, name: str, data: bytes, by: Assignment, at: datetime, today: date
) -> Back:
    """Enter the filled rows of a sheet. A row that was altered, or contradicts itself, is named and not entered."""
    lines = {code_of(line, starts_on): line for line in RoundLine.objects.filter(round_id=round_id)}
    read = entered = blank = 0
    wrong: list[tuple[int, str]] = []
    seen: set[str] = set()
    for row, cells in _rows(name, data):
        read += 1
        code = cells.get(CODE, "")
        if not any(cells.get(c) for c in FILLED):
            blank += 1
            continue
        try:
            _enter(_line_of(code, lines, seen), cells, by, at, today)
            entered += 1
            seen.add(code)
        except UserError as error:
            wrong.append((row, error.text))
    areas = {lines[c].area_code for c in seen}
    absent = RoundLine.objects.filter(round_id=round_id, area_code__in=areas, visited_on__isnull=True)
    homes = Household.objects.filter(pk__in=absent.values("household_id")).order_by("area_code", "pk")
    missing = [f"{home.number} {shown_name(home.head_name)}" for home in homes]
    return Back(read, entered, blank, wrong, missing)


def _line_of(code: str, lines: dict[str, RoundLine], seen: set[str]) -> RoundLine:
    if not is_intact(code):
        raise UserError(f"行码 {code!r} 缺失或被改动", "用发出的表，不改行码一栏")
    if code in seen:
        raise UserError("这一户在表里填了两次", "只留一行")
    if code not in lines:
        raise UserError("这一行不是这次排查的，或不在您的范围内", "核对是不是这次排查、这个村的表")
    return lines[code]


def _enter(line: RoundLine, cells: dict[str, str], by: Assignment, at: datetime, today: date) -> None:
    keys = {title: key for key, title in CONCLUSION_TITLES.items()}
    manners = {title: key for key, title in MANNER_TITLES.items()}
    day = parse_iso(cells.get(DAY, "").replace("/", "-").split(" ")[0])
    if day is None:
        raise UserError(f"排查日期 {cells.get(DAY, '')!r} 无法识别", "写 YYYY-MM-DD")
    said = Visit(
        names(cells.get(VISITORS, "")), day, manners.get(cells.get(MANNER, ""), cells.get(MANNER, "")),
        keys.get(cells.get(CONCLUSION, ""), cells.get(CONCLUSION, "")), cells.get(REASON, ""), cells.get(DEPARTMENT, ""), True,
    )  # fmt: skip
    if said.conclusion == "none" and said.referred_to:
        raise UserError(f"结论是“无风险”，又写了转办部门 {said.referred_to}", "二者改一个")
    record_visit(line, said, by, at, today)


def _rows(name: str, data: bytes) -> list[tuple[int, dict[str, str]]]:
    found = lines_under(read_sent(name, data), (CODE,))
    if not found:
        raise UserError("没有一张表带“行码”一栏", "交回由本系统发出的排查表", where=name)
    return found
