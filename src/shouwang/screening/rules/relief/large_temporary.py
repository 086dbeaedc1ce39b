"""R17: temporary relief that adds up to a large sum within a year."""

from __future__ import annotations

import narwhals as nw

from shouwang.engine.answers import Answer, Outside
from shouwang.engine.figures_in_force import Figures
from shouwang.engine.frames import Tables, sure_and_open


def in_year(f: Figures) -> nw.Expr:
    """Paid in the last so many days, the day spoken about counted as one of them."""
    return (nw.col("date") > f.within("relief_large_days").start) & (nw.col("date") <= f.as_of)


def assess(t: Tables, f: Figures) -> Answer:
    """Summed over the household, inclusive; rows to confirm that would reach it leave the household open."""
    sums = sure_and_open(t.linked("temp_relief"), t.to_confirm("temp_relief"), ["hid"], in_year(f))
    large = f.number("relief_large")
    return Answer(
        over=t.households_of(sums).filter(nw.col("not_monitored")),
        hit=nw.col("sure") >= large,
        otherwise={"to_confirm_pending": nw.col("with_open") >= large},
        value=nw.col("sure"),
        threshold=large,
        figure="relief_large",
        evidence=t.linked("temp_relief").filter(in_year(f)).select("hid", "rid"),
    )


def outside(f: Figures) -> Outside:
    """One payment that is large by itself."""
    return Outside(in_year(f) & (nw.col("amount") >= f.number("relief_large")), nw.col("amount"))
