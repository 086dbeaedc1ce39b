"""R10: a house of grade C or D that is still lived in."""

from __future__ import annotations

import narwhals as nw

from shouwang.engine.answers import Answer, Outside
from shouwang.engine.figures_in_force import Figures
from shouwang.engine.frames import Tables

UNSAFE = ("C", "D")
REBUILT = "已竣工"


def still_unsafe() -> nw.Expr:
    """Grade C or D and the works not finished."""
    return nw.col("level").is_in(UNSAFE) & (nw.col("repair").fill_null("") != REBUILT)


def assess(t: Tables, f: Figures) -> Answer:
    """The latest appraisal decides (on one day the worst grade); an unknown occupation is asked for."""
    appraised = t.linked("housing").filter(nw.col("date") <= f.as_of)
    newest = appraised.filter(nw.col("date") == nw.col("date").max().over("hid"))
    worst = newest.filter(nw.col("level") == nw.col("level").max().over("hid"))
    occupied = nw.col("occupied") == "是"
    unsafe = worst.filter(still_unsafe()).with_columns(
        occupied.fill_null(False).cast(nw.Int64).alias("lived_in"),
        nw.col("occupied").is_null().cast(nw.Int64).alias("unknown"),
    )
    return Answer(
        over=unsafe.group_by("hid").agg(nw.col("lived_in").max(), nw.col("unknown").max(), nw.col("date").max()),
        hit=nw.col("lived_in") == 1,
        otherwise={"missing_value": nw.col("unknown") == 1},
        event_date=nw.col("date"),
        evidence=unsafe.select("hid", "rid"),
    )


def outside(f: Figures) -> Outside:
    """One row of an occupied unsafe house."""
    return Outside((nw.col("date") <= f.as_of) & still_unsafe() & (nw.col("occupied") == "是"))
