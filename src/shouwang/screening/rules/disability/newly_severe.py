"""R14: a severe disability certified this year that the register does not know yet."""

from __future__ import annotations

from datetime import date

import narwhals as nw

from shouwang.engine.answers import Answer, Outside
from shouwang.engine.figures_in_force import Figures
from shouwang.engine.frames import Tables, holds

SEVERE = (1, 2)


def this_year(f: Figures) -> nw.Expr:
    """Level one or two, certified in the calendar year of the day spoken about and not after it."""
    certified = (nw.col("date") >= date(f.as_of.year, 1, 1)) & (nw.col("date") <= f.as_of)
    return nw.col("level").is_in(SEVERE) & certified


def assess(t: Tables, f: Figures) -> Answer:
    """A renewed certificate of somebody already recorded as disabled is no news."""
    rows = t.linked("disability").filter(this_year(f))
    recorded = holds("health", "残疾") | ~nw.col("disability_category").is_null()
    return Answer(
        over=t.people_of(rows.group_by("pid", "hid").agg(nw.col("date").max())).filter(~recorded),
        hit=~nw.col("date").is_null(),
        event_date=nw.col("date"),
        evidence=rows.select("pid", "hid", "rid"),
        per_person=True,
    )


def outside(f: Figures) -> Outside:
    """The same for somebody who is not in the register."""
    return Outside(this_year(f))
