"""A decision about rows: status, method, and the person (linked) or the candidates (to confirm)."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

LINKED = "linked"
TO_CONFIRM = "to_confirm"
UNMATCHED = "unmatched"
OUTCOME = {"rid": pl.Int64, "status": pl.String, "method": pl.String, "pid": pl.Int64}
CANDIDATE = {"rid": pl.Int64, "pid": pl.Int64}


@dataclass
class Decisions:
    """Collects decisions step by step; `left` gives the rows that are still open."""

    outcomes: list[pl.DataFrame] = field(default_factory=list)
    candidates: list[pl.DataFrame] = field(default_factory=list)

    def link(self, pairs: pl.DataFrame, method: str) -> None:
        """One pair (`rid pid`) a row: linked."""
        self.outcomes.append(pairs.select("rid", pl.lit(LINKED).alias("status"), pl.lit(method).alias("method"), "pid"))

    def confirm(self, pairs: pl.DataFrame, method: str) -> None:
        """Pairs (`rid pid`), any number a row: to confirm, never linked."""
        rows = pairs.select("rid").unique()
        self._without_person(rows, TO_CONFIRM, method)
        self.candidates.append(pairs.select("rid", "pid").unique())

    def link_or_confirm(self, pairs: pl.DataFrame, link_method: str, confirm_method: str) -> pl.DataFrame:
        """Rows with exactly one pair are linked, with several to confirm. Gives the rows decided."""
        pairs = pairs.select("rid", "pid").unique()
        alone = pl.len().over("rid") == 1
        self.link(pairs.filter(alone), link_method)
        self.confirm(pairs.filter(~alone), confirm_method)
        return pairs.select("rid").unique()

    def unmatched(self, rows: pl.DataFrame, method: str) -> None:
        """Nobody in the register fits."""
        self._without_person(rows.select("rid"), UNMATCHED, method)

    def left(self, rows: pl.DataFrame) -> pl.DataFrame:
        """The rows about which nothing has been decided."""
        for outcome in self.outcomes:
            rows = rows.join(outcome.select("rid"), on="rid", how="anti")
        return rows

    def _without_person(self, rows: pl.DataFrame, status: str, method: str) -> None:
        nobody = pl.lit(None, dtype=pl.Int64).alias("pid")
        self.outcomes.append(rows.select("rid", pl.lit(status).alias("status"), pl.lit(method).alias("method"), nobody))

    def all_outcomes(self) -> pl.DataFrame:
        """Every decision, by row."""
        return pl.concat([pl.DataFrame(schema=OUTCOME), *self.outcomes]).sort("rid")

    def all_candidates(self) -> pl.DataFrame:
        """Every candidate, by row and person."""
        return pl.concat([pl.DataFrame(schema=CANDIDATE), *self.candidates]).unique().sort("rid", "pid")
