"""How offices write: values become text with the habits and mistakes of real sheets."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from shouwang.intake.feed import ADDRESS_HEADERS, TOWN_HEADERS, VILLAGE_HEADERS, Feed
from shouwang.synthetic.people import Rng, given_characters

DATE_FORMS = ("%Y-%m-%d", "%Y/%-m/%-d", "%Y.%m.%d", "%Y%m%d", "%Y年%-m月%-d日")
MONTH_FORMS = ("%Y-%m", "%Y/%m", "%Y%m", "%Y年%-m月")
MISSING = ("", "无", "不详", "待补", "/")
FAULTS = {
    "clean": 0.90,
    "missing_id": 0.02,
    "wrong_digit": 0.012,
    "exchanged": 0.008,
    "digit_lost": 0.006,
    "old_number": 0.006,
    "rounded": 0.006,
    "other_name": 0.012,
    "swapped": 0.010,
    "nobody": 0.004,
    "bad_required": 0.006,
    "spaced_name": 0.010,
}


def written_rows(
    rng: Rng, feed: Feed, rows: pl.DataFrame, county: str, seed_of_style: int
) -> tuple[list[str], list[list[str]]]:
    """Header and lines of one sheet, as text."""
    style = np.random.default_rng(seed_of_style)
    fault = rng.choice(list(FAULTS), rows.height, p=np.array(list(FAULTS.values())) / sum(FAULTS.values()))
    rows = rows.with_columns(pl.Series("fault", fault))
    texts = {**_identity(rng, rows), **_fields(style, feed, rows, county)}
    address = _addresses(style, rows, county)
    columns: list[tuple[str, Sequence[str]]] = []
    for field in feed.fields:
        if field.type == "address":
            columns += address
        else:
            header = field.headers[int(style.integers(0, len(field.headers)))]
            columns.append((header + ("（元）" if field.type == "money" else ""), texts[field.name]))
    lines = [list(line) for line in zip(*(values for _, values in columns), strict=True)]
    return [header for header, _ in columns], lines


def _identity(rng: Rng, rows: pl.DataFrame) -> dict[str, Sequence[str]]:
    n = rows.height
    at = rng.integers(10, 16, n)
    frame = rows.with_columns(
        pl.Series("at", at), pl.Series("mark", np.array(MISSING)[rng.integers(0, len(MISSING), n)])
    )
    number, cut = pl.col("id_no"), pl.col("at")
    head, one, two = number.str.slice(0, cut), number.str.slice(cut, 1), number.str.slice(cut + 1, 1)
    tail, after = number.str.slice(cut + 1), number.str.slice(cut + 2)
    next_digit = ((one.cast(pl.Int64, strict=False) + 3) % 10).cast(pl.String)
    is_fault = pl.col("fault").eq
    number_text = (
        pl.when(is_fault("missing_id") | is_fault("nobody"))
        .then("mark")
        .when(is_fault("wrong_digit"))
        .then(pl.concat_str(head, next_digit, tail))
        .when(is_fault("exchanged"))
        .then(pl.concat_str(head, two, one, after))
        .when(is_fault("digit_lost"))
        .then(pl.concat_str(head, tail))
        .when(is_fault("old_number") & number.str.slice(6, 2).eq("19"))
        .then(pl.concat_str(number.str.slice(0, 6), number.str.slice(8, 9)))
        .when(is_fault("rounded"))
        .then(pl.concat_str(number.str.slice(0, 1), pl.lit("."), number.str.slice(1, 14), pl.lit("E+17")))
        .otherwise(number)
    )
    name = pl.col("name")
    alike = {a[0]: a[1] for a in given_characters()["alike"]}
    last = name.str.slice(-1)
    other = pl.concat_str(
        name.str.slice(0, name.str.len_chars() - 1), last.replace_strict(alike, default=last, return_dtype=pl.String)
    )
    spaced = pl.concat_str(name.str.slice(0, 1), pl.lit("　"), name.str.slice(1))
    name_text = (
        pl.when(is_fault("nobody"))
        .then(pl.lit(""))
        .when(is_fault("other_name"))
        .then(other)
        .when(is_fault("spaced_name"))
        .then(spaced)
        .otherwise(name)
    )
    swap = is_fault("swapped")
    done = frame.with_columns(number_text.alias("n"), name_text.alias("w"))
    done = done.select(
        pl.when(swap).then("n").otherwise("w").alias("name"), pl.when(swap).then("w").otherwise("n").alias("id")
    )
    return {"name": done["name"].to_list(), "id": done["id"].to_list(), "seq": [str(k) for k in range(1, n + 1)]}


def _fields(style: Rng, feed: Feed, rows: pl.DataFrame, county: str) -> dict[str, Sequence[str]]:
    day_form = DATE_FORMS[int(style.integers(0, len(DATE_FORMS)))]
    month_form = MONTH_FORMS[int(style.integers(0, len(MONTH_FORMS)))]
    bad = pl.col("fault") == "bad_required"
    texts: dict[str, Sequence[str]] = {}
    for field in feed.fields:
        if field.type in ("serial", "name", "id", "address"):
            continue
        source = "birth" if field.name == "dob" else field.name
        value = pl.col(source) if source in rows.columns else pl.lit(None, dtype=pl.String)
        if field.type == "date":
            text = value.dt.to_string(day_form)
        elif field.type == "month":
            text = value.dt.to_string(month_form)
        elif field.type == "money":
            text = pl.concat_str(
                (value // 100).cast(pl.String), pl.lit("."), (value % 100).cast(pl.String).str.zfill(2)
            )
        elif field.type == "school_year":
            text = pl.concat_str(value.cast(pl.String), pl.lit("-"), (value + 1).cast(pl.String), pl.lit("学年"))
        elif field.type == "county":
            text = pl.lit(county)
        else:
            text = value.cast(pl.String)
        if field.required:
            text = pl.when(bad).then(pl.lit("待核实")).otherwise(text)
        texts[field.name] = rows.with_columns(text.fill_null("").alias("t"))["t"].to_list()
    return texts


def _addresses(style: Rng, rows: pl.DataFrame, county: str) -> list[tuple[str, Sequence[str]]]:
    if style.random() < 0.5:
        at = int(style.integers(0, len(TOWN_HEADERS)))
        return [(TOWN_HEADERS[at], rows["town"].to_list()), (VILLAGE_HEADERS[at], rows["village"].to_list())]
    header = ADDRESS_HEADERS[int(style.integers(0, len(ADDRESS_HEADERS)))]
    tail = "民委员会" if style.random() < 0.3 else ""
    village = (
        pl.when(pl.col("village").str.ends_with("村")).then(pl.concat_str("village", pl.lit(tail))).otherwise("village")
    )
    prefix = county if style.random() < 0.6 else ""
    return [(header, rows.with_columns(pl.concat_str(pl.lit(prefix), "town", village).alias("a"))["a"].to_list())]


def with_furniture(header: list[str], lines: list[list[str]], title: str, office: str, day: str) -> list[list[str]]:
    """Titles above, a repeated header and a duplicate inside, a total and a signature below."""
    width = len(header)
    blank = [""] * (width - 1)
    body = list(lines)
    if len(body) > 40:
        body.insert(20, list(header))
        body.append(list(body[3]))
    return [
        [title, *blank],
        [f"填报单位：{office}    填报日期：{day}", *blank],
        header,
        *body,
        ["合计", *blank],
        ["填表人：某某    审核人：某某", *blank],
    ]
