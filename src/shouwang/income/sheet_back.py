"""A 收入核算表 that came back: good rows are entered, wrong ones named, untouched ones stay as they are; the counts add up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.timezone import localdate

from shouwang.accounts.models import Assignment
from shouwang.income import listing
from shouwang.income.entering import Line, Stated, checked, enter_many, unchanged_since
from shouwang.income.forms import amount_of
from shouwang.income.kinds import SOURCES
from shouwang.income.models import Statement
from shouwang.income.sheets import (
    COUNTED,
    LEFT_OUT,
    NUMBER,
    SOURCE,
    TOTAL,
    UNTIL,
    VERSION,
    VISITORS,
    WHY,
    Title,
    merged,
    people_of,
    standing,
    titles_of,
)
from shouwang.intake.reading import lines_under, read_sent
from shouwang.kernel.dates import parse_iso
from shouwang.kernel.errors import UserError, given_reason
from shouwang.registry.models import Household
from shouwang.registry.queries import my_range
from shouwang.ui.paging import whole


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
    people, before = people_of(ids), standing(area, year, today, forecast, ids)
    titles = titles_of(forecast)
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
    if old is not None and not said.is_forecast:
        given_reason(why, f"这一户已有核算，改了在“{WHY}”")
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
    mine = {(x.kind, x.item, x.expected): x.amount for x in merged(said.lines)}
    theirs = {(x.kind, x.item, x.expected): x.amount for x in merged(before)}
    if statement is None:
        return mine == theirs and not said.visitors.strip() and all(is_in for _, is_in, _ in said.members)
    counted = {m[0] for m in said.members if m[1]}
    return mine == theirs and counted == {m[0] for m in statement.members if m[1]}
