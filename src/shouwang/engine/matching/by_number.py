"""D1 and D2: a number is written on the row."""

from __future__ import annotations

import polars as pl

from shouwang.engine.matching.decisions import Decisions
from shouwang.engine.matching.index import with_keys
from shouwang.engine.matching.near import near_names, one_error_apart


def number_known(rows: pl.DataFrame, index: pl.DataFrame, made: Decisions) -> None:
    """D1: the number, valid or not, is that of one or several registered persons."""
    written = rows.filter(pl.col("id_norm").is_not_null())
    owners = written.join(index.filter(pl.col("p_id").is_not_null()), left_on="id_norm", right_on="p_id", how="inner")
    owners = owners.with_columns(
        (pl.col("name") == pl.col("p_name")).fill_null(False).alias("named"), pl.len().over("rid").alias("owners")
    )
    single = owners.filter(pl.col("owners") == 1)
    made.link(single.filter("named"), "D1a")
    _one_owner(single.filter(~pl.col("named")), index, made)
    _several_owners(owners.filter(pl.col("owners") > 1), made)


def _one_owner(pairs: pl.DataFrame, index: pl.DataFrame, made: Decisions) -> None:
    is_valid = pl.col("id_kind") == "valid"
    nameless = pairs.filter(pl.col("name").is_null())
    made.link(nameless.filter(is_valid), "D1b")
    made.confirm(nameless.filter(~is_valid), "D1b?")
    pairs = pairs.filter(pl.col("name").is_not_null())
    relatives = pairs.select("rid", "name", "hid").join(
        index.select("hid", "p_name", "pid"), left_on=["hid", "name"], right_on=["hid", "p_name"], how="inner"
    )
    of_relative = pairs.join(relatives.select("rid").unique(), on="rid", how="semi")
    made.confirm(pl.concat([of_relative.select("rid", "pid"), relatives.select("rid", "pid")]), "D1c")
    pairs = pairs.join(of_relative.select("rid"), on="rid", how="anti")
    near = near_names(pairs["name"], pairs["p_name"])
    may_link = near & (pairs["id_kind"] == "valid")
    made.link(pairs.filter(may_link), "D1d")
    made.confirm(pairs.filter(~may_link), "D1e")


def _several_owners(owners: pl.DataFrame, made: Decisions) -> None:
    named = owners.filter("named").with_columns(pl.len().over("rid").alias("fits"))
    made.link(named.filter(pl.col("fits") == 1), "D1f")
    made.confirm(named.filter(pl.col("fits") > 1), "D1f?")
    made.confirm(owners.join(named.select("rid"), on="rid", how="anti"), "D1f?")


def number_unknown(rows: pl.DataFrame, index: pl.DataFrame, made: Decisions) -> None:
    """D2: a number is written and no registered person has it."""
    rounded = rows.filter(pl.col("id_kind") == "rounded")
    _rounded(rounded, index, made)
    rows = with_keys(made.left(rows))
    one_error = _one_error(rows, index)
    made.link_or_confirm(one_error.filter("same_name"), "D2b", "D2b?")
    valid = made.left(rows.filter(pl.col("id_kind") == "valid"))
    _valid_but_unknown(valid, index, made)
    invalid = made.left(rows.filter(pl.col("id_kind") != "valid"))
    near = one_error.filter(near_names(one_error["name"], one_error["p_name"]))
    made.confirm(near.join(invalid.select("rid"), on="rid", how="semi"), "D2d")
    _unusable(made.left(invalid), index, made)


def _rounded(rows: pl.DataFrame, index: pl.DataFrame, made: Decisions) -> None:
    """D2a: Excel kept 15 digits; together with the name they may still be enough."""
    same_digits = rows.join(index, left_on="id15", right_on="p_id15", how="inner")
    named = same_digits.filter(pl.col("name") == pl.col("p_name"))
    decided = made.link_or_confirm(named, "D2a", "D2a?")
    made.confirm(same_digits.join(decided, on="rid", how="anti"), "D2a?")


def _one_error(rows: pl.DataFrame, index: pl.DataFrame) -> pl.DataFrame:
    """Pairs whose numbers are one error apart and whose names are equal or share their first or last character."""
    known = index.filter(pl.col("p_id").is_not_null())
    rows = rows.filter(pl.col("id_norm").is_not_null() & pl.col("name").is_not_null())
    columns = ["rid", "pid", "name", "p_name", "id_norm", "p_id"]
    found = []
    for mine, theirs in (("head", "p_head"), ("tail", "p_tail")):
        for cut in (pl.col("n").str.head(1), pl.col("n").str.tail(1)):
            left = rows.with_columns(pl.col("name").alias("n")).with_columns(cut.alias("n"))
            right = known.with_columns(pl.col("p_name").alias("n")).with_columns(cut.alias("n"))
            right = right.join(left.select("n", mine).unique(), left_on=["n", theirs], right_on=["n", mine], how="semi")
            pairs = left.join(right, left_on=[mine, "n"], right_on=[theirs, "n"], how="inner")
            found.append(pairs.select(columns))
    pairs = pl.concat(found).unique(["rid", "pid"])
    pairs = pairs.filter(one_error_apart(pairs["id_norm"], pairs["p_id"]))
    return pairs.with_columns((pl.col("name") == pl.col("p_name")).alias("same_name"))


def _valid_but_unknown(rows: pl.DataFrame, index: pl.DataFrame, made: Decisions) -> None:
    """D2c: his own valid number. Only a registered namesake of that birthday and village without a number is he."""
    pairs = rows.filter(pl.col("place").is_not_null()).join(
        index, left_on=["name", "id_birth", "place"], right_on=["p_name", "p_birth", "p_place"], how="inner"
    )
    decided = made.link_or_confirm(pairs.filter(pl.col("p_id").is_null()), "D2c", "D2c?")
    made.confirm(pairs.join(decided, on="rid", how="anti"), "D2c?")
    made.unmatched(made.left(rows), "D2c-")


def _unusable(rows: pl.DataFrame, index: pl.DataFrame, made: Decisions) -> None:
    """D2d: the number is wrong; name and village (and birth date, where written) make a candidate, no more."""
    pairs = rows.filter(pl.col("place").is_not_null()).join(
        index, left_on=["name", "place"], right_on=["p_name", "p_place"], how="inner"
    )
    same_birth = pl.col("dob").is_null() | (pl.col("dob") == pl.col("p_birth")).fill_null(False)
    made.confirm(pairs.filter(same_birth), "D2d")
    made.unmatched(made.left(rows), "D2d-")
