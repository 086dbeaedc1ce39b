"""R27: above the monitoring line by income, below it after self-paid spending net of insurance payments."""

from __future__ import annotations

import narwhals as nw

from shouwang.engine.answers import Answer, Ratio
from shouwang.engine.figures_in_force import Figures
from shouwang.engine.frames import Tables


def not_run(f: Figures) -> str | None:
    """Without a line for this county and year nothing can be said."""
    return None if f.is_set("monitoring_line") else "no_line"


def assess(t: Tables, f: Figures) -> Answer:
    """(net − self-paid + claims) < line × persons, strictly; households that R01 has are left to R01."""
    line = f.number("monitoring_line")
    known = ~(nw.col("net").is_null() | nw.col("persons").is_null())
    below_by_income = (nw.col("net") < line * nw.col("persons")) & known
    remainder = nw.col("net") - nw.col("self_paid") + nw.col("claims")
    return Answer(
        over=t.households.filter(nw.col("not_monitored")).filter(~below_by_income),
        unless={"missing_value": ~known | nw.col("self_paid").is_null() | nw.col("claims").is_null()},
        hit=remainder < line * nw.col("persons"),
        otherwise={"line_floor_only": nw.lit(f.is_floor("monitoring_line"))},
        value=Ratio(remainder, nw.col("persons")),
        threshold=line,
        figure="monitoring_line",
    )
