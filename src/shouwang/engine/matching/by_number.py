"""D1 and D2: a number is written on the row."""

from __future__ import annotations

import polars as pl

from shouwang.engine.matching.decisions import Decisions
from shouwang.engine.matching.index import KEYS, error_keys
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
    _rounded(rows.filter(pl.col("id_kind") == "rounded"), index, made)
    known = index.filter(pl.col("p_id").is_not_null())
    rows = made.left(rows).with_columns(error_keys(pl.col("id_norm")))
    same_name = pl.concat(
        [_pairs(rows, known, pl.col("name"), pl.col("p_name"), key) for key in KEYS] + [_short(rows, known)]
    )
    made.link_or_confirm(_one_error(same_name), "D2b", "D2b?")
    _valid_but_unknown(made.left(rows.filter(pl.col("id_kind") == "valid")), index, made)
    invalid = made.left(rows.filter(pl.col("id_kind") != "valid"))
    made.confirm(_two_errors(invalid, known), "D2d")
    _unusable(made.left(invalid), index, made)


def _rounded(rows: pl.DataFrame, index: pl.DataFrame, made: Decisions) -> None:
    """D2a: Excel kept 15 digits; together with the name they may still be enough."""
    same_digits = rows.join(index, left_on="id15", right_on="p_id15", how="inner")
    named = same_digits.filter(pl.col("name") == pl.col("p_name"))
    decided = made.link_or_confirm(named, "D2a", "D2a?")
    made.confirm(same_digits.join(decided, on="rid", how="anti"), "D2a?")


PAIR = ("rid", "pid", "name", "p_name", "id_norm", "p_id")
SHORT = 17


def _pairs(rows: pl.DataFrame, known: pl.DataFrame, mine: pl.Expr, theirs: pl.Expr, key: str) -> pl.DataFrame:
    """Pairs that share a key of the number and a part of the name."""
    left = rows.filter(pl.col("id_norm").is_not_null()).with_columns(mine.alias("part"))
    right = known.with_columns(theirs.alias("part"))
    return left.join(right, on=["part", key], how="inner").select(PAIR)


def _short(rows: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Numbers too short for the keys: every registered person of that name is looked at."""
    short = rows.filter(pl.col("id_norm").str.len_chars() < SHORT)
    return short.join(known, left_on="name", right_on="p_name", how="inner", coalesce=False).select(PAIR)


def _one_error(pairs: pl.DataFrame) -> pl.DataFrame:
    pairs = pairs.unique(["rid", "pid"])
    return pairs.filter(one_error_apart(pairs["id_norm"], pairs["p_id"]))


def _two_errors(rows: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """D2d: number one error apart and name one character apart (so its first or its last character agrees)."""
    cuts = [
        (pl.col("name").str.head(1), pl.col("p_name").str.head(1)),
        (pl.col("name").str.tail(1), pl.col("p_name").str.tail(1)),
    ]
    pairs = pl.concat([_pairs(rows, known, mine, theirs, key) for key in KEYS for mine, theirs in cuts])
    pairs = pairs.filter(pl.col("name").str.len_chars() == pl.col("p_name").str.len_chars())
    pairs = _one_error(pairs)
    return pairs.filter(near_names(pairs["name"], pairs["p_name"]))


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
