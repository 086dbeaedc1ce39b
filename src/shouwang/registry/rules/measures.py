"""Q42–Q45: measures of a household in monitoring against its members."""

from __future__ import annotations

import narwhals as nw

from shouwang.engine.figures_in_force import Figures
from shouwang.engine.frames import holds
from shouwang.engine.tables.words import MEASURES

SECURITY = "m_security"


def person_checks(f: Figures) -> dict[str, nw.Expr]:
    """None here."""
    return {}


def household_checks(f: Figures) -> dict[str, nw.Expr]:
    """By household in monitoring."""
    active = nw.col("in_monitoring")
    others = [~nw.col(m).is_null() for m in MEASURES if m != SECURITY]
    only_security = ~nw.col("m_security").is_null() & ~nw.any_horizontal(*others, ignore_nulls=False)
    listed = holds("m_security", "低保")
    return {
        "Q42": active & (nw.col("on_allowance") > 0) & ~listed,
        "Q43": active & listed & (nw.col("on_allowance") == 0),
        "Q44": active & holds("m_education", "雨露计划") & (nw.col("vocational") == 0),
        "Q45": active & (nw.col("able") > 0) & only_security,
    }
