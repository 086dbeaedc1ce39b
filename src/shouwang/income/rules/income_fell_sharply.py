"""R04: net income per head fell by at least the figure's percent."""

from __future__ import annotations

import narwhals as nw

from shouwang.engine.answers import Answer, Ratio
from shouwang.engine.figures_in_force import Figures
from shouwang.engine.frames import Tables
from shouwang.income.rules.two_years import not_comparable


def assess(t: Tables, f: Figures) -> Answer:
    """pc(Y) ≤ pc(Y−1) × (100 − p) / 100, inclusive; a base that is not positive cannot fall by a percentage."""
    percent = f.number("sharp_fall_pct")
    now = nw.col("net") * nw.col("persons0")
    before = nw.col("net0") * nw.col("persons")
    return Answer(
        over=t.households.filter(nw.col("registered")),
        unless={**not_comparable(f), "previous_not_positive": nw.col("net0") <= 0},
        hit=now * 100 <= before * (100 - percent),
        value=Ratio((before - now) * 100, before),
        threshold=percent,
        figure="sharp_fall_pct",
    )
