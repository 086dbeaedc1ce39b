"""R09: what a family paid itself for one student in this school year, outside compulsory education."""

from __future__ import annotations

import narwhals as nw

from shouwang.engine.answers import Answer
from shouwang.engine.figures_in_force import Figures
from shouwang.engine.frames import Tables, sure_and_open
from shouwang.kernel.dates import school_year

STAGES = ("学前教育", "普通高中", "中职", "高职高专", "本科", "研究生")


def assess(t: Tables, f: Figures) -> Answer:
    """The sum of the school year > the line, strictly; rows to confirm that would lift it leave it open."""
    of_this_year = (nw.col("year") == school_year(f.as_of)) & nw.col("stage").is_in(STAGES)
    line = f.number("edu_fee_line")
    return Answer(
        over=sure_and_open(t.linked("edu_fee"), t.to_confirm("edu_fee"), ["pid", "hid"], of_this_year),
        hit=nw.col("sure") > line,
        otherwise={"to_confirm_pending": nw.col("with_open") > line},
        value=nw.col("sure"),
        threshold=line,
        figure="edu_fee_line",
        evidence=t.linked("edu_fee").filter(of_this_year).select("pid", "hid", "rid"),
        per_person=True,
    )
