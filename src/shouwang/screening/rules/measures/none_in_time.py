"""R24: a monitored household without any measure after the figure's days."""

from __future__ import annotations

import narwhals as nw

from shouwang.engine.answers import Answer
from shouwang.engine.figures_in_force import Figures
from shouwang.engine.frames import Tables
from shouwang.engine.tables.words import MEASURES
from shouwang.screening.rules.measures.columns import has_any


def assess(t: Tables, f: Figures) -> Answer:
    """Days since the last day of the month of identification, strictly more than the figure."""
    none_yet = t.households.filter(nw.col("in_monitoring") & ~has_any(MEASURES))
    return Answer(
        over=none_yet,
        unless={"missing_value": nw.col("identified_last_day").is_null()},
        hit=nw.col("identified_last_day") < f.within("no_measure_days").start,
        shown=nw.col("days_since_identified"),
        threshold=f.number("no_measure_days"),
        figure="no_measure_days",
    )
