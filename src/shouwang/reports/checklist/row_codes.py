"""The code at the end of each line of a check sheet: it finds its household again and shows when it was altered."""

from __future__ import annotations

import hashlib

import polars as pl

PREFIX = "SW"
CHECK_LENGTH = 4


def check_part(body: str) -> str:
    """Four characters that belong to the body of a code."""
    return hashlib.sha256(body.encode()).hexdigest()[:CHECK_LENGTH].upper()


def row_code(day: str, key: str) -> str:
    """`SW-20251115-<key>-<check>`; `day` is YYYYMMDD, `key` the household number or the place of a row."""
    body = f"{PREFIX}-{day}-{key}"
    return f"{body}-{check_part(body)}"


def is_intact(code: str) -> bool:
    """Whether a code is one of ours and complete."""
    body, _, check = code.rpartition("-")
    return body.startswith(f"{PREFIX}-") and check == check_part(body)


def with_codes(rows: pl.DataFrame, day: str, key: str) -> pl.DataFrame:
    """`rows` with a column `row_code` from the text column `key`."""
    codes = [row_code(day, value) for value in rows[key].to_list()]
    return rows.with_columns(pl.Series("row_code", codes, dtype=pl.String))
