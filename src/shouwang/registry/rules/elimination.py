"""Q48–Q51, Q54–Q57: months, ways and kinds of identification and elimination."""

from __future__ import annotations

import narwhals as nw

from shouwang.engine.figures_in_force import Figures
from shouwang.engine.tables.words import LIFTED_OUT, MEASURES

UNSTABLE, MARGINAL = "脱贫不稳定户", "边缘易致贫户"
NATURAL, BY_HELP = "自然消除", "帮扶消除"


def person_checks(f: Figures) -> dict[str, nw.Expr]:
    """None here."""
    return {}


def household_checks(f: Figures) -> dict[str, nw.Expr]:
    """By household that is or was in monitoring."""
    gone, way, kind = nw.col("eliminated"), nw.col("elimination_way"), nw.col("monitored_kind")
    start, end = nw.col("identified_number"), nw.col("eliminated_number")
    this_month = f.as_of.year * 12 + f.as_of.month - 1
    ever = ~nw.col("never_monitored")
    no_measure = ~nw.any_horizontal(*[~nw.col(m).is_null() for m in MEASURES], ignore_nulls=False)
    not_natural = way.fill_null("") != NATURAL
    return {
        "Q48": gone & (end.is_null() | way.is_null()),
        "Q49": gone & not_natural & (end - start < f.number("observation_months")),
        "Q50": gone & nw.col("no_labour_backed"),
        "Q51": gone & (way == BY_HELP) & no_measure,
        "Q54": (kind == UNSTABLE) & (nw.col("household_type").fill_null("") != LIFTED_OUT),
        "Q55": (kind == MARGINAL) & (nw.col("household_type") == LIFTED_OUT),
        "Q56": ever & (end < start),
        "Q57": ever & ((start > this_month).fill_null(False) | (end > this_month).fill_null(False)),
    }
