"""Every decision in a sentence that a clerk can check, and candidates in the order in which to look at them."""

from __future__ import annotations

import polars as pl

from shouwang.engine.matching.near import near_names, one_error_apart

SENTENCES = {
    "D1a": "证件号码与登记一致，姓名一致",
    "D1b": "证件号码有效且与登记一致，本行没有写姓名",
    "D1b?": "证件号码与登记一致但不是有效号码，本行又没有姓名，请核对是不是此人",
    "D1c": "证件号码是一个人的，姓名却是同户另一个人的，请核对是哪一位",
    "D1d": "证件号码有效且与登记一致，姓名只差一个字",
    "D1e": "证件号码是登记人员的，姓名却不同，请核对号码还是姓名写错",
    "D1f": "登记中有几个人用这个证件号码，只有一人姓名相同",
    "D1f?": "登记中有几个人用这个证件号码，从姓名分不清是谁，请核对",
    "D2a": "证件号码只剩前15位（被表格软件截断），前15位和姓名都一致",
    "D2a?": "证件号码只剩前15位（被表格软件截断），不能唯一确定是谁，请核对",
    "D2b": "姓名一致，证件号码只差一处（错一位、相邻两位颠倒、少一位或多一位）",
    "D2b?": "姓名一致、证件号码只差一处的不止一人，请核对",
    "D2c": "姓名、出生日期、村都一致，登记中此人还没有证件号码",
    "D2c?": "姓名、出生日期、村都一致，但不止一人或登记的是另一个证件号码，请核对",
    "D2c-": "证件号码有效，但登记中没有这个号码（即使姓名相同，也是另一个人）",
    "D2d": "证件号码无效，只能按姓名和村找到疑似人员，请核对",
    "D2d-": "证件号码无效，按姓名和村也没有找到登记人员",
    "D3a": "没有证件号码，姓名、出生日期、村都一致且只有一人",
    "D3a?": "没有证件号码，姓名、出生日期、村都一致的不止一人，请核对",
    "D3b": "没有证件号码，姓名和出生日期相近但不足以认定，请核对",
    "D3b-": "没有证件号码，按姓名和出生日期没有找到登记人员",
    "D3c": "没有证件号码和出生日期，只有姓名和村相同，不能自动认定，请核对",
    "D3c-": "没有证件号码和出生日期，该村登记中没有这个姓名",
    "D3d": "没有证件号码、出生日期和村，只有姓名相同，不能自动认定，请核对",
    "D3d-": "没有证件号码、出生日期和村，登记中没有这个姓名",
}
CONFIDENCE = {
    "D1a": "1.0",
    "D1b": "0.98",
    "D1d": "0.97",
    "D1f": "0.97",
    "D2b": "0.96",
    "D2a": "0.95",
    "D2c": "0.93",
    "D3a": "0.92",
}
REJECTIONS = {
    "total_row": "合计行",
    "note_row": "说明或落款行",
    "repeat_header": "重复的表头",
    "duplicate_row": "与前面一行完全相同",
    "no_identity": "姓名和证件号码都没有",
    "other_county": "写明是其他县的人，登记中也没有",
    "bad_date": "必填的日期缺失或无法识别",
    "bad_value": "必填的数值或等级缺失或无法识别",
}


def ranked_candidates(pairs: pl.DataFrame, rows: pl.DataFrame, persons: pl.DataFrame) -> pl.DataFrame:
    """`rid pid rank because`: the likeliest candidate first, with what agrees and what does not.

    `rows` has rid name id_norm dob id_birth place; `persons` has pid person_no name id_norm birth place.
    """
    theirs = persons.select(
        "pid",
        "person_no",
        pl.col("name").alias("p_name"),
        pl.col("id_norm").alias("p_id"),
        pl.col("birth").alias("p_birth"),
        pl.col("place").alias("p_place"),
    )
    mine = rows.select("rid", "name", "id_norm", "dob", "id_birth", "place")
    both = pairs.join(mine, on="rid", how="left").join(theirs, on="pid", how="left")
    born = pl.coalesce("dob", "id_birth")
    both = both.with_columns(
        one_error_apart(both["id_norm"], both["p_id"]).alias("one_error"),
        near_names(both["name"], both["p_name"]).alias("near"),
        _agrees(pl.col("id_norm") == pl.col("p_id")).alias("same_id"),
        _agrees(pl.col("name") == pl.col("p_name")).alias("same_name"),
        _agrees(born == pl.col("p_birth")).alias("same_birth"),
        _agrees(pl.col("place") == pl.col("p_place")).alias("same_place"),
    )
    score = (
        pl.col("same_id") * 8
        + pl.col("same_name") * 4
        + pl.col("one_error") * 3
        + pl.col("same_birth") * 2
        + pl.col("near") * 2
        + pl.col("same_place") * 1
    )
    ordered = both.with_columns(score.alias("score"), _because().alias("because")).sort(
        ["rid", "score", "person_no"], descending=[False, True, False]
    )
    return ordered.with_columns(pl.int_range(1, pl.len() + 1).over("rid").alias("rank")).select(
        "rid", "pid", "rank", "because"
    )


def _agrees(condition: pl.Expr) -> pl.Expr:
    return condition.fill_null(False).cast(pl.Int64)


def _because() -> pl.Expr:
    number = (
        pl.when(pl.col("same_id") == 1)
        .then(pl.lit("证件号码相同"))
        .when("one_error")
        .then(pl.lit("证件号码差一处"))
        .when(pl.col("p_id").is_null())
        .then(pl.lit("登记缺证件号码"))
        .when(pl.col("id_norm").is_null())
        .then(pl.lit("本行缺证件号码"))
        .otherwise(pl.lit("证件号码不同"))
    )
    name = (
        pl.when(pl.col("same_name") == 1)
        .then(pl.lit("姓名相同"))
        .when("near")
        .then(pl.lit("姓名差一字"))
        .when(pl.col("name").is_null())
        .then(pl.lit("本行缺姓名"))
        .otherwise(pl.lit("姓名不同"))
    )
    birth = (
        pl.when(pl.col("same_birth") == 1)
        .then(pl.lit("出生日期相同"))
        .when(pl.coalesce("dob", "id_birth").is_null())
        .then(None)
        .otherwise(pl.lit("出生日期不同"))
    )
    place = (
        pl.when(pl.col("same_place") == 1)
        .then(pl.lit("同村"))
        .when(pl.col("place").is_null())
        .then(None)
        .otherwise(pl.lit("不同村"))
    )
    return pl.concat_str([number, name, birth, place], separator="、", ignore_nulls=True)
