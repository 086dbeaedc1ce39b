"""Why an income changed: from last year to this by kind and item; the parts add up to the whole, to the fen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from shouwang.income.kinds import COST, INCOME, TITLES


@dataclass(frozen=True)
class Bar:
    """One step of the waterfall: title, fen up or down, where it begins and ends, and the items behind it."""

    title: str
    change: int
    start: int
    end: int
    items: tuple[tuple[str, int], ...] = ()


def waterfall(before: Mapping[tuple[str, str], int], now: Mapping[tuple[str, str], int]) -> list[Bar]:
    """(kind, item) → fen of two years; gives 上年, one bar a kind (cost counts downwards), 本年."""
    first, last = _net(before), _net(now)
    bars, at = [Bar("上年纯收入", first, 0, first)], first
    for kind in (*INCOME, COST):
        sign = -1 if kind == COST else 1
        items = sorted({i for k, i in (*before, *now) if k == kind})
        changes = tuple((i, sign * (now.get((kind, i), 0) - before.get((kind, i), 0))) for i in items)
        change = sum(c for _, c in changes)
        moved = tuple((i, c) for i, c in changes if c)
        bars.append(Bar(TITLES[kind], change, at, at + change, moved))
        at += change
    return [*bars, Bar("本年纯收入", last, 0, last)]


def _net(amounts: Mapping[tuple[str, str], int]) -> int:
    return sum((-a if kind == COST else a) for (kind, _), a in amounts.items() if kind in (*INCOME, COST))
