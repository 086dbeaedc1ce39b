"""What a statement adds up to: exact, in fen; net income a head as a fraction; windows; months so far."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from shouwang.income.kinds import ALL, CONCEPTS, TITLES, WINDOW_KINDS
from shouwang.kernel.dates import Window, income_window, last_day_of_month
from shouwang.kernel.errors import UserError
from shouwang.kernel.money import yuan_text

MONTHS = 12


@dataclass(frozen=True)
class Totals:
    """The sums of a statement in fen."""

    wage: int = 0
    business: int = 0
    property: int = 0
    transfer: int = 0
    cost: int = 0
    self_paid: int = 0
    claims: int = 0

    def gross(self) -> int:
        """All four kinds."""
        return self.wage + self.business + self.property + self.transfer

    def net(self) -> int:
        """Without production cost. Rigid spending and insurance payments stay outside."""
        return self.gross() - self.cost

    def after_rigid(self) -> int:
        """Net income less rigid spending, plus insurance payments."""
        return self.net() - self.self_paid + self.claims

    def per_head(self, persons: int) -> Fraction:
        """Unrounded. Raises UserError without members."""
        if persons <= 0:
            raise UserError("没有计入的家庭成员，算不出人均", "至少计入一名家庭成员，写明理由")
        return Fraction(self.net(), persons)

    def by_kind(self) -> dict[str, int]:
        """Kind → fen."""
        return {kind: getattr(self, kind) for kind in ALL}


def add_up(lines: Iterable[tuple[str, int]]) -> Totals:
    """(kind, fen) → sums. Raises UserError for an unknown kind or a negative amount."""
    sums = dict.fromkeys(ALL, 0)
    for kind, amount in lines:
        if kind not in sums:
            raise UserError(f"没有收支类别 {kind!r}", f"选择：{'、'.join(TITLES.values())}")
        if amount < 0:
            raise UserError(
                f"{TITLES[kind]}里有负数 {yuan_text(amount)} 元", "收入和支出都写正数，成本写在生产经营性支出"
            )
        sums[kind] += amount
    return Totals(**sums)


def check_stated(totals: Totals, stated: int | None) -> None:
    """A stated total must equal its parts. Raises UserError with both numbers."""
    if stated is not None and stated != totals.gross():
        raise UserError(
            f"总收入 {yuan_text(stated)} 元，四项相加是 {yuan_text(totals.gross())} 元，差 {yuan_text(abs(stated - totals.gross()))} 元",
            "改正总数或分项，两者要相等",
        )


def window_of(kind: str, year: int, month: int = 0) -> Window:
    """The window of a year: income year, calendar year, or the twelve whole months that end before a month of it (trailing)."""
    if kind == "income_year":
        return income_window(year)
    if kind == "calendar_year":
        return Window(date(year, 1, 1), date(year, 12, 31))
    if kind == "trailing" and 1 <= month <= MONTHS:
        end = date(year, month, 1).replace(day=1)
        last = last_day_of_month(date(end.year - (end.month == 1), (end.month - 2) % 12 + 1, 1))
        return Window(end.replace(year=end.year - 1), last)
    raise UserError(f"没有收入核算期 {kind!r}", "选择收入年度、自然年或连续12个月")


def months_until(window: Window, on: date) -> int:
    """Whole months of a window that have passed by the end of `on`'s month: to August it is 8 of a calendar year, 11 of an income year."""
    passed = (on.year - window.start.year) * MONTHS + on.month - window.start.month + 1
    return max(0, min(passed, MONTHS))


def same_basis(one: Mapping[str, object], other: Mapping[str, object]) -> str:
    """Why two statements may not be compared (another concept, or windows of another kind); blank: they may."""
    for key, title, names in (("concept", "收入口径", CONCEPTS), ("window_kind", "核算期", WINDOW_KINDS)):
        if one[key] != other[key]:
            first, second = (names.get(str(x[key]), str(x[key])) for x in (one, other))
            return f"{title}不同（{first} 与 {second}），不能比较；用同一口径、同一核算期的两次核算比较"
    return ""
