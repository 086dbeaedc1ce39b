"""R25: a monitored household has measures, but none that answers one of its risks."""

from __future__ import annotations

import narwhals as nw

from shouwang.engine.answers import Answer
from shouwang.engine.figures_in_force import Figures
from shouwang.engine.frames import Tables, holds
from shouwang.engine.tables.words import MEASURES
from shouwang.screening.rules.measures.columns import ANSWERS_TO, has_any


def assess(t: Tables, f: Figures) -> Answer:
    """Only risks with an agreed list of answering measures are tested; no measure at all is R24."""
    unanswered = [holds("risks", risk) & ~has_any(columns) for risk, columns in ANSWERS_TO.items()]
    return Answer(
        over=t.households.filter(nw.col("in_monitoring") & has_any(MEASURES)),
        hit=nw.any_horizontal(*unanswered, ignore_nulls=False),
    )
