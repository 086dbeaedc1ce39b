"""How far two written numbers or names are apart, over whole columns of pairs."""

from __future__ import annotations

from typing import Any

import polars as pl
from rapidfuzz.distance import OSA, Hamming
from rapidfuzz.process import cpdist


def one_error_apart(first: pl.Series, second: pl.Series) -> pl.Series:
    """Equal but for one wrong character, two neighbours exchanged, one character missing or one too many."""
    return _distance(first, second, OSA.distance) == 1


def near_names(first: pl.Series, second: pl.Series) -> pl.Series:
    """Same length of at least two, exactly one character different."""
    same_length = (first.str.len_chars() == second.str.len_chars()) & (first.str.len_chars() >= 2)
    return same_length.fill_null(False) & (_distance(first, second, Hamming.distance) == 1)


def _distance(first: pl.Series, second: pl.Series, measure: Any) -> pl.Series:
    """Distance pair by pair, capped at 2 (more is never asked for); a missing side is far away."""
    if not len(first):
        return pl.Series("distance", [], dtype=pl.UInt8)
    missing = first.is_null() | second.is_null()
    far = cpdist(
        first.fill_null("").to_list(), second.fill_null("").to_list(), scorer=measure, score_cutoff=2, dtype="uint8"
    )
    return pl.select(pl.when(missing).then(pl.lit(9, dtype=pl.UInt8)).otherwise(pl.Series(far)).alias("distance"))[
        "distance"
    ]
