"""R20: relief for illness, disaster, accident or schooling, and yet never entered and never refused with a reason."""

from __future__ import annotations

import narwhals as nw

from shouwang.engine.answers import Answer, Outside
from shouwang.engine.figures_in_force import Figures
from shouwang.engine.frames import Tables

CAUSES = ("因病", "因灾", "突发意外", "因学")


def long_enough_ago(f: Figures) -> nw.Expr:
    """Paid for such a cause within the look-back, and more than the days ago in which a decision was due."""
    oldest = f.within("off_register_back_days").start
    due_before = f.within("off_register_days").start
    return (nw.col("date") >= oldest) & (nw.col("date") < due_before) & nw.col("reason").is_in(CAUSES)


def assess(t: Tables, f: Figures) -> Answer:
    """The sum reaches the figure, or there were at least two payments."""
    paid = t.linked("temp_relief").filter(long_enough_ago(f))
    sums = paid.group_by("hid").agg(
        nw.col("amount").sum().cast(nw.Int64).alias("sum"),
        nw.col("rid").n_unique().cast(nw.Int64).alias("payments"),
        nw.col("date").min(),
    )
    with_reason = (nw.col("date") <= f.as_of) & ~nw.col("reason").is_null()
    refused = t.linked("non_inclusion").filter(with_reason).select("hid").unique()
    maybe = t.to_confirm("non_inclusion").filter(with_reason).select("hid").unique()
    over = t.households_of(sums).filter(nw.col("never_monitored")).join(refused, on="hid", how="anti")
    asks = (nw.col("sum") >= f.number("off_register_min")) | (nw.col("payments") >= 2)
    return Answer(
        over=over.join(maybe.with_columns(nw.lit(True).alias("maybe")), on="hid", how="left").filter(asks),
        unless={"to_confirm_pending": ~nw.col("maybe").is_null()},
        hit=~nw.col("sum").is_null(),
        shown=nw.col("sum"),
        threshold=f.number("off_register_min"),
        event_date=nw.col("date"),
        figure="off_register_min",
        evidence=paid.select("hid", "rid"),
    )


def outside(f: Figures) -> Outside:
    """One such payment that reaches the figure by itself."""
    return Outside(long_enough_ago(f) & (nw.col("amount") >= f.number("off_register_min")), nw.col("amount"))
