"""R28: a monitored household that could work, without a measure that develops it."""

from __future__ import annotations

import narwhals as nw

from shouwang.engine.answers import Answer
from shouwang.engine.figures_in_force import Figures
from shouwang.engine.frames import Tables
from shouwang.screening.rules.employment.capable import capable
from shouwang.screening.rules.measures.columns import entry_other_than


def develops() -> nw.Expr:
    """Industry or finance beyond `其他`, employment beyond `其他` and training, or a public-welfare post."""
    return (
        entry_other_than("m_industry", "其他")
        | entry_other_than("m_finance", "其他")
        | entry_other_than("m_employment", "其他", "技能培训")
        | ~nw.col("m_post").is_null()
    )


def assess(t: Tables, f: Figures) -> Answer:
    """Days since the last day of the month of identification, strictly more than the figure."""
    able = capable(t, f).select("hid").unique()
    over = t.households.filter(nw.col("in_monitoring") & ~develops()).join(able, on="hid", how="semi")
    return Answer(
        over=over,
        unless={"missing_value": nw.col("identified_last_day").is_null()},
        hit=nw.col("identified_last_day") < f.within("no_development_days").start,
        shown=nw.col("days_since_identified"),
        threshold=f.number("no_development_days"),
        figure="no_development_days",
    )
