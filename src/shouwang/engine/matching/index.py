"""The register as linking sees it: one line a person with the keys that rows are looked up by."""

from __future__ import annotations

import polars as pl

CUT_HEAD = 10
CUT_TAIL = 7
ID_DIGITS = 15


def person_index(persons: pl.DataFrame) -> pl.DataFrame:
    """Columns `pid hid p_name p_id p_id15 p_head p_tail p_birth p_place`; missing numbers are null.

    `p_head` (first ten) and `p_tail` (last seven) are chosen so that two numbers one error apart
    always share one of them.
    """
    number = pl.col("id_norm")
    return persons.select(
        "pid",
        "hid",
        pl.col("name").alias("p_name"),
        number.alias("p_id"),
        number.str.slice(0, ID_DIGITS).alias("p_id15"),
        number.str.slice(0, CUT_HEAD).alias("p_head"),
        number.str.slice(-CUT_TAIL).alias("p_tail"),
        pl.col("birth").alias("p_birth"),
        pl.col("place").alias("p_place"),
    )


def with_keys(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows with the same head and tail of their number."""
    return rows.with_columns(
        pl.col("id_norm").str.slice(0, CUT_HEAD).alias("head"), pl.col("id_norm").str.slice(-CUT_TAIL).alias("tail")
    )
