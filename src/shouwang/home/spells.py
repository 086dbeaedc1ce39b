"""The statuses of a household over time as bands of a small picture."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from shouwang.registry.incoming import STATUS_TITLES
from shouwang.registry.models import StatusSpell

YEARS_SHOWN, WIDTH, LEFT, ROW = 8, 760, 130, 26


@dataclass(frozen=True)
class Band:
    """One spell: label, place on the picture; `since` blank when the beginning is not known."""

    label: str
    x: float
    y: int
    width: float
    since: str
    until: str
    is_open: bool


@dataclass(frozen=True)
class Bands:
    """All spells with the years below them."""

    bands: list[Band]
    years: list[tuple[float, int]]
    height: int


def spell_bands(spells: list[StatusSpell], on: date) -> Bands:
    """One line a kind, the last years up to the day."""
    first = date(on.year - YEARS_SHOWN + 1, 1, 1)
    last = on + timedelta(days=1)
    days = (last - first).days
    kinds = sorted({s.kind for s in spells}, key=list(STATUS_TITLES).index)

    def at(day: date) -> float:
        return round(LEFT + (WIDTH - LEFT) * min(max((day - first).days, 0), days) / days, 1)

    bands = [
        Band(STATUS_TITLES[s.kind], at(s.since or first), kinds.index(s.kind) * ROW, round(at(s.until or last) - at(s.since or first), 1),
             s.since.isoformat() if s.since else "", s.until.isoformat() if s.until else "", s.until is None)
        for s in spells if s.kind in kinds
    ]  # fmt: skip
    years = [(at(date(y, 1, 1)), y) for y in range(first.year, on.year + 1)]
    return Bands(bands, years, len(kinds) * ROW + 20)
