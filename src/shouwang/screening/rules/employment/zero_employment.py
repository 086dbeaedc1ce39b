"""R13: a household that could work and in which nobody does. The jobs file helps; without it the register decides."""

from __future__ import annotations

import narwhals as nw

from shouwang.engine.answers import Answer
from shouwang.engine.figures_in_force import Figures
from shouwang.engine.frames import Tables, latest
from shouwang.screening.rules.employment.capable import capable

AT_WORK = "在岗"


def assess(t: Tables, f: Figures) -> Answer:
    """Nobody works for wages, no public post, no business income to speak of, no industry measure."""
    rows = t.linked("jobs").filter(nw.col("date") <= f.as_of)
    state = latest(rows, by="pid").select("pid", nw.col("state").alias("last_state"))
    maybe = t.to_confirm("jobs").filter((nw.col("state") == AT_WORK) & (nw.col("date") <= f.as_of))
    maybe_working = maybe.select("pid").unique().with_columns(nw.lit(1).alias("maybe"))
    able = (
        capable(t, f)
        .filter(nw.col("registered"))
        .join(state, on="pid", how="left")
        .join(maybe_working, on="pid", how="left")
    )
    has_row = ~nw.col("last_state").is_null()
    works = (
        (nw.col("work_months") > 0).fill_null(False)
        | ~nw.col("post").is_null()
        | (nw.col("last_state") == AT_WORK).fill_null(False)
    )
    by_household = able.group_by("hid").agg(
        works.cast(nw.Int64).max().alias("anyone_works"),
        nw.col("maybe").max().alias("maybe"),
        (nw.col("work_months").is_null() & ~has_row).cast(nw.Int64).max().alias("unknown"),
    )
    business = nw.col("business_income")
    farms = (business > f.number("own_business_income")).fill_null(False) | ~nw.col("m_industry").is_null()
    return Answer(
        over=t.households_of(by_household.filter(nw.col("anyone_works") == 0)).filter(~farms),
        unless={
            "to_confirm_pending": ~nw.col("maybe").is_null(),
            "missing_value": business.is_null() | (nw.col("unknown") == 1),
        },
        hit=nw.col("anyone_works") == 0,
        figure="own_business_income",
    )
