"""Signs of untrue figures: the same amount in many households, round numbers, many just above a line, one visitor unlike the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from statistics import mean, median, pstdev


@dataclass(frozen=True)
class Stated:
    """One household's figure: its id, village, visitor, net income and persons."""

    household_id: int
    area: str
    visitor: str
    net: int
    persons: int

    @property
    def per_head(self) -> Fraction:
        """Fen a head."""
        return Fraction(self.net, self.persons)


def copied(figures: Iterable[Stated], least: int) -> dict[tuple[str, Fraction], list[int]]:
    """(village, per-head income) that `least` households or more share, with the households."""
    groups: dict[tuple[str, Fraction], list[int]] = {}
    for f in figures:
        groups.setdefault((f.area, f.per_head), []).append(f.household_id)
    return {key: homes for key, homes in groups.items() if len(homes) >= least}


def just_above(figures: Iterable[Stated], line: int, within_pct: int) -> tuple[int, int]:
    """Households at or above a line by no more than some percent, and below it by as much: many more above than below is a sign."""
    above = below = 0
    for f in figures:
        distance = f.net - line * f.persons
        if abs(distance) * 100 <= line * f.persons * within_pct:
            above, below = above + (distance >= 0), below + (distance < 0)
    return above, below


def _by_village(figures: Iterable[Stated]) -> list[tuple[str, list[Stated]]]:
    villages: dict[str, list[Stated]] = {}
    for f in figures:
        villages.setdefault(f.area, []).append(f)
    return sorted(villages.items())


def visitor_effect(figures: Sequence[Stated], deviations: int, least: int) -> list[tuple[str, str, float, float]]:
    """Visitors whose mean per-head income lies many standard deviations from the rest of the village: village, visitor, mean, the rest's."""
    found = []
    for area, here in _by_village(figures):
        for visitor, count in sorted(Counter(f.visitor for f in here).items()):
            own = [float(f.per_head) for f in here if f.visitor == visitor]
            rest = [float(f.per_head) for f in here if f.visitor != visitor]
            if count < least or len(rest) < least:
                continue
            error = pstdev(rest) / len(own) ** 0.5
            if error and abs(mean(own) - mean(rest)) > deviations * error:
                found.append((area, visitor, mean(own), mean(rest)))
    return found


def outliers(figures: Sequence[Stated], times: int) -> list[int]:
    """Households whose per-head income is more than so many times their village's median."""
    found = []
    for _area, here in _by_village(figures):
        middle = median([f.per_head for f in here])
        found += [f.household_id for f in here if middle > 0 and f.per_head > middle * times]
    return found
