"""R22: a living business of a monitored household. A task to explain and decide, never an exclusion."""

from __future__ import annotations

import narwhals as nw

from shouwang.engine.answers import Answer
from shouwang.engine.figures_in_force import Figures
from shouwang.engine.frames import Tables


def assess(t: Tables, f: Figures) -> Answer:
    """One signal a person, however many there are."""
    owned = t.linked("business").filter(nw.col("state") == "存续")
    return Answer(
        over=t.people_of(owned.select("pid", "hid").unique()).filter(nw.col("in_monitoring")),
        hit=nw.col("in_monitoring"),
        evidence=owned.select("pid", "hid", "rid"),
        per_person=True,
    )
