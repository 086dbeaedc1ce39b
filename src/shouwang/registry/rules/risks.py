"""Q34–Q41: the risks of a household in monitoring against what is known of it."""

from __future__ import annotations

import narwhals as nw

from shouwang.engine.figures_in_force import Figures
from shouwang.engine.frames import holds

WHOLE = 100


def person_checks(f: Figures) -> dict[str, nw.Expr]:
    """None here."""
    return {}


def household_checks(f: Figures) -> dict[str, nw.Expr]:
    """By household in monitoring."""
    active = nw.col("in_monitoring")
    ill = active & holds("risks", "因病")
    plenty = nw.col("able") * WHOLE > nw.col("members") * f.number("labour_share_pct")
    nobody = (nw.col("able") == 0) & (nw.col("weak") == 0)
    return {
        "Q34": active & holds("risks", "因残") & (nw.col("disabled") == 0),
        "Q35": ill & (nw.col("ill") == 0),
        "Q36": ill & (nw.col("self_paid").fill_null(0) == 0),
        "Q37": active & holds("risks", "缺劳动力") & plenty,
        "Q38": active & holds("risks", "因务工就业不稳") & nobody,
        "Q39": active & holds("risks", "其他") & nw.col("risk_note").is_null(),
        "Q40": active & holds("risks", "因自然灾害") & nw.col("risk_item").is_null(),
        "Q41": active & nw.col("unsafe_house") & ~holds("risks", "因安全住房"),
    }
