"""Averages of areas and the growth targets judged by them; an average can be computed from the register as it stands."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from shouwang.income.kinds import CONCEPTS
from shouwang.income.models import Average
from shouwang.income.targets import Reached, city_target, county_target
from shouwang.kernel.areas import COUNTY_DIGITS

CITY_DIGITS = 4


@dataclass(frozen=True)
class Goal:
    """One target: concept in words, and how it is reached; or which averages are missing."""

    concept: str
    reached: Reached | None
    missing: tuple[str, ...] = ()


def goals_of(area: str, year: int) -> list[Goal]:
    """The growth target by concept (averages of different concepts are never mixed); a concept without any average is left out."""
    found = []
    for concept, title in CONCEPTS.items():
        known = Average.objects.filter(
            concept=concept, of_area__in=(area, area[:CITY_DIGITS]), area_code__in=(area, area[:CITY_DIGITS])
        )
        averages = {
            (a.of_area, a.year): a.per_head for a in known.order_by("-area_code")
        }  # an area's own word comes last and stands
        if averages:
            found.append(Goal(title, target_of(averages, area, year), missing_for(averages, area, year)))
    return found


def wanted(area: str, year: int) -> list[tuple[str, int]]:
    """The averages that a target needs: (area, year)."""
    if len(area) == CITY_DIGITS:
        return [(area, y) for y in (year - 2, year - 1, year)]
    city = area[:CITY_DIGITS]
    return [(area, year - 1), (area, year), (city, year - 2), (city, year - 1)]


def missing_for(averages: dict[tuple[str, int], int], area: str, year: int) -> tuple[str, ...]:
    """What is still to be entered, in words."""
    lacking = [(place, y) for place, y in wanted(area, year) if (place, y) not in averages]
    return tuple(f"{'市' if len(place) == CITY_DIGITS else '县'} {y} 年" for place, y in lacking)


def target_of(averages: dict[tuple[str, int], int], area: str, year: int) -> Reached | None:
    """The growth target of a county (by its city's growth) or a city, from per-head averages in fen; None where one is missing."""
    if len(area) not in (CITY_DIGITS, COUNTY_DIGITS) or missing_for(averages, area, year):
        return None
    values = [Fraction(averages[key]) for key in wanted(area, year)]
    if len(area) == CITY_DIGITS:
        return city_target(*values)
    last, this, city_before, city_last = values
    return county_target(last, this, city_last / city_before - 1)
