"""Q01–Q06, Q13, Q14: identity numbers and phones as they are written."""

from __future__ import annotations

import narwhals as nw

from shouwang.engine.figures_in_force import Figures

LENGTHS = (18, 20, 22)
NO_NUMBER = "999999"
ODD, EVEN = "[13579]$", "[02468]$"
MOBILE = r"^1[3-9]\d{9}$"


def person_checks(f: Figures) -> dict[str, nw.Expr]:
    """By person row."""
    text = nw.col("id_text")
    written = (text != "") & ~text.str.starts_with(NO_NUMBER)
    right_length = text.str.len_chars().is_in(LENGTHS)
    valid = nw.col("id_kind") == "valid"
    sex_digit = nw.col("id_norm").str.slice(0, 17)
    wrong_sex = (sex_digit.str.contains(ODD) & (nw.col("sex") == "女")) | (
        sex_digit.str.contains(EVEN) & (nw.col("sex") == "男")
    )
    return {
        "Q01": nw.col("id_lines") >= 2,
        "Q02": written & ~right_length,
        "Q03": written & right_length & ~nw.col("id_check_ok"),
        "Q04": text == "",
        "Q05": valid & (nw.col("birth") != nw.col("id_birth")),
        "Q06": valid & wrong_sex,
        "Q13": ~nw.col("phone").str.contains(MOBILE),
        "Q14": nw.col("phone_shared"),
    }


def household_checks(f: Figures) -> dict[str, nw.Expr]:
    """None here."""
    return {}
