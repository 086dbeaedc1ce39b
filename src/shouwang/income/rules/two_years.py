"""What R03 and R04 ask before they compare two income years."""

from __future__ import annotations

import narwhals as nw

from shouwang.engine.figures_in_force import Figures
from shouwang.kernel.dates import income_window


def not_comparable(f: Figures) -> dict[str, nw.Expr]:
    """Reasons in the order they are tested: no earlier year, a blank part, other windows than 1 Oct to 30 Sep."""
    now, before = income_window(f.income_year), income_window(f.income_year - 1)
    same_windows = (
        (nw.col("window_start") == now.start)
        & (nw.col("window_end") == now.end)
        & (nw.col("window_start0") == before.start)
        & (nw.col("window_end0") == before.end)
    )
    parts = ("net", "persons", "net0", "persons0")
    return {
        "no_previous_year": ~nw.col("has_previous"),
        "missing_value": nw.any_horizontal(*[nw.col(c).is_null() for c in parts], ignore_nulls=False),
        "window_mismatch": ~same_windows.fill_null(False),
    }
