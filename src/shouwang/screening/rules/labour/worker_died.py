"""R19: the household lost somebody who could work."""

from __future__ import annotations

import narwhals as nw

from shouwang.engine.answers import Answer, Outside
from shouwang.engine.figures_in_force import Figures
from shouwang.engine.frames import Tables
from shouwang.engine.tables.words import ABLE


def in_window(f: Figures) -> nw.Expr:
    """Died within the days of the figure, both ends included."""
    window = f.within("death_days")
    return (nw.col("date") >= window.start) & (nw.col("date") <= window.end)


def assess(t: Tables, f: Figures) -> Answer:
    """Able by the register; an empty skill is asked for."""
    died = t.linked("deaths").filter(in_window(f))
    return Answer(
        over=t.people_of(died.group_by("pid", "hid").agg(nw.col("date").max())),
        unless={"missing_value": nw.col("skill").is_null()},
        hit=nw.col("skill").is_in(ABLE),
        event_date=nw.col("date"),
        figure="death_days",
        evidence=died.select("pid", "hid", "rid"),
        per_person=True,
    )


def outside(f: Figures) -> Outside:
    """Of working age on the day of death by the row's own birth date (the age stands in `age_at_date`)."""
    age = nw.col("age_at_date")
    of_age = (age >= f.number("working_age_min")) & (age <= f.number("working_age_max"))
    return Outside(in_window(f) & of_age)
