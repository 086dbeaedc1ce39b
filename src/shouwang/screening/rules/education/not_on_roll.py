"""R08: a child of compulsory school age who is on no roll of this term. Absence is the information."""

from __future__ import annotations

from datetime import date

import narwhals as nw

from shouwang.engine.answers import Answer
from shouwang.engine.figures_in_force import Figures
from shouwang.engine.frames import Tables
from shouwang.kernel.dates import completed_years_before, school_year

FINISHED = ("初中", "高中", "大专", "本科及以上")


def reference_day(f: Figures) -> date:
    """31 August of the school year that is running."""
    return date(school_year(f.as_of), 8, 31)


def assess(t: Tables, f: Figures) -> Answer:
    """Of the age, schooling not finished, not dead, on no sheet of this term's roll (schools elsewhere count)."""
    day = reference_day(f)
    old_enough = completed_years_before(day, f.number("edu_age_min"))
    too_old = completed_years_before(day, f.number("edu_age_max") + 1)
    of_age = (nw.col("birth") <= old_enough) & (nw.col("birth") > too_old)
    dead = t.linked("deaths").filter(nw.col("date") <= f.as_of).select("pid").unique()
    on_roll = t.linked("edu_roll").select("pid").unique()
    maybe_on_roll = t.to_confirm("edu_roll").select("pid").unique().with_columns(nw.lit(True).alias("maybe"))
    absent = (
        t.persons.filter(of_age.fill_null(True) & ~nw.col("education").is_in(FINISHED).fill_null(False))
        .join(dead, on="pid", how="anti")
        .join(on_roll, on="pid", how="anti")
        .join(maybe_on_roll, on="pid", how="left")
    )
    return Answer(
        over=absent,
        unless={
            "to_confirm_pending": ~nw.col("maybe").is_null() & ~nw.col("birth").is_null(),
            "missing_value": nw.col("birth").is_null(),
        },
        hit=~nw.col("birth").is_null(),
        figure="edu_age_min",
        per_person=True,
    )
