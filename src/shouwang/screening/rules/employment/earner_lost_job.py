"""R12: the household's best earner is out of work."""

from __future__ import annotations

import narwhals as nw

from shouwang.engine.answers import Answer, Frame
from shouwang.engine.figures_in_force import Figures
from shouwang.engine.frames import Tables, latest

LOST = ("失业", "返乡未就业")


def assess(t: Tables, f: Figures) -> Answer:
    """The latest row is a loss inside the window, and nobody in the household is known to earn more."""
    rows = t.linked("jobs").filter(nw.col("date") <= f.as_of)
    newest = latest(rows, by="pid")
    window = f.within("event_days")
    lost = newest.filter(nw.col("state").is_in(LOST) & (nw.col("date") >= window.start))
    paid = with_pay(t, rows, newest)
    highest = paid.group_by("hid").agg(nw.col("pay").max().alias("highest"))
    over = (
        lost.select("pid", "rid", "date")
        .join(paid.filter(nw.col("registered")), on="pid", how="inner")
        .join(highest, on="hid", how="left")
    )
    return Answer(
        over=over,
        unless={"missing_value": nw.col("pay").is_null()},
        hit=nw.col("pay") == nw.col("highest"),
        shown=nw.col("pay"),
        event_date=nw.col("date"),
        figure="event_days",
        evidence=lost.select("pid", "hid", "rid"),
        per_person=True,
    )


def with_pay(t: Tables, rows: Frame, newest: Frame) -> Frame:
    """Persons with `pay`: the register's wage; else the latest row with one, a final loss row looked at last."""
    final_loss = newest.filter(nw.col("state").is_in(LOST)).select("pid", "rid", nw.lit(True).alias("is_final_loss"))
    with_wage = rows.filter(~nw.col("amount").is_null()).join(final_loss, on=["pid", "rid"], how="left")
    earlier = latest(with_wage.filter(nw.col("is_final_loss").is_null()), by="pid")
    last = with_wage.filter(~nw.col("is_final_loss").is_null())
    return (
        t.persons.join(earlier.select("pid", nw.col("amount").alias("earlier_pay")), on="pid", how="left")
        .join(last.select("pid", nw.col("amount").alias("last_pay")), on="pid", how="left")
        .with_columns(
            nw.when(nw.col("wage") > 0)
            .then(nw.col("wage"))
            .otherwise(nw.coalesce(nw.col("earlier_pay"), nw.col("last_pay")))
            .alias("pay")
        )
    )
