"""R01: net income per head below the county's monitoring line of the income year."""

from __future__ import annotations

import narwhals as nw

from shouwang.engine.answers import Answer, Ratio
from shouwang.engine.figures_in_force import Figures
from shouwang.engine.frames import Tables


def not_run(f: Figures) -> str | None:
    """Without a line for this county and year nothing can be said."""
    return None if f.is_set("monitoring_line") else "no_line"


def assess(t: Tables, f: Figures) -> Answer:
    """Net income < line × persons, strictly; where only a floor is known, nobody above it is cleared."""
    line = f.number("monitoring_line")
    return Answer(
        over=t.households.filter(nw.col("not_monitored")),
        unless={"missing_value": nw.col("net").is_null() | nw.col("persons").is_null()},
        hit=nw.col("net") < line * nw.col("persons"),
        otherwise={"line_floor_only": nw.lit(f.is_floor("monitoring_line"))},
        value=Ratio(nw.col("net"), nw.col("persons")),
        threshold=line,
        figure="monitoring_line",
    )
