"""D3: no number is written; name, birth date and village must carry the row."""

from __future__ import annotations

import polars as pl

from shouwang.engine.matching.decisions import Decisions
from shouwang.engine.matching.near import near_names


def number_missing(rows: pl.DataFrame, index: pl.DataFrame, made: Decisions) -> None:
    """D3a to D3d. Name and village alone never link."""
    has_birth, has_place = pl.col("dob").is_not_null(), pl.col("place").is_not_null()
    _with_birth(rows.filter(has_birth), index, made)
    in_village = rows.filter(~has_birth & has_place)
    pairs = in_village.join(index, left_on=["name", "place"], right_on=["p_name", "p_place"], how="inner")
    made.confirm(pairs, "D3c")
    made.unmatched(made.left(in_village), "D3c-")
    anywhere = rows.filter(~has_birth & ~has_place)
    made.confirm(anywhere.join(index, left_on="name", right_on="p_name", how="inner"), "D3d")
    made.unmatched(made.left(anywhere), "D3d-")


def _with_birth(rows: pl.DataFrame, index: pl.DataFrame, made: Decisions) -> None:
    placed = rows.filter(pl.col("place").is_not_null())
    same_all = placed.join(
        index, left_on=["name", "dob", "place"], right_on=["p_name", "p_birth", "p_place"], how="inner"
    )
    made.link_or_confirm(same_all, "D3a", "D3a?")
    rest = made.left(rows)
    made.confirm(rest.join(index, left_on=["name", "dob"], right_on=["p_name", "p_birth"], how="inner"), "D3b")
    rest = made.left(rest)
    neighbours = rest.join(index, left_on=["dob", "place"], right_on=["p_birth", "p_place"], how="inner")
    made.confirm(neighbours.filter(near_names(neighbours["name"], neighbours["p_name"])), "D3b")
    made.unmatched(made.left(rest), "D3b-")
