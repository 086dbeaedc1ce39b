"""Why an income changed: from last year to this by kind and item; the parts add up to the whole, to the fen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from shouwang.income.kinds import ALL, COST, INCOME, TITLES

REGISTERED = "登记"  # an amount of a yearly sheet, which says no item
ByItem = Mapping[tuple[str, str], int]


@dataclass(frozen=True)
class Bar:
    """One step of the waterfall: title, fen up or down, where it begins and ends, the items behind it, and its kind (blank: a total)."""

    title: str
    change: int
    start: int
    end: int
    items: tuple[tuple[str, int], ...] = ()
    kind: str = ""


def waterfall(before: ByItem, now: ByItem) -> list[Bar]:
    """(kind, item) → fen of two years; gives 上年, one bar a kind (cost counts downwards), 本年."""
    first, last = _net(before), _net(now)
    bars, at = [Bar("上年纯收入", first, 0, first)], first
    for kind in (*INCOME, COST):
        sign = -1 if kind == COST else 1
        items = sorted({i for k, i in (*before, *now) if k == kind})
        changes = tuple((i, sign * (now.get((kind, i), 0) - before.get((kind, i), 0))) for i in items)
        change = sum(c for _, c in changes)
        moved = tuple((i, c) for i, c in changes if c)
        bars.append(Bar(TITLES[kind], change, at, at + change, moved, kind))
        at += change
    return [*bars, Bar("本年纯收入", last, 0, last)]


def _net(amounts: ByItem) -> int:
    return sum((-a if kind == COST else a) for (kind, _), a in amounts.items() if kind in (*INCOME, COST))


def aligned(before: ByItem, now: ByItem) -> tuple[dict[tuple[str, str], int], dict[tuple[str, str], int]]:
    """The same two years, each kind by item only where both years know its items; else as the kind's sum (a blank item)."""
    whole = {kind for kind, item in (*before, *now) if item == REGISTERED}

    def shown(amounts: ByItem) -> dict[tuple[str, str], int]:
        return _added(((kind, "" if kind in whole else item), fen) for (kind, item), fen in amounts.items())

    return shown(before), shown(now)


def _added(amounts: Iterable[tuple[tuple[str, str], int]]) -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = {}
    for key, fen in amounts:
        found[key] = found.get(key, 0) + fen
    return found


@dataclass(frozen=True)
class Pair:
    """One line of the two-year sheet (收入明细对照): kind, item, fen then and now. A blank item is the kind's sum."""

    kind: str
    item: str
    before: int
    now: int

    @property
    def change(self) -> int:
        """Fen up or down."""
        return self.now - self.before


def side_by_side(before: ByItem, now: ByItem) -> list[Pair]:
    """Every kind with its sum and its items that either year knows."""
    found = []
    for kind in ALL:
        items = sorted({i for k, i in (*before, *now) if k == kind})
        lines = [Pair(kind, i, before.get((kind, i), 0), now.get((kind, i), 0)) for i in items]
        if lines:
            found += [
                Pair(kind, "", sum(p.before for p in lines), sum(p.now for p in lines)),
                *(p for p in lines if p.item),
            ]
    return found


@dataclass(frozen=True)
class Amount:
    """One amount of a year; `person` None: it belongs to the household as a whole."""

    kind: str
    item: str
    fen: int
    person: int | None


@dataclass(frozen=True)
class Same:
    """Both years over the members of both: how many, net in fen then and now."""

    persons: int
    before: int
    now: int
    left: int
    joined: int


def by_item(amounts: Iterable[Amount]) -> dict[tuple[str, str], int]:
    """(kind, item) → fen."""
    return _added(((a.kind, a.item), a.fen) for a in amounts)


def same_members(
    before: Iterable[Amount], then: frozenset[int], now: Iterable[Amount], today: frozenset[int]
) -> Same | None:
    """What the years come to over the members counted in both: amounts of persons counted only once are left out, those of the household stay."""
    both = then & today
    if not both:
        return None

    def net(amounts: Iterable[Amount]) -> int:
        return _net(by_item(a for a in amounts if a.person is None or a.person in both))

    return Same(len(both), net(before), net(now), len(then - today), len(today - then))
