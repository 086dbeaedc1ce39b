"""R18: a house destroyed, or a loss that weighs on the household's yearly income."""

from __future__ import annotations

import narwhals as nw

from shouwang.engine.answers import Answer, Outside
from shouwang.engine.figures_in_force import Figures
from shouwang.engine.frames import Tables

DESTROYED = ("倒塌", "严重损坏")


def in_window(f: Figures) -> nw.Expr:
    """Struck within the event days, both ends included."""
    window = f.within("event_days")
    return (nw.col("date") >= window.start) & (nw.col("date") <= window.end)


def destroyed() -> nw.Expr:
    """The house collapsed or is badly damaged."""
    return nw.col("house").is_in(DESTROYED).fill_null(False)


def assess(t: Tables, f: Figures) -> Answer:
    """Each row by itself; a row to confirm that would hit leaves its candidates' households open."""
    income = nw.coalesce(nw.col("net"), nw.col("net0"))
    share, flat = f.number("disaster_share_pct"), f.number("disaster_loss")
    heavy_share = nw.col("amount") * 100 >= income * share
    heavy = nw.when((income > 0).fill_null(False)).then(heavy_share).otherwise(nw.col("amount") >= flat)
    struck = destroyed() | heavy
    hits = t.households_of(t.linked("disaster").filter(in_window(f))).filter(struck)
    waiting = t.households_of(t.to_confirm("disaster").filter(in_window(f))).filter(struck)
    columns = ("hid", "rid", "amount", "date")
    both = nw.concat(
        [hits.select(*columns, nw.lit(1).alias("is_sure")), waiting.select(*columns, nw.lit(0).alias("is_sure"))],
        how="vertical",
    )
    sure_only = nw.when(nw.col("is_sure") == 1)
    return Answer(
        over=both.group_by("hid").agg(
            nw.col("is_sure").max(),
            sure_only.then(nw.col("amount")).max().alias("loss"),
            sure_only.then(nw.col("date")).max().alias("date"),
        ),
        hit=nw.col("is_sure") == 1,
        otherwise={"to_confirm_pending": nw.col("is_sure") == 0},
        shown=nw.col("loss"),
        event_date=nw.col("date"),
        figure="disaster_share_pct",
        evidence=hits.select("hid", "rid"),
    )


def outside(f: Figures) -> Outside:
    """Without a register there is no income: a destroyed house or the flat amount."""
    hit = in_window(f) & (destroyed() | (nw.col("amount") >= f.number("disaster_loss")))
    return Outside(hit, nw.col("amount"))
