"""The linking standard as one call: rows in, one decision a row out."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from shouwang.engine.matching.by_number import number_known, number_unknown
from shouwang.engine.matching.decisions import Decisions
from shouwang.engine.matching.without_number import number_missing

ROW_COLUMNS = ("rid", "name", "id_norm", "id_kind", "id15", "id_birth", "dob", "place")


@dataclass(frozen=True)
class Links:
    """`outcomes`: rid, status, method, pid — one line a row. `candidates`: rid, pid — the rows to confirm."""

    outcomes: pl.DataFrame
    candidates: pl.DataFrame


def link(rows: pl.DataFrame, index: pl.DataFrame) -> Links:
    """Decide every row (`ROW_COLUMNS`) against `person_index`. Rows with neither name nor number must be gone."""
    made = Decisions()
    rows = rows.select(ROW_COLUMNS)
    number_known(rows, index, made)
    rest = made.left(rows)
    number_unknown(rest.filter(pl.col("id_kind") != "missing"), index, made)
    number_missing(rest.filter(pl.col("id_kind") == "missing"), index, made)
    links = Links(made.all_outcomes(), made.all_candidates())
    if links.outcomes.height != rows.height or links.outcomes["rid"].n_unique() != rows.height:
        raise AssertionError(f"{rows.height} rows went into linking and {links.outcomes.height} came out")
    return links
