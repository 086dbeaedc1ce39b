"""R15: a household outside monitoring that has just come onto the minimum living allowance."""

from __future__ import annotations

import narwhals as nw

from shouwang.engine.answers import Answer
from shouwang.engine.figures_in_force import Figures
from shouwang.engine.frames import Tables


def assess(t: Tables, f: Figures) -> Answer:
    """The member whose allowance began first stands for the household (ties: the lowest person number)."""
    window = f.within("event_days")
    begun = (nw.col("start") >= window.start) & (nw.col("start") <= window.end)
    running = nw.col("stop").is_null() | (nw.col("stop") > f.as_of)
    granted = t.linked("dibao").filter(begun & running)
    first = granted.filter(nw.col("start") == nw.col("start").min().over("hid"))
    one = first.group_by("hid").agg(nw.col("pid").min(), nw.col("start").min())
    return Answer(
        over=t.households_of(one).filter(nw.col("not_monitored")),
        hit=~nw.col("start").is_null(),
        event_date=nw.col("start"),
        figure="event_days",
        evidence=granted.select("pid", "hid", "rid"),
        per_person=True,
    )
