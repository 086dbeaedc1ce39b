"""The register as linking sees it: one line a person with the keys that rows are looked up by."""

from __future__ import annotations

import polars as pl

ID_DIGITS = 15
KEYS = ("k_front", "k_ends", "k_back")


def person_index(persons: pl.DataFrame) -> pl.DataFrame:
    """Columns `pid hid p_name p_id p_id15 p_birth p_place` and the error keys; missing numbers are null."""
    number = pl.col("id_norm")
    return persons.select(
        "pid",
        "hid",
        pl.col("name").alias("p_name"),
        number.alias("p_id"),
        number.str.slice(0, ID_DIGITS).alias("p_id15"),
        pl.col("birth").alias("p_birth"),
        pl.col("place").alias("p_place"),
        *error_keys(number),
    )


def error_keys(number: pl.Expr) -> list[pl.Expr]:
    """Three keys of which two numbers of 17 to 19 characters that are one error apart always share at least one.

    An error at place i leaves what stands before it and what stands more than one place behind it: at 13 or later
    the first 13 agree; at 8 or earlier the last 8; between them the first 9 together with the last 4.
    """
    return [
        number.str.slice(0, 13).alias("k_front"),
        pl.concat_str(number.str.slice(0, 9), number.str.slice(-4)).alias("k_ends"),
        number.str.slice(-8).alias("k_back"),
    ]
