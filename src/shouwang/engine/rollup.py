"""Counts of findings by area, from village to county: what boards and the summary are drawn from."""

from __future__ import annotations

import polars as pl

LEVELS = {"county": (), "town": ("town",), "village": ("town", "village")}


def rollup(signals: pl.DataFrame, places: pl.DataFrame) -> pl.DataFrame:
    """level, town, village, rule, signals, households — for every level of the county.

    `signals` has rule and hid; `places` has hid, town, village.
    """
    placed = signals.select("rule", "hid").join(places, on="hid", how="left")
    parts = []
    for level, keys in LEVELS.items():
        counted = placed.group_by(*keys, "rule").agg(
            pl.len().cast(pl.Int64).alias("signals"), pl.col("hid").n_unique().cast(pl.Int64).alias("households")
        )
        for missing in ("town", "village"):
            if missing not in keys:
                counted = counted.with_columns(pl.lit(None, dtype=pl.String).alias(missing))
        parts.append(counted.select(pl.lit(level).alias("level"), "town", "village", "rule", "signals", "households"))
    return pl.concat(parts).sort("level", "town", "village", "rule")
