"""What the checks ask of a household's members, counted once for all of them."""

from __future__ import annotations

import narwhals as nw

from shouwang.engine.answers import Frame
from shouwang.engine.frames import holds
from shouwang.engine.tables.words import ABLE, ALLOWANCES, DESTITUTE, HEAD, NO_LABOUR, SPOUSE, WEAK


def _number(condition: nw.Expr) -> nw.Expr:
    return condition.fill_null(False).cast(nw.Int64).sum().cast(nw.Int64)


def with_members(households: Frame, persons: Frame) -> Frame:
    """Households with counts over their person rows; a household without any has zeros."""
    is_head, is_spouse = nw.col("relation") == HEAD, nw.col("relation") == SPOUSE
    ill = holds("health", "长期慢性病") | holds("health", "患有大病")
    vocational = nw.col("school_status").str.contains("^(中职|高职高专)")
    counts = persons.group_by("hid").agg(
        nw.len().cast(nw.Int64).alias("members"),
        _number(is_head).alias("heads"),
        _number(is_spouse).alias("spouses"),
        nw.when(is_head).then(nw.col("sex")).max().alias("head_sex"),
        nw.when(is_spouse).then(nw.col("sex")).max().alias("spouse_sex"),
        _number(nw.col("skill").is_in(ABLE)).alias("able"),
        _number(nw.col("skill") == WEAK).alias("weak"),
        _number(nw.col("skill").is_in(NO_LABOUR)).alias("without_labour"),
        _number(nw.col("allowance").is_in(ALLOWANCES)).alias("on_allowance"),
        _number(nw.col("destitute").is_in(DESTITUTE)).alias("on_destitute"),
        _number(holds("health", "残疾")).alias("disabled"),
        _number(ill).alias("ill"),
        _number(vocational).alias("vocational"),
    )
    zeros = [
        nw.col(c).fill_null(0)
        for c in (
            "members",
            "heads",
            "spouses",
            "able",
            "weak",
            "without_labour",
            "on_allowance",
            "on_destitute",
            "disabled",
            "ill",
            "vocational",
        )
    ]
    return households.join(counts, on="hid", how="left").with_columns(*zeros)


def with_repeats(persons: Frame) -> Frame:
    """Persons with `id_lines` (rows with the same number) and `phone_shared` (the phone is in two households)."""
    numbers = (
        persons.filter(~nw.col("id_norm").is_null()).group_by("id_norm").agg(nw.len().cast(nw.Int64).alias("id_lines"))
    )
    phones = (
        persons.filter(~nw.col("phone").is_null())
        .group_by("phone")
        .agg(nw.col("hid").min().alias("first_home"), nw.col("hid").max().alias("last_home"))
    )
    return (
        persons.join(numbers, on="id_norm", how="left")
        .join(phones, on="phone", how="left")
        .with_columns((nw.col("first_home") != nw.col("last_home")).alias("phone_shared"))
    )
