"""Identity numbers and names as columns: text, normal form, kind, and what linking needs of them.

The same rules as `kernel.identity`, for whole columns at once; a property test holds the two together.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from shouwang.kernel.identity import CHECK_CHARACTERS, MISSING_MARKS, NO_NUMBER_PREFIX, QUOTES, WEIGHTS

NAME_SEPARATORS = r"[\s·•・‧.．]+"
SCIENTIFIC = r"^(\d)(?:\.(\d+))?E\+?(\d+)$"
KEPT_DIGITS = 15


def name_norm(text: pl.Expr) -> pl.Expr:
    """A name without white space and the separators of minority names; empty is null."""
    clean = text.str.normalize("NFKC").str.replace_all(NAME_SEPARATORS, "")
    return pl.when(clean != "").then(clean)


def id_text(text: pl.Expr) -> pl.Expr:
    """NFKC, without white space and quotes, upper case; never null."""
    clean = text.fill_null("").str.normalize("NFKC")
    return clean.str.replace_all(rf"[\s{QUOTES}]+", "").str.to_uppercase()


def identity_columns(raw: pl.Series, *, of_registry: bool) -> pl.DataFrame:
    """Columns `id_text id_norm id_kind id_check_ok id15 id_birth` of written numbers.

    id_kind is valid, rounded, missing or invalid; id_norm is null when missing, and null when Excel kept only
    15 digits (then `id15` holds them). id_check_ok looks at the check character alone. id_birth is the date inside a
    valid number.
    """
    frame = pl.DataFrame({"raw": raw}).select(id_text=id_text(pl.col("raw")))
    text = pl.col("id_text")
    missing = text.is_in(list(MISSING_MARKS)) | (text.str.starts_with(NO_NUMBER_PREFIX) & pl.lit(of_registry))
    science = text.str.extract_groups(SCIENTIFIC)
    digits = pl.concat_str(science.struct.field("1"), science.struct.field("2").fill_null("")).str.pad_end(18, "0")
    frame = frame.with_columns(
        missing=missing,
        kept=pl.when(science.struct.field("1").is_not_null()).then(digits.str.slice(0, KEPT_DIGITS)),
        norm=pl.when(text.str.len_chars().is_in([20, 22])).then(text.str.slice(0, 18)).otherwise(text),
        old=text.str.contains(r"^[0-9]{15}$"),
    )
    frame = _old_numbers_lengthened(frame)
    birth = pl.col("norm").str.slice(6, 8).str.to_date("%Y%m%d", strict=False)
    in_range = (birth.dt.year() >= 1900) & (birth.dt.year() <= 2100)
    check = _check_characters(frame["norm"])
    frame = frame.with_columns(id_check_ok=(pl.col("norm").str.slice(17, 1) == check).fill_null(False))
    frame = frame.with_columns(valid=pl.col("id_check_ok") & in_range.fill_null(False))
    ends_in_zeros = pl.col("norm").str.contains(r"^[0-9]{15}000$") & ~pl.col("valid")
    kind = (
        pl.when(pl.col("missing"))
        .then(pl.lit("missing"))
        .when(pl.col("kept").is_not_null() | ends_in_zeros)
        .then(pl.lit("rounded"))
        .when(pl.col("valid"))
        .then(pl.lit("valid"))
        .otherwise(pl.lit("invalid"))
    )
    return frame.with_columns(id_kind=kind).select(
        "id_text",
        pl.when((pl.col("id_kind") != "missing") & pl.col("kept").is_null()).then(pl.col("norm")).alias("id_norm"),
        "id_kind",
        "id_check_ok",
        pl.when(pl.col("id_kind") == "rounded")
        .then(pl.coalesce("kept", pl.col("norm").str.slice(0, KEPT_DIGITS)))
        .alias("id15"),
        pl.when(pl.col("id_kind") == "valid").then(birth).alias("id_birth"),
    )


def _old_numbers_lengthened(frame: pl.DataFrame) -> pl.DataFrame:
    if not frame["old"].any():
        return frame
    norm = pl.col("norm")
    longer = frame.select(pl.concat_str(norm.str.slice(0, 6), pl.lit("19"), norm.str.slice(6)))["norm"]
    checks = _check_characters(longer)
    whole = pl.DataFrame({"a": longer, "b": checks}).select(pl.concat_str("a", "b"))["a"]
    return frame.with_columns(norm=pl.when(pl.col("old")).then(whole).otherwise(norm))


def _check_characters(numbers: pl.Series) -> pl.Series:
    """The right 18th character for every text that begins with 17 digits and has 17 or 18 characters; else null."""
    usable = numbers.str.contains(r"^[0-9]{17}[0-9X]?$").fill_null(False)
    if not usable.any():
        return pl.Series("check", [None] * len(numbers), dtype=pl.String)
    first17 = numbers.filter(usable).str.slice(0, 17)
    digits = np.frombuffer("".join(first17.to_list()).encode(), dtype=np.uint8).reshape(-1, 17).astype(np.int64) - 48
    remainders = (digits @ np.array(WEIGHTS, dtype=np.int64)) % 11
    letters = pl.Series(list(CHECK_CHARACTERS))[pl.Series(remainders)]
    places = usable.arg_true()
    return pl.Series("check", [None] * len(numbers), dtype=pl.String).scatter(places, letters)
