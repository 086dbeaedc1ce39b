"""Growth targets exactly as written: unrounded, cross-multiplied; a county's growth against the city's growth of the year before."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil


@dataclass(frozen=True)
class Reached:
    """Whether a growth target is met: growth and bar (fractions), gap (a share; 0.0046 is 0.46 points), fen a person missing."""

    growth: Fraction
    bar: Fraction
    met: bool
    gap_points: Fraction
    missing: Fraction

    def growth_text(self) -> str:
        """As people read it: 12.00 %."""
        return percent(self.growth)

    def gap_text(self) -> str:
        """Points missing, without a sign of percent: 0.46."""
        return percent(self.gap_points).removesuffix(" %")

    def missing_fen(self) -> int:
        """Fen a head missing, rounded up."""
        return ceil(self.missing)


def percent(share: Fraction, places: int = 2) -> str:
    """A share as percent, rounded half up once, for reading only."""
    scale = 10**places
    hundred = share * 100 * scale
    rounded = (abs(hundred.numerator) * 2 + hundred.denominator) // (2 * hundred.denominator)
    sign = "-" if hundred < 0 and rounded else ""
    return f"{sign}{rounded // scale}.{rounded % scale:0{places}d} %"


def growth(now: Fraction, before: Fraction) -> Fraction | None:
    """now / before − 1; None where there was nothing before."""
    return now / before - 1 if before > 0 else None


def reached(now: Fraction, before: Fraction, bar: Fraction) -> Reached | None:
    """Growth of per-head income (fen) against a bar; met at the bar exactly. None where growth cannot be told."""
    grew = growth(now, before)
    if grew is None:
        return None
    wanted = before * (1 + bar)
    met = now >= wanted
    return Reached(grew, bar, met, Fraction(0) if met else bar - grew, Fraction(0) if met else wanted - now)


def city_target(year_before_last: Fraction, last_year: Fraction, this_year: Fraction) -> Reached | None:
    """A city compares with itself: this year's growth is no lower than last year's."""
    bar = growth(last_year, year_before_last)
    return None if bar is None else reached(this_year, last_year, bar)


def county_target(last_year: Fraction, this_year: Fraction, city_growth_last_year: Fraction) -> Reached | None:
    """A county's growth is no lower than the *city's* growth of last year, whatever its own was."""
    return reached(this_year, last_year, city_growth_last_year)
