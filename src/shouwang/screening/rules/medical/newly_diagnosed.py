"""R06: a serious illness diagnosed within the event window."""

from __future__ import annotations

import narwhals as nw

from shouwang.engine.answers import Answer, Outside
from shouwang.engine.figures_in_force import Figures
from shouwang.engine.frames import Tables


def in_window(f: Figures) -> nw.Expr:
    """Diagnosed within the event days, both ends included."""
    window = f.within("event_days")
    return (nw.col("date") >= window.start) & (nw.col("date") <= window.end)


def assess(t: Tables, f: Figures) -> Answer:
    """Any diagnosis in the window; the latest is shown."""
    diagnosed = t.linked("serious_illness").filter(in_window(f))
    return Answer(
        over=diagnosed.group_by("pid", "hid").agg(nw.col("date").max()),
        hit=~nw.col("date").is_null(),
        event_date=nw.col("date"),
        figure="event_days",
        evidence=diagnosed.select("pid", "hid", "rid"),
        per_person=True,
    )


def outside(f: Figures) -> Outside:
    """The same for somebody who is not in the register."""
    return Outside(in_window(f))
