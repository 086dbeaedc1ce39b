"""What a rule gives back: for each household or person hit, clear, or not assessable and why.

A rule's `assess` returns an `Answer`: a frame with one line per household (`hid`) or person (`pid`, `hid`) and
expressions over its columns. Reasons in `unless` are tested before the hit, those in `otherwise` after it;
whoever meets none of them is clear. Missing data never counts as a number: a comparison with an unknown is no hit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import narwhals as nw

Frame = nw.LazyFrame[Any]
NO_PERSON = -1
HIT = "hit"


@dataclass(frozen=True)
class Ratio:
    """An exact value: numerator over denominator, whole numbers both, rounded only where it is written down."""

    over: nw.Expr
    under: nw.Expr | int = 1


@dataclass(frozen=True)
class Answer:
    """The three-valued answer of a rule, as data that an engine compiles.

    `value` is the rule's own measure; `shown` is a number that only the sentence tells.
    """

    over: Frame
    hit: nw.Expr
    unless: Mapping[str, nw.Expr] = field(default_factory=dict)
    otherwise: Mapping[str, nw.Expr] = field(default_factory=dict)
    value: Ratio | nw.Expr | None = None
    threshold: Ratio | nw.Expr | int | None = None
    shown: nw.Expr | None = None
    event_date: nw.Expr | None = None
    figure: nw.Expr | str = ""
    evidence: Frame | None = None
    per_person: bool = False

    def compiled(self) -> Frame:
        """The lines that are not clear: hid, pid, status, value, shown, threshold, event_date, figure."""
        status = nw.lit(None, dtype=nw.String)
        for reason, condition in reversed(list(self.otherwise.items())):
            status = nw.when(condition).then(nw.lit(reason)).otherwise(status)
        status = nw.when(self.hit).then(nw.lit(HIT)).otherwise(status)
        for reason, condition in reversed(list(self.unless.items())):
            status = nw.when(condition).then(nw.lit(reason)).otherwise(status)
        value_over, value_under = _parts(self.value)
        line_over, line_under = _parts(self.threshold)
        event_date = self.event_date if self.event_date is not None else nw.lit(None, dtype=nw.Date)
        figure = self.figure if isinstance(self.figure, nw.Expr) else nw.lit(self.figure)
        return self.over.select(
            nw.col("hid").cast(nw.Int64),
            (nw.col("pid") if self.per_person else nw.lit(NO_PERSON)).cast(nw.Int64).alias("pid"),
            status.alias("status"),
            value_over.alias("value_over"),
            value_under.alias("value_under"),
            _parts(self.shown)[0].alias("shown"),
            line_over.alias("line_over"),
            line_under.alias("line_under"),
            event_date.alias("event_date"),
            figure.alias("figure"),
        ).filter(~nw.col("status").is_null())


def _parts(value: Ratio | nw.Expr | int | None) -> tuple[nw.Expr, nw.Expr]:
    if value is None:
        return nw.lit(None, dtype=nw.Int64), nw.lit(1).cast(nw.Int64)
    if isinstance(value, Ratio):
        under = nw.lit(value.under) if isinstance(value.under, int) else value.under
        return value.over.cast(nw.Int64), under.cast(nw.Int64)
    over = nw.lit(value) if isinstance(value, int) else value
    return over.cast(nw.Int64), nw.lit(1).cast(nw.Int64)


@dataclass(frozen=True)
class Outside:
    """A condition that one unmatched row must meet by itself to name a household outside the register."""

    hit: nw.Expr
    value: nw.Expr | None = None

    def compiled(self, rows: Frame) -> Frame:
        """The rows that hit: rid, value (fen, or null)."""
        value = self.value if self.value is not None else nw.lit(None, dtype=nw.Int64)
        return rows.filter(self.hit).select("rid", value.cast(nw.Int64).alias("value"))
