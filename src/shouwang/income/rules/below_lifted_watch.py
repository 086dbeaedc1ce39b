"""R02: a lifted-out household below the watch line."""

from __future__ import annotations

import narwhals as nw

from shouwang.engine.answers import Answer, Ratio
from shouwang.engine.figures_in_force import Figures
from shouwang.engine.frames import Tables


def assess(t: Tables, f: Figures) -> Answer:
    """Net income < watch line × persons, strictly."""
    watch = f.number("lifted_watch")
    return Answer(
        over=t.households.filter(nw.col("lifted_out")),
        unless={"missing_value": nw.col("net").is_null() | nw.col("persons").is_null()},
        hit=nw.col("net") < watch * nw.col("persons"),
        value=Ratio(nw.col("net"), nw.col("persons")),
        threshold=watch,
        figure="lifted_watch",
    )
