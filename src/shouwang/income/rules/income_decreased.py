"""R03: net income per head is lower than the year before."""

from __future__ import annotations

import narwhals as nw

from shouwang.engine.answers import Answer, Ratio
from shouwang.engine.figures_in_force import Figures
from shouwang.engine.frames import Tables
from shouwang.income.rules.two_years import not_comparable


def assess(t: Tables, f: Figures) -> Answer:
    """Per head, so that a household that split is compared fairly; cross-multiplied, never rounded."""
    return Answer(
        over=t.households.filter(nw.col("registered")),
        unless=not_comparable(f),
        hit=nw.col("net") * nw.col("persons0") < nw.col("net0") * nw.col("persons"),
        value=Ratio(nw.col("net"), nw.col("persons")),
        threshold=Ratio(nw.col("net0"), nw.col("persons0")),
    )
