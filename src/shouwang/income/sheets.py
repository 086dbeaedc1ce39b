"""收入核算表 out and back: one row a household, one column an item, prefilled with what is known; what comes back is entered, wrong rows are named."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from django.utils.timezone import localdate

from shouwang.accounts.models import Assignment
from shouwang.documents.sheet_writer import Column, Sheet, write_workbook
from shouwang.income import listing
from shouwang.income.entering import Line, Stated, basis_of, checked, enter_many, unchanged_since
from shouwang.income.forms import amount_of, known_as_lines, lines_of
from shouwang.income.kinds import ALL, BY_RATIO, ITEMS, SOURCES
from shouwang.income.known import SHAPE, known
from shouwang.income.models import Item, Statement
from shouwang.intake.reading import lines_under, read_sent
from shouwang.kernel.dates import parse_iso
from shouwang.kernel.errors import SHORTEST_REASON, UserError
from shouwang.kernel.money import yuan_text
from shouwang.registry.models import Household, Person
from shouwang.registry.queries import my_range, shown_name
from shouwang.ui.paging import whole

MOST = 5_000
NUMBER, VILLAGE, HEAD, MEMBERS, COUNTED, LEFT_OUT, TOTAL, SOURCE, VISITORS, UNTIL, WHY, VERSION = (
    "户编号", "村", "户主", "家庭成员", "计入人数", "不计入的人和理由", "总收入(校核)", "来源", "调查人", "已收到截至", "更正理由", "版本",
)  # fmt: skip
LATER = "(预计还有)"
COLUMNS = [(kind, item) for kind in ALL for item in ITEMS[kind] if item != BY_RATIO]
NOTE = (
    "白底的栏可改，金额写元；已知的已经填上。一户一行，没有的项目留空。不计入的人写“姓名：理由；姓名：理由”。"
    "没填生产成本的按本地成本率计算。已填过的户改了要写更正理由；不要改户编号。"
)


Title = tuple[str, str, str, bool]  # of a column: its text, kind, item, expected


def _titles(forecast: bool) -> list[Title]:
    found: list[Title] = []
    for kind, item in COLUMNS:
        found.append((item, kind, item, False))
        if forecast:
            found.append((f"{item}{LATER}", kind, item, True))
    return found


def workbook(area: str, year: int, today: date, forecast: bool, hids: Sequence[int] | None = None) -> tuple[bytes, int]:
    """The sheet of an area's households (those on a list, or all), and how many. Raises UserError above a size that people still open."""
    lo, hi = my_range(area)
    found = Household.objects.filter(area_code__gte=lo, area_code__lt=hi, dissolved_on__isnull=True).order_by(
        "area_code", "pk"
    )
    homes = list((found.filter(pk__in=hids) if hids is not None else found)[: MOST + 1])
    if len(homes) > MOST:
        raise UserError(f"这个区域超过 {MOST} 户", "按乡镇或村下载，或先选一张清单")
    ids = [h.pk for h in homes]
    people, before, titles = _people(ids), _before(area, year, today, forecast, ids), _titles(forecast)
    columns = (
        Column(NUMBER, 19), Column(VILLAGE, 9), Column(HEAD, 8), Column(MEMBERS, 18), Column(COUNTED, 6, True), Column(LEFT_OUT, 16, True),
        *(Column(title, 9, True) for title, *_ in titles), Column(TOTAL, 11, True), Column(SOURCE, 9, True, tuple(SOURCES.values())),
        Column(VISITORS, 12, True), *([Column(UNTIL, 11, True)] if forecast else []), Column(WHY, 14, True), Column(VERSION, 6),
    )  # fmt: skip
    rows = [_row(home, people.get(home.pk, {}), before, titles, today if forecast else None) for home in homes]
    title = f"{year}年度收入{'预计' if forecast else '核算'}表（{len(rows)}户）"
    with tempfile.TemporaryDirectory(prefix="shouwang-") as scratch:
        path = Path(scratch) / "income.xlsx"
        write_workbook(path, [Sheet(f"{year}收入", title, NOTE, columns, rows)], today)
        return path.read_bytes(), len(rows)


@dataclass(frozen=True)
class Before:
    """What stood before: the current statements by household, and the lines of each (its statement's, else what is known)."""

    stated: dict[int, Statement]
    lines: dict[int, list[Line]]


def _row(
    home: Household, names: Mapping[int, str], before: Before, titles: Sequence[Title], today: date | None
) -> list[str | int | None]:
    statement = before.stated.get(home.pk)
    amounts = {(x.kind, x.item, x.expected): x.amount for x in _merged(before.lines.get(home.pk, ()))}
    why = {m[0]: m[2] for m in statement.members if not m[1]} if statement else {}
    left_out = [f"{name}：{why[pk]}" for pk, name in names.items() if pk in why]
    until = [str((statement.until if statement else None) or today)] if today else []
    return [
        home.number, home.village, shown_name(home.head_name), "、".join(names.values()), len(names) - len(left_out), "；".join(left_out),
        *(_yuan(amounts.get((kind, item, later))) for _, kind, item, later in titles), "", SOURCES["visit"], "", *until, "",
        statement.version if statement else 0,
    ]  # fmt: skip


def _yuan(amount: int | None) -> str:
    return "" if not amount else yuan_text(amount).replace(",", "").removesuffix(".00")


def _people(hids: Sequence[int]) -> dict[int, dict[int, str]]:
    found: dict[int, dict[int, str]] = {}
    for home, pk, name in (
        Person.objects.filter(household_id__in=list(hids)).order_by("number").values_list("household_id", "pk", "name")
    ):
        found.setdefault(home, {})[pk] = shown_name(name)
    return found


def _statements(hids: Sequence[int], year: int, forecast: bool, today: date) -> dict[int, Statement]:
    """Current statements of the area's basis, by household."""
    if not hids:
        return {}
    area = Household.objects.values_list("area_code", flat=True).get(pk=hids[0])
    basis = basis_of(area, year, today)
    found = Statement.objects.filter(
        household_id__in=list(hids),
        window_kind=basis.kind,
        window_end=basis.window.end,
        is_forecast=forecast,
        replaced_at__isnull=True,
    )
    return {s.household_id: s for s in found}


def _known(area: str, hids: Sequence[int], year: int, forecast: bool, today: date) -> dict[int, list[Line]]:
    if not hids:
        return {}
    code = Household.objects.values_list("area_code", flat=True).get(pk=hids[0])
    window = basis_of(code, year, today).window
    frame = known(area, window, min(today, window.end), list(hids), None if forecast else year).lines
    parts = frame.partition_by("hid", as_dict=True) if frame.height else {}
    return {
        int(key[0]): [x for x in known_as_lines(part.select(*SHAPE)) if forecast or not x.expected]
        for key, part in parts.items()
    }


def _before(area: str, year: int, today: date, forecast: bool, hids: Sequence[int]) -> Before:
    stated = _statements(hids, year, forecast, today)
    lines = _known(area, [h for h in hids if h not in stated], year, forecast, today)
    by_statement = {s.pk: home for home, s in stated.items()}
    items: dict[int, list[Item]] = {}
    for item in Item.objects.filter(statement_id__in=list(by_statement)):
        items.setdefault(by_statement[item.statement_id], []).append(item)
    return Before(stated, lines | {home: lines_of(items.get(home, [])) for home in stated})


def _merged(lines: Iterable[Line]) -> list[Line]:
    """One amount an item: a sheet has no column for each person."""
    found: dict[tuple[str, str, bool], Line] = {}
    for x in lines:
        key = (x.kind, x.item, x.expected)
        found[key] = replace(x, amount=x.amount + found[key].amount if key in found else x.amount)
    return list(found.values())


@dataclass(frozen=True)
class Back:
    """What came back: rows read = entered + unchanged + blank + wrong (row of the sheet, what is wrong and what to do)."""

    read: int
    entered: int
    unchanged: int
    blank: int
    wrong: list[tuple[int, str]]


def read_back(area: str, year: int, forecast: bool, name: str, data: bytes, by: Assignment, at: datetime) -> Back:
    """Enter the rows of a sheet that came back. Wrong rows are named and not entered; all others are; rows nobody touched stay as they are."""
    today = localdate(at)
    found = lines_under(read_sent(name, data), (NUMBER, COUNTED))
    if not found:
        raise UserError(f"没有一张表带“{NUMBER}”和“{COUNTED}”两栏", "交回由本系统发出的收入核算表", where=name)
    lo, hi = my_range(area)
    numbers = [cells.get(NUMBER, "") for _, cells in found]
    homes = {h.number: h for h in Household.objects.filter(number__in=numbers, area_code__gte=lo, area_code__lt=hi)}
    ids = [h.pk for h in homes.values()]
    people, before = _people(ids), _before(area, year, today, forecast, ids)
    titles = _titles(forecast)
    seen: set[str] = set()
    wrong: list[tuple[int, str]] = []
    sent: list[tuple[Household, Stated, str]] = []
    blank = unchanged = 0
    for row, cells in found:
        try:
            home = _home(cells.get(NUMBER, ""), homes, seen)
            lines, old = before.lines.get(home.pk, []), before.stated.get(home.pk)
            said = _said(cells, titles, people.get(home.pk, {}), lines, year, forecast)
            if not said.lines and old is None:
                blank += 1
            elif _same(said, old, lines):
                unchanged += 1
            else:
                sent.append((home, _sayable(home, said, old, cells.get(WHY, ""), by, today), cells.get(WHY, "")))
        except UserError as error:
            wrong.append((row, error.text))
    enter_many(sent, by, at)
    if sent:
        listing.refresh(area, year - forecast, today, [home.pk for home, _, _ in sent])
    return Back(len(found), len(sent), unchanged, blank, wrong)


def _sayable(home: Household, said: Stated, old: Statement | None, why: str, by: Assignment, today: date) -> Stated:
    """The row if it may be entered. Raises UserError."""
    if not said.visitors.strip():
        raise UserError(f"没有写{VISITORS}", "写入户调查的人，两人都写")
    unchanged_since(said, old, by)
    if old is not None and not said.is_forecast and len(why.strip()) < SHORTEST_REASON:
        raise UserError("这一户已有核算，改了没有写更正理由", f"在“{WHY}”写至少 {SHORTEST_REASON} 个字，或恢复原数")
    checked(home, said, today)
    return said


def _home(number: str, homes: Mapping[str, Household], seen: set[str]) -> Household:
    if not number:
        raise UserError(f"没有{NUMBER}", "用发出的表，不改户编号")
    if number not in homes:
        raise UserError(f"户编号 {number[:24]!r} 不在您的区域，或没有登记", "核对户编号；别的村的户由那个村填")
    if number in seen:
        raise UserError(f"户编号 {number} 在表里有两行", "只留一行")
    seen.add(number)
    return homes[number]


def _said(
    cells: Mapping[str, str], titles: Sequence[Title], people: Mapping[int, str], before: Sequence[Line], year: int, forecast: bool
) -> Stated:  # fmt: skip
    sources = {title: key for key, title in SOURCES.items()}
    given = cells.get(SOURCE, "").strip()
    if given and given not in sources:
        raise UserError(f"来源 {given[:12]!r} 无法识别", f"选择：{'、'.join(SOURCES.values())}")
    own: dict[tuple[str, str, bool], list[Line]] = {}
    for x in before:
        own.setdefault((x.kind, x.item, x.expected), []).append(x)
    lines: list[Line] = []
    for title, kind, item, later in titles:
        text = cells.get(title, "").replace(",", "").replace("，", "").strip()
        amount = amount_of(text, title) if text else 0
        old = own.get((kind, item, later), [])
        if amount and amount == sum(x.amount for x in old):
            lines += old  # as it was known: source, evidence and person stay
        elif amount:
            lines.append(
                Line(
                    kind,
                    item,
                    amount,
                    sources.get(given, "visit"),
                    expected=later,
                    measure=old[0].measure if old else None,
                )
            )
    total = amount_of(cells[TOTAL].replace(",", ""), TOTAL) if cells.get(TOTAL, "").strip() else None
    until = _until(cells.get(UNTIL, "")) if forecast else None
    seen = whole(cells.get(VERSION, "").removesuffix(".0"))
    return Stated(
        year, _members(cells, people), lines, total, cells.get(VISITORS, "")[:120], None, forecast, until, seen=seen
    )


def _until(text: str) -> date | None:
    found = parse_iso(text.strip().replace("/", "-").split(" ")[0]) if text.strip() else None
    if text.strip() and found is None:
        raise UserError(f"{UNTIL} {text[:12]!r} 无法识别", "写 YYYY-MM-DD")
    return found


def _members(cells: Mapping[str, str], people: Mapping[int, str]) -> list[tuple[int | None, bool, str]]:
    left: dict[str, str] = {}
    for part in cells.get(LEFT_OUT, "").replace(";", "；").split("；"):
        name, _, why = part.strip().replace(":", "：").partition("：")
        if name:
            left[name.strip()] = why.strip()
    names = list(people.values())
    strangers = [n for n in left if n not in names]
    if strangers:
        raise UserError(f"{strangers[0][:10]!r} 不是这一户的成员", f"成员：{'、'.join(names)}")
    twice = [n for n in left if names.count(n) > 1]
    if twice:
        raise UserError(f"这一户有两位 {twice[0][:10]}，分不清是哪一位不计入", "在这一户的收入核算页勾选")
    found = [(pk, name not in left, left.get(name, "")) for pk, name in people.items()]
    count = cells.get(COUNTED, "").strip()
    counted = sum(is_in for _, is_in, _ in found)
    if count and count.removesuffix(".0") != str(counted):
        raise UserError(
            f"{COUNTED}写 {count[:6]}，成员 {len(found)} 人里不计入 {len(left)} 人，应是 {counted}",
            f"在“{LEFT_OUT}”写明谁不计入和理由",
        )
    return list(found)


def _same(said: Stated, statement: Statement | None, before: Sequence[Line]) -> bool:
    """Whether a row says nothing new. What is only prefilled becomes a statement once somebody signs for it as visitor."""
    mine = {(x.kind, x.item, x.expected): x.amount for x in _merged(said.lines)}
    theirs = {(x.kind, x.item, x.expected): x.amount for x in _merged(before)}
    if statement is None:
        return mine == theirs and not said.visitors.strip() and all(is_in for _, is_in, _ in said.members)
    counted = {m[0] for m in said.members if m[1]}
    return mine == theirs and counted == {m[0] for m in statement.members if m[1]}


def listed(area: str, year: int, key: str) -> list[int]:
    """Households of a list, for the sheet of that list alone."""
    return list(listing.on_list(area, year, key).values_list("household_id", flat=True))
