"""Cell text becomes typed columns: dates, months, school years, fen, levels. Unreadable becomes null, never a guess.

Every function takes a text expression and gives an expression of the same length.
"""

from __future__ import annotations

import polars as pl

CELL_BLANKS = " \t\r\n\u3000\u00a0"
TIME_OF_DAY = r"[T\s]+\d{1,2}:.*$"
DATE = r"^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$"
DATE_RUN = r"^(\d{4})(\d{2})(\d{2})$"
MONTH = r"^(\d{4})[-/.年](\d{1,2})(?:月|[-/.月](?:\d{1,2})日?)?$"
MONTH_RUN = r"^(\d{4})(\d{2})$"
SCHOOL_YEAR = r"^(\d{4})[-/—–~至](\d{4})(?:学年)?(?:度)?$"
MONEY = r"^([+-]?)(\d{1,10})(?:\.(\d*))?(万元|万|元)?$"  # ten digits: products stay within 64 bits
LONG_FLOAT_DIGITS = 12
FEN_IN_YUAN, FEN_IN_WAN = 100, 1_000_000
SAME_FEN, SAFE_FEN = 1e-4, 1e11
LEVELS = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}


def trimmed(text: pl.Expr) -> pl.Expr:
    """Without blanks (TAB and full-width space count) and the apostrophe Excel puts before digits; empty is null."""
    clean = text.str.strip_chars(CELL_BLANKS).str.strip_prefix("'").str.strip_chars(CELL_BLANKS)
    return pl.when(clean != "").then(clean)


def plain(text: pl.Expr) -> pl.Expr:
    """NFKC text without outer blanks; empty is null."""
    return trimmed(text.str.normalize("NFKC"))


def compact(text: pl.Expr) -> pl.Expr:
    """NFKC text without any white space; empty is null."""
    squeezed = text.str.normalize("NFKC").str.replace_all(r"\s+", "").str.strip_prefix("'")
    return pl.when(squeezed != "").then(squeezed)


def as_date(text: pl.Expr) -> pl.Expr:
    """A calendar day in any of the forms offices write, between 1900 and 2100."""
    clean = compact(text.str.replace(TIME_OF_DAY, ""))
    spaced = clean.str.extract_groups(DATE)
    run = clean.str.extract_groups(DATE_RUN)
    return _in_range(pl.coalesce(_day(spaced), _day(run)))


def as_month(text: pl.Expr) -> pl.Expr:
    """A month as its first day."""
    clean = compact(text.str.replace(TIME_OF_DAY, ""))
    found = [clean.str.extract_groups(p) for p in (MONTH, MONTH_RUN)]
    whole = clean.str.extract_groups(DATE_RUN)
    months = [_to_date(g.struct.field("1"), g.struct.field("2"), pl.lit("1")) for g in (*found, whole)]
    return _in_range(pl.coalesce(*months))


def as_school_year(text: pl.Expr) -> pl.Expr:
    """The year in which a school year begins."""
    years = compact(text).str.extract_groups(SCHOOL_YEAR)
    first = years.struct.field("1").cast(pl.Int64, strict=False)
    second = years.struct.field("2").cast(pl.Int64, strict=False)
    return pl.when(second == first + 1).then(first)


def as_fen(text: pl.Expr, unit_is_wan: bool) -> pl.Expr:
    """An amount in whole fen. A unit in the cell holds; else the header's. Parts of a fen are unreadable.

    Number cells carry the noise of binary fractions (`0.30000000000000004`): more than twelve decimals are rounded.
    """
    parts = compact(text).str.replace_all(",", "", literal=True).str.extract_groups(MONEY)
    sign, whole = parts.struct.field("1"), parts.struct.field("2")
    decimals, unit = parts.struct.field("3").fill_null(""), parts.struct.field("4").fill_null("")
    in_wan = unit.is_in(["万元", "万"]) | (pl.lit(unit_is_wan) & (unit == ""))
    amount = pl.when(in_wan).then(_scaled(whole, decimals, 6)).otherwise(_scaled(whole, decimals, 2))
    return pl.when(sign == "-").then(-amount).otherwise(amount)


def fen_column(text: pl.Series, unit_is_wan: bool) -> pl.Series:
    """`as_fen` for a column: what is plainly a number takes a short way, the rest is read character by character."""
    scale = FEN_IN_WAN if unit_is_wan else FEN_IN_YUAN
    has_letters = text.str.contains("[a-zA-Z_]").fill_null(False)
    scaled = text.cast(pl.Float64, strict=False) * scale
    whole = scaled.round()
    sure = (((scaled - whole).abs() < SAME_FEN) & (whole.abs() < SAFE_FEN) & ~has_letters).fill_null(False)
    short = whole.cast(pl.Int64, strict=False)
    if sure.all():
        return short
    rest = text.to_frame("t").filter(~sure).select(as_fen(pl.col("t"), unit_is_wan).alias("v"))["v"]
    return short.scatter((~sure).arg_true(), rest)


def _scaled(whole: pl.Expr, decimals: pl.Expr, places: int) -> pl.Expr:
    kept = decimals.str.slice(0, places).str.pad_end(places, "0").cast(pl.Int64, strict=False)
    rest = decimals.str.slice(places)
    base = whole.cast(pl.Int64, strict=False) * 10**places + kept
    noisy = decimals.str.len_chars() >= LONG_FLOAT_DIGITS
    round_up = rest.str.slice(0, 1).is_in(["5", "6", "7", "8", "9"]).cast(pl.Int64)
    exact = rest.str.strip_chars("0") == ""
    return pl.when(exact).then(base).when(noisy).then(base + round_up)


def as_level(text: pl.Expr) -> pl.Expr:
    """Disability level 1 to 4."""
    return (
        compact(text).str.extract(r"^([一二三四1-4])级?$").replace_strict(LEVELS, default=None, return_dtype=pl.Int64)
    )


def as_grade(text: pl.Expr) -> pl.Expr:
    """Housing grade A to D."""
    return compact(text).str.to_uppercase().str.extract(r"^([ABCD])(?:级.*)?$")


def as_count(text: pl.Expr) -> pl.Expr:
    """A whole number of at most four digits."""
    return compact(text).str.extract(r"^(\d{1,4})(?:\.0*)?$").cast(pl.Int64, strict=False)


def as_yes_no(text: pl.Expr) -> pl.Expr:
    """是 or 否; anything else is unknown."""
    clean = compact(text)
    return pl.when(clean == "是").then(pl.lit(True)).when(clean == "否").then(pl.lit(False))


def as_list(text: pl.Expr) -> pl.Expr:
    """A list cell as `,a,b,`, so that an item can be looked for with its commas."""
    items = compact(text).str.replace_all(r"[、;；，]", ",").str.strip_chars(",")
    return pl.when(items != "").then(pl.concat_str(pl.lit(","), items, pl.lit(",")))


def _day(groups: pl.Expr) -> pl.Expr:
    return _to_date(groups.struct.field("1"), groups.struct.field("2"), groups.struct.field("3"))


def _to_date(year: pl.Expr, month: pl.Expr, day: pl.Expr) -> pl.Expr:
    joined = pl.concat_str(year, month.str.zfill(2), day.str.zfill(2), separator="-")
    return joined.str.to_date("%Y-%m-%d", strict=False)


def _in_range(day: pl.Expr) -> pl.Expr:
    return pl.when((day.dt.year() >= 1900) & (day.dt.year() <= 2100)).then(day)
