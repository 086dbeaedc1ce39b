"""R26: the risk of a household was declared gone, and here is a new one."""

from __future__ import annotations

import narwhals as nw

from shouwang.engine.answers import Answer
from shouwang.engine.figures_in_force import Figures
from shouwang.engine.frames import Tables


def assess(t: Tables, f: Figures) -> Answer:
    """Any signal of the rules named in the card; it has no *not assessed* of its own."""
    found = t.signals.select("hid").unique()
    return Answer(over=t.households_of(found).filter(nw.col("eliminated")), hit=nw.col("eliminated"))
