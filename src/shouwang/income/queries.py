"""Reads of one household's incomes: statements, the two years side by side, why they differ, the same members compared; running forecasts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import Q, QuerySet

from shouwang.income.entering import Basis, basis_of
from shouwang.income.explain import (
    REGISTERED,
    Amount,
    Bar,
    Pair,
    Same,
    aligned,
    by_item,
    same_members,
    side_by_side,
    waterfall,
)
from shouwang.income.frames import EXPECTED, RECEIVED, SHEET_KEYS
from shouwang.income.kinds import ALL, WAGE
from shouwang.income.models import Item, Statement
from shouwang.income.statements import same_basis
from shouwang.registry.models import Household, Membership, YearSheet
from shouwang.registry.queries import newest_sheet

FORECASTS = f"""SELECT s.household_id, s.until, s.persons, {RECEIVED}, {EXPECTED} FROM income_statement s LEFT JOIN income_item i ON i.statement_id = s.id
WHERE s.replaced_at IS NULL AND s.is_forecast AND s.year = %s AND s.household_id = ANY (%s) GROUP BY 1, 2, 3"""


def statement_of(home: Household, basis: Basis, *, forecast: bool = False) -> Statement | None:
    """The current statement over a window."""
    return versions(home, basis, forecast=forecast).filter(replaced_at__isnull=True).first()


def versions(home: Household, basis: Basis, *, forecast: bool = False) -> QuerySet[Statement]:
    """All versions over a window, the newest first."""
    found = Statement.objects.filter(
        household_id=home.pk, window_kind=basis.kind, window_end=basis.window.end, is_forecast=forecast
    )
    return found.order_by("-version")


@dataclass(frozen=True)
class Year:
    """What a closed year of a household came to: its amounts, who was counted, and the statement if there is one."""

    amounts: tuple[Amount, ...]
    persons: frozenset[int] | None
    statement: Statement | None

    def by_item(self) -> dict[tuple[str, str], int]:
        """(kind, item) → fen."""
        return by_item(self.amounts)


def year_of(home: Household, year: int, on: date) -> Year | None:
    """A closed year over the area's window as of a day: the statement's items, else the yearly sheet's parts; None where nothing is known."""
    basis = basis_of(home.area_code, year, on)
    statement = statement_of(home, basis)
    if statement is not None:
        items = Item.objects.filter(statement_id=statement.pk)
        counted = [m[0] for m in statement.members if m[1]]
        persons = frozenset(p for p in counted if p is not None) if None not in counted else None
        return Year(tuple(Amount(i.kind, i.item, i.amount, i.person_id) for i in items), persons, statement)
    sheet = newest_sheet(home.pk, year)
    if sheet is None or any(sheet.data.get(k) is None for k in SHEET_KEYS[:5]):
        return None
    sums = {
        kind: int(sheet.data[key]) for kind, key in zip(ALL, SHEET_KEYS, strict=True) if sheet.data.get(key) is not None
    }
    wages = _wages(home.pk, year)
    own = tuple(Amount(WAGE, REGISTERED, fen, person) for person, fen in wages.items())
    sums[WAGE] -= sum(wages.values())
    if sums[WAGE] < 0:  # the persons' wages exceed the household's: only the household's sum is used
        own, sums[WAGE] = (), sums[WAGE] + sum(wages.values())
    rest = (Amount(kind, REGISTERED, fen, None) for kind, fen in sums.items() if fen)
    return Year((*own, *rest), _members(home.pk, basis.window.end), None)


def _wages(household_id: int, year: int) -> dict[int, int]:
    sheets = YearSheet.objects.filter(
        household_id=household_id, year=year, person_id__isnull=False, retracted_at__isnull=True
    )
    return {s.person_id: int(s.data["wage"]) for s in sheets.order_by("pk") if s.person_id and s.data.get("wage")}


def _members(household_id: int, on: date) -> frozenset[int]:
    held = Membership.objects.filter(
        Q(since__isnull=True) | Q(since__lte=on), Q(until__isnull=True) | Q(until__gt=on), household_id=household_id
    )
    return frozenset(held.values_list("person_id", flat=True))


@dataclass(frozen=True)
class Compared:
    """Two years of a household: the waterfall, the lines side by side, the members of both years; or why they cannot be compared."""

    bars: list[Bar]
    lines: list[Pair]
    same: Same | None
    hindrance: str = ""


def compared(home: Household, year: int, on: date) -> Compared | None:
    """From the year before to this year, over the area's window as of a day; None where one is not known."""
    before, now = year_of(home, year - 1, on), year_of(home, year, on)
    if before is None or now is None:
        return None
    if before.statement is not None and now.statement is not None:
        hindrance = same_basis(before.statement.__dict__, now.statement.__dict__)
        if hindrance:
            return Compared([], [], None, hindrance)
    then, today = aligned(before.by_item(), now.by_item())
    same = (
        same_members(before.amounts, before.persons, now.amounts, now.persons)
        if before.persons and now.persons
        else None
    )
    return Compared(waterfall(then, today), side_by_side(then, today), same)


@dataclass(frozen=True)
class Forecast:
    """本年 1–N 月 and what is still expected, net, in fen."""

    until: date | None
    persons: int
    received: int
    expected: int

    @property
    def net(self) -> int:
        """Both together."""
        return self.received + self.expected


def forecasts(hids: Sequence[int], year: int) -> dict[int, Forecast]:
    """The running forecasts of a year for some households."""
    with connection.cursor() as cursor:
        cursor.execute(FORECASTS, [year, list(hids)])
        return {hid: Forecast(*rest) for hid, *rest in cursor.fetchall()}
