"""Signs of untrue figures, for people to look at: none of them says that anybody made something up.

`figures`: one line a household: hid area visitor (null: unknown) net (fen) persons. Money is compared in whole fen, cross-multiplied.
"""

from __future__ import annotations

from math import lcm

import polars as pl

PERSONS_EXACT = 20
SCALE = lcm(*range(1, PERSONS_EXACT + 1))  # a sum times this divides by any number of persons up to that
SHAPE = {"hid": pl.Int64, "area": pl.String, "visitor": pl.String, "net": pl.Int64, "persons": pl.Int64}
HEAD = pl.col("net") / pl.col("persons")


def copied(figures: pl.DataFrame, least: int) -> pl.DataFrame:
    """area net persons n hids: villages where `least` households or more have exactly the same income a head."""
    exact = pl.when(pl.col("persons") <= PERSONS_EXACT).then(
        pl.col("net") * (SCALE // pl.col("persons").clip(1, PERSONS_EXACT))
    )
    key = exact.otherwise(-pl.col("net"))
    same = figures.with_columns(key=key).group_by("area", "key", maintain_order=True)
    found = same.agg(pl.col("net").first(), pl.col("persons").first(), n=pl.len(), hids=pl.col("hid").sort())
    return found.filter(pl.col("n") >= least).drop("key").sort("n", "area", descending=[True, False])


def heaped(figures: pl.DataFrame, step: int, least: int, share_pct: int) -> pl.DataFrame:
    """area visitor n round hids: who has a round sum (whole steps) in more of the households than is plausible."""
    told = figures.with_columns(is_round=pl.col("net") % step == 0, visitor=pl.col("visitor").fill_null(""))
    groups = told.group_by("area", "visitor").agg(
        n=pl.len(), round=pl.col("is_round").sum().cast(pl.Int64), hids=pl.col("hid").filter(pl.col("is_round")).sort()
    )
    return groups.filter((pl.col("n") >= least) & (pl.col("round") * 100 >= pl.col("n") * share_pct)).sort(
        "area", "visitor"
    )


def just_above(figures: pl.DataFrame, line: int, within_pct: int) -> pl.DataFrame:
    """area above below hids: households at or above a line by no more than some percent, and below it by as much."""
    distance = pl.col("net") - line * pl.col("persons")
    near = figures.filter(distance.abs() * 100 <= line * pl.col("persons") * within_pct).with_columns(
        above=distance >= 0
    )
    counts = near.group_by("area").agg(
        above=pl.col("above").sum().cast(pl.Int64),
        below=(~pl.col("above")).sum().cast(pl.Int64),
        hids=pl.col("hid").filter(pl.col("above")).sort(),
    )
    return counts.sort("area")


def crowded(near: pl.DataFrame, times: int, least: int) -> pl.DataFrame:
    """Of `just_above` the villages where many more stand above the line than below it."""
    return near.filter((pl.col("above") >= least) & (pl.col("above") > pl.col("below") * times))


def visitor_effect(figures: pl.DataFrame, deviations: int, least: int) -> pl.DataFrame:
    """area visitor n own rest hids: visitors whose mean a head lies many standard errors from the rest of their village."""
    told = figures.drop_nulls("visitor").with_columns(head=HEAD)
    area = told.group_by("area").agg(
        all_n=pl.len(), all_sum=pl.col("head").sum(), all_squares=(pl.col("head") ** 2).sum()
    )
    own = told.group_by("area", "visitor").agg(
        n=pl.len(), sum=pl.col("head").sum(), squares=(pl.col("head") ** 2).sum(), hids=pl.col("hid").sort()
    )
    rest_n = pl.col("all_n") - pl.col("n")
    both = own.join(area, on="area").filter((pl.col("n") >= least) & (rest_n >= least))
    both = both.with_columns(
        own=pl.col("sum") / pl.col("n"), rest=(pl.col("all_sum") - pl.col("sum")) / rest_n, rest_n=rest_n
    )
    spread = ((pl.col("all_squares") - pl.col("squares")) / pl.col("rest_n") - pl.col("rest") ** 2).clip(0).sqrt()
    error = spread / pl.col("n").sqrt()
    odd = both.filter((error > 0) & ((pl.col("own") - pl.col("rest")).abs() > deviations * error))
    return odd.select("area", "visitor", "n", "own", "rest", "hids").sort("area", "visitor")


def outliers(figures: pl.DataFrame, times: int) -> list[int]:
    """Households whose income a head is more than so many times their village's median."""
    middle = HEAD.median().over("area")
    found: list[int] = figures.filter((middle > 0) & (middle * times < HEAD))["hid"].sort().to_list()
    return found
