"""R05: what a person paid himself for medical care in one calendar year."""

from __future__ import annotations

from datetime import date

import narwhals as nw

from shouwang.engine.answers import Answer, Outside
from shouwang.engine.figures_in_force import Figures
from shouwang.engine.frames import Tables, sure_and_open

EVIDENCE_COLUMNS = ("pid", "hid", "rid")


def active_from(f: Figures) -> date:
    """The first day whose bills still count: last year's do while the grace day has not passed."""
    in_grace = f"{f.as_of:%m-%d}" <= f.text("med_grace_until")
    return date(f.as_of.year - 1 if in_grace else f.as_of.year, 1, 1)


def in_active_year(f: Figures) -> nw.Expr:
    """Settled in an active calendar year and not after the day spoken about."""
    return (nw.col("date") >= active_from(f)) & (nw.col("date") <= f.as_of)


def assess(t: Tables, f: Figures) -> Answer:
    """The largest yearly sum > the limit, strictly; years are never added together.

    Rows to confirm that would lift a person over the limit leave the household open.
    """
    this_year = nw.col("date") >= date(f.as_of.year, 1, 1)
    year = nw.when(this_year).then(nw.lit(f.as_of.year)).otherwise(nw.lit(f.as_of.year - 1)).alias("year")
    bills = t.linked("med_oop").with_columns(year)
    waiting = t.to_confirm("med_oop").with_columns(year)
    yearly = sure_and_open(bills, waiting, ["pid", "hid", "year"], in_active_year(f))
    largest = yearly.group_by("pid", "hid").agg(nw.col("sure").max(), nw.col("with_open").max())
    registered_limit, other_limit = f.number("med_oop_registered"), f.number("med_oop_other")
    limit = nw.when(nw.col("registered")).then(nw.lit(registered_limit)).otherwise(nw.lit(other_limit))
    name = nw.when(nw.col("registered")).then(nw.lit("med_oop_registered")).otherwise(nw.lit("med_oop_other"))
    return Answer(
        over=t.people_of(largest),
        hit=nw.col("sure") > limit,
        otherwise={"to_confirm_pending": nw.col("with_open") > limit},
        value=nw.col("sure"),
        threshold=limit,
        figure=name,
        evidence=t.linked("med_oop").filter(in_active_year(f)).select(*EVIDENCE_COLUMNS),
        per_person=True,
    )


def outside(f: Figures) -> Outside:
    """One bill above the limit of other farmers."""
    return Outside(in_active_year(f) & (nw.col("amount") > f.number("med_oop_other")), nw.col("amount"))
