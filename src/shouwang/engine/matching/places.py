"""Written addresses become the register's town and village, whatever form the office uses."""

from __future__ import annotations

import polars as pl

COMMITTEES = ("", "民委员会", "村民委员会", "居民委员会", "委会", "村委会", "居委会", "民委会", "社区居民委员会")
# What may stand behind the village: a villagers' group and a house number.
GROUP_AND_NUMBER = r"(第?[0-9一二三四五六七八九十]+(村民小组|小组|组|社|队|屯))?([0-9]+(号|户))?$"


def written_places(rows: pl.DataFrame, known: pl.DataFrame, prefixes: list[str]) -> pl.DataFrame:
    """`rid place`: the register's `town␟village`; the text itself when it names another place; null without one.

    `known` has columns town, village, place; `prefixes`: names of province, city and county that may stand before.
    """
    both = pl.col("town").is_not_null() & pl.col("village").is_not_null()
    text = pl.when(both).then(pl.concat_str("town", "village")).otherwise(pl.col("addr"))
    written = rows.select("rid", text.alias("text"))
    spelled = _spellings(known, prefixes)
    towns_only = _towns(known, prefixes)
    found = written.join(spelled, on="text", how="left")
    found = found.with_columns(pl.col("text").str.replace(GROUP_AND_NUMBER, "").alias("shorter"))
    shorter = spelled.select(pl.col("text").alias("shorter"), pl.col("place").alias("of_shorter"))
    found = found.join(shorter, on="shorter", how="left")
    no_village = pl.col("text").is_null() | pl.col("text").is_in(towns_only)
    return found.select(
        "rid",
        pl.when(no_village).then(None).otherwise(pl.coalesce("place", "of_shorter", pl.col("text"))).alias("place"),
    )


def _spellings(known: pl.DataFrame, prefixes: list[str]) -> pl.DataFrame:
    heads = pl.DataFrame({"head": _heads(prefixes)})
    tails = pl.DataFrame({"tail": list(COMMITTEES)})
    compact = known.with_columns(pl.concat_str("town", "village").str.replace_all(r"\s+", "").alias("middle"))
    every = compact.join(heads, how="cross").join(tails, how="cross")
    spelled = every.select(
        pl.concat_str("head", "middle", "tail").alias("text"), "place", pl.col("tail").str.len_chars()
    )
    plainest = spelled.sort("text", "tail", "place").filter(pl.col("tail") == pl.col("tail").min().over("text"))
    return plainest.filter(pl.col("place").n_unique().over("text") == 1).unique("text").select("text", "place")


def _towns(known: pl.DataFrame, prefixes: list[str]) -> list[str]:
    towns = known["town"].unique().to_list()
    heads = _heads(prefixes)
    return [head + town for head in heads for town in towns] + heads


def _heads(prefixes: list[str]) -> list[str]:
    """Every ending run of the prefixes: 黑龙江省双鸭山市饶河县, 双鸭山市饶河县, 饶河县, nothing."""
    named = [p for p in prefixes if p]
    return ["".join(named[n:]) for n in range(len(named))] + [""]
