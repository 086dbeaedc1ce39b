"""Q46, Q47: the income figures of a household."""

from __future__ import annotations

import narwhals as nw

from shouwang.engine.figures_in_force import Figures


def person_checks(f: Figures) -> dict[str, nw.Expr]:
    """None here."""
    return {}


def household_checks(f: Figures) -> dict[str, nw.Expr]:
    """By household, in whole fen."""
    difference = (nw.col("net") - nw.col("stored_per_head") * nw.col("persons")).abs()
    return {
        "Q46": difference > f.number("rounding_per_head") * nw.col("persons"),
        "Q47": (nw.col("on_allowance") > 0) & (nw.col("transfer_income") == 0),
    }
