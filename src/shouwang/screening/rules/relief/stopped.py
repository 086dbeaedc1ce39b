"""R16: an allowance that stopped, unless the person died or the household was granted it again."""

from __future__ import annotations

import narwhals as nw

from shouwang.engine.answers import Answer
from shouwang.engine.figures_in_force import Figures
from shouwang.engine.frames import Tables


def assess(t: Tables, f: Figures) -> Answer:
    """Any row of the household that starts on or after the stop and not after the day counts as granted again."""
    window = f.within("event_days")
    rows = t.linked("dibao")
    ended = rows.filter((nw.col("stop") >= window.start) & (nw.col("stop") <= window.end))
    dead = t.linked("deaths").filter(nw.col("date") <= f.as_of).select("pid").unique()
    started = rows.filter(nw.col("start") <= f.as_of)
    last_start = started.group_by("hid").agg(nw.col("start").max().alias("last_start"))
    open_ends = (
        ended.join(dead, on="pid", how="anti")
        .join(last_start, on="hid", how="left")
        .filter(~(nw.col("last_start") >= nw.col("stop")).fill_null(False))
    )
    return Answer(
        over=open_ends.group_by("pid", "hid").agg(nw.col("stop").max()),
        hit=~nw.col("stop").is_null(),
        event_date=nw.col("stop"),
        figure="event_days",
        evidence=open_ends.select("pid", "hid", "rid"),
        per_person=True,
    )
