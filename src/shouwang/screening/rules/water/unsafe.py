"""R11: the latest water check of a household says unsafe."""

from __future__ import annotations

import narwhals as nw

from shouwang.engine.answers import Answer, Outside
from shouwang.engine.figures_in_force import Figures
from shouwang.engine.frames import Tables, latest

UNSAFE = "不安全"


def assess(t: Tables, f: Figures) -> Answer:
    """The latest check decides; a blank conclusion is not assessable."""
    newest = latest(t.linked("water").filter(nw.col("date") <= f.as_of), by="hid")
    return Answer(
        over=newest,
        unless={"missing_value": nw.col("result").is_null()},
        hit=nw.col("result") == UNSAFE,
        event_date=nw.col("date"),
        evidence=newest.select("hid", "rid"),
    )


def outside(f: Figures) -> Outside:
    """One row that says unsafe."""
    return Outside((nw.col("date") <= f.as_of) & (nw.col("result") == UNSAFE))
