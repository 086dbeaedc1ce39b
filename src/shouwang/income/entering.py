"""Entering and correcting statements, one household or a whole sheet of them; the household's signature."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from shouwang.accounts.audit.write import record
from shouwang.accounts.models import Assignment
from shouwang.cases.limits import number, words
from shouwang.income.kinds import BUSINESS, BY_RATIO, COST, COST_RATIO, ITEMS, NOT_INCOME, SOURCES, TITLES
from shouwang.income.models import Item, Statement
from shouwang.income.statements import Totals, add_up, check_stated, window_of
from shouwang.kernel.areas import COUNTY_DIGITS
from shouwang.kernel.dates import Window
from shouwang.kernel.errors import UserError, given_day, given_reason
from shouwang.kernel.money import yuan_text
from shouwang.registry.models import Household

TRAILING = "trailing"


@dataclass(frozen=True)
class Line:
    """One amount: kind, item, fen, source, evidence; whose; expected or received; by which of the fifteen measures."""

    kind: str
    item: str
    amount: int
    source: str = "said"
    evidence: str = ""
    person_id: int | None = None
    expected: bool = False
    measure: int | None = None


@dataclass(frozen=True)
class Stated:
    """A statement as handed in: year, members (person id, counted, reason), lines, a stated total, visitors, signature.

    `seen`: the version that was on the screen or in the sheet (0: none yet); another one by now is somebody else's work and is not overwritten.
    `month`: the statement of an identification, over the twelve whole months before that month of the year; 0: of the year itself.
    """

    year: int
    members: Sequence[tuple[int | None, bool, str]]
    lines: Sequence[Line]
    total: int | None = None
    visitors: str = ""
    signed_on: date | None = None
    is_forecast: bool = False
    until: date | None = None
    month: int = 0
    seen: int | None = None


@dataclass(frozen=True)
class Basis:
    """By which window and concept an area counts."""

    kind: str
    window: Window
    concept: str


def basis_of(area: str, year: int, on: date, month: int = 0) -> Basis:
    """The area's window kind and concept; with a month, the twelve months before it."""
    county = area[:COUNTY_DIGITS]
    kind = TRAILING if month else words(county, "income_window_kind", on) or "income_year"
    return Basis(kind, window_of(kind, year, month), words(county, "income_concept", on) or "net")


def checked(home: Household, said: Stated, on: date) -> tuple[list[Line], Totals, int]:
    """Lines with cost by ratio, their sums, members counted. Raises UserError for whatever cannot be true."""
    lines = [*said.lines, *_cost_by_ratio(home.area_code, said)]
    totals = add_up((line.kind, line.amount) for line in lines)
    check_stated(totals, said.total)
    _check_lines(lines)
    counted = _counted(said.members)
    totals.per_head(counted)
    if said.is_forecast and said.until is not None and said.until > on:
        raise UserError(f"已收到截至 {said.until} 在今天之后", "写已经收到的最后一天，以后的写在“预计还有”")
    return lines, totals, counted


def enter(household: Household, said: Stated, by: Assignment, at: datetime, why: str = "") -> Statement:
    """Keep a statement; an earlier one of the same window becomes an old version, and says why. All parts must add up."""
    return enter_many([(household, said, why)], by, at)[0]


def enter_many(sent: Sequence[tuple[Household, Stated, str]], by: Assignment, at: datetime) -> list[Statement]:
    """Statements of several households of one county, one each, in one transaction. Raises UserError for the first that cannot be kept."""
    with transaction.atomic():
        before = _current([home.pk for home, _, _ in sent])
        bases: dict[tuple[str, int, int], Basis] = {}
        made, parts, replaced = [], [], []
        for home, said, why in sent:
            lines, totals, counted = checked(home, said, localdate(at))
            key = (home.area_code[:COUNTY_DIGITS], said.year, said.month)
            if key not in bases:
                bases[key] = basis_of(*key[:2], localdate(at), said.month)
            basis = bases[key]
            old = before.get((home.pk, basis.kind, basis.window.end, said.is_forecast))
            unchanged_since(said, old, by)
            if old is not None:
                why = why if said.is_forecast else given_reason(why, "更正收入")
                replaced.append(old.pk)
            made.append(_statement(home, said, basis, totals, counted, old.version + 1 if old else 1, why, by, at))
            parts.append(lines)
        Statement.objects.filter(pk__in=replaced).update(replaced_at=at)
        try:
            with transaction.atomic():
                Statement.objects.bulk_create(made)
        except IntegrityError:
            raise UserError("其中一户的收入刚被别人填了", "刷新页面或重新下载表，看过再填") from None
        Item.objects.bulk_create(
            Item(area_code=s.area_code, statement_id=s.pk, household_id=s.household_id, kind=x.kind, item=x.item, amount=x.amount,
                 person_id=x.person_id, expected=x.expected, source=x.source, evidence=x.evidence[:120], measure=x.measure)
            for s, lines in zip(made, parts, strict=True) for x in lines
        )  # fmt: skip
    if len(made) == 1:
        record(
            "statement",
            "household",
            made[0].household_id,
            role=by.role,
            area=made[0].area_code,
            year=made[0].year,
            version=made[0].version,
        )
    elif made:
        record("statement", "income", made[0].year, role=by.role, rows=len(made))
    return made


def unchanged_since(said: Stated, old: Statement | None, by: Assignment) -> None:
    """Raises UserError where somebody else changed the household after the version that `by` looked at."""
    now = old.version if old else 0
    if said.seen not in (None, now) and old is not None and old.recorded_by != by.user_id:
        raise UserError(
            f"这一户的收入刚被别人改过：您看到的是第 {said.seen} 版，现在是第 {now} 版",
            "刷新页面或重新下载表，看过再改",
        )


def _current(hids: Sequence[int]) -> dict[tuple[int, str, date, bool], Statement]:
    found = Statement.objects.select_for_update().filter(household_id__in=hids, replaced_at__isnull=True)
    return {(s.household_id, s.window_kind, s.window_end, s.is_forecast): s for s in found}


def _statement(
    home: Household, said: Stated, basis: Basis, totals: Totals, counted: int, version: int, why: str, by: Assignment, at: datetime
) -> Statement:  # fmt: skip
    return Statement(
        area_code=home.area_code, household_id=home.pk, year=said.year, window_kind=basis.kind, window_start=basis.window.start,
        window_end=basis.window.end, concept=basis.concept, is_forecast=said.is_forecast, until=said.until, persons=counted,
        members=[list(m) for m in said.members], visitors=said.visitors.strip()[:120], signed_on=said.signed_on, version=version, why=why[:200],
        recorded_by=by.user_id, recorded_at=at, **totals.by_kind(),
    )  # fmt: skip


def _check_lines(lines: Sequence[Line]) -> None:
    for line in lines:
        if line.item in NOT_INCOME or any(word in line.item for word in ("贷款", "借款")):
            raise UserError(f"{line.item} 不是收入", "贷款、借款和一次性慰问不计入；卖产品的钱写在生产经营性收入")
        if line.item not in ITEMS[line.kind]:
            raise UserError(f"{TITLES[line.kind]}里没有“{line.item}”", f"选择：{'、'.join(ITEMS[line.kind])}")
        if line.source not in SOURCES:
            raise UserError(
                f"{line.item} {yuan_text(line.amount)} 元没有写来源", f"选择：{'、'.join(SOURCES.values())}"
            )


def _counted(members: Sequence[tuple[int | None, bool, str]]) -> int:
    for _person, is_in, reason in members:
        if not is_in and not reason.strip():
            raise UserError("有成员不计入而没有写理由", "逐人写明为什么不计入，如 已出嫁、服刑")
    return sum(is_in for _, is_in, _ in members)


def cost_ratios(area: str, year: int) -> dict[str, int]:
    """Item → percent of its gross receipts that counts as cost, as far as the area has figures."""
    on = window_of("income_year", year).end
    found = {item: number(area[:COUNTY_DIGITS], name, on) for item, name in COST_RATIO.items()}
    return {item: ratio for item, ratio in found.items() if ratio is not None}


def _cost_by_ratio(area: str, said: Stated) -> list[Line]:
    """Production cost by the local ratio, where nobody stated any cost."""
    if any(line.kind == COST for line in said.lines) or not any(line.item in COST_RATIO for line in said.lines):
        return []
    ratios = cost_ratios(area, said.year)
    return [
        Line(
            COST,
            BY_RATIO,
            line.amount * ratios[line.item] // 100,
            "known",
            f"{line.item} {ratios[line.item]}%",
            expected=line.expected,
        )
        for line in said.lines
        if line.kind == BUSINESS and line.item in ratios and line.amount
    ]


def sign(statement: Statement, on: date, by: Assignment, today: date) -> None:
    """收入明细确认表 signed by the household."""
    since = localdate(statement.recorded_at)
    given_day(on, today, "签字日期", "写户主签字的日期", since=since, since_what="填写")
    Statement.objects.filter(pk=statement.pk, replaced_at__isnull=True).update(signed_on=on)
    record("statement_signed", "household", statement.household_id, role=by.role, area=statement.area_code)
