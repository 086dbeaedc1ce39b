"""R21: a motor vehicle of a monitored household. A task to explain and decide, never an exclusion."""

from __future__ import annotations

import narwhals as nw

from shouwang.engine.answers import Answer
from shouwang.engine.figures_in_force import Figures
from shouwang.engine.frames import Tables

TYPES = (
    "小型轿车",
    "小型普通客车",
    "中型普通客车",
    "大型普通客车",
    "轻型普通货车",
    "中型普通货车",
    "重型普通货车",
    "重型自卸货车",
)


def assess(t: Tables, f: Figures) -> Answer:
    """One signal a person, however many there are."""
    owned = t.linked("vehicles").filter(
        nw.col("vtype").is_in(TYPES) & (nw.col("state") == "正常") & (nw.col("date") <= f.as_of)
    )
    return Answer(
        over=t.people_of(owned.select("pid", "hid").unique()).filter(nw.col("in_monitoring")),
        hit=nw.col("in_monitoring"),
        evidence=owned.select("pid", "hid", "rid"),
        per_person=True,
    )
