"""Who could work (R13, R28): of working age by a known birth date, able by the register, not in school."""

from __future__ import annotations

import narwhals as nw

from shouwang.engine.answers import Frame
from shouwang.engine.figures_in_force import Figures
from shouwang.engine.frames import Tables
from shouwang.engine.tables.words import ABLE
from shouwang.kernel.dates import completed_years_before


def capable(t: Tables, f: Figures) -> Frame:
    """The persons who could work on the day spoken about."""
    youngest = completed_years_before(f.as_of, f.number("working_age_min"))
    oldest = completed_years_before(f.as_of, f.number("working_age_max") + 1)
    return t.persons.filter(
        (nw.col("birth") <= youngest)
        & (nw.col("birth") > oldest)
        & nw.col("skill").is_in(ABLE)
        & nw.col("school_status").is_null()
    )
