"""Without a manifest: which kind of file is this, and which period does it cover? A proposal, never a decision."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from shouwang.intake.feed import Feed
from shouwang.intake.grid import Grid
from shouwang.intake.header import Mapped, find_header

TERM = re.compile(r"(\d{4})年?(?:[-—]\d{4}学年)?.{0,4}(春|秋)季")
SURE = 0.75


@dataclass(frozen=True)
class KindGuess:
    """A kind for one sheet, how much of the header it explains, and the runner-up when it is close."""

    feed: Feed
    mapped: Mapped
    share: float
    rival: str = ""

    @property
    def is_sure(self) -> bool:
        """Complete, explains most of the header, and no other kind explains it as well."""
        return self.share >= SURE and not self.mapped.missing and not self.rival


def guess_kind(grid: Grid, feeds: Mapping[str, Feed]) -> KindGuess | None:
    """The kind whose headers fit best, or None when none does."""
    guesses: list[KindGuess] = []
    for feed in feeds.values():
        mapped = find_header(grid, feed)
        if mapped is None or mapped.missing:
            continue
        written = sum(1 for h in mapped.headers if h.strip())
        guesses.append(KindGuess(feed, mapped, mapped.hits / max(written, 1)))
    if not guesses:
        return None
    guesses.sort(key=lambda g: (-g.share, -g.mapped.hits, g.feed.kind))
    best = guesses[0]
    close = [g for g in guesses[1:] if g.share == best.share and g.mapped.hits == best.mapped.hits]
    return KindGuess(best.feed, best.mapped, best.share, close[0].feed.kind if close else "")


def guess_period(file_name: str, titles: Iterable[str], rows: pl.DataFrame) -> tuple[date | None, date | None]:
    """The school term named in a title or the file name; else the first and last date of the rows."""
    for text in (*titles, file_name):
        if found := TERM.search(text):
            year = int(found[1])
            if found[2] == "秋":
                return date(year, 9, 1), date(year + 1, 1, 31)
            return date(year, 2, 1), date(year, 8, 31)
    if "date" in rows.columns and rows["date"].dtype == pl.Date:
        first, last = rows["date"].min(), rows["date"].max()
        return (first if isinstance(first, date) else None), (last if isinstance(last, date) else None)
    if "year" in rows.columns and rows["year"].dtype == pl.Int64 and rows["year"].drop_nulls().len():
        year = int(rows["year"].drop_nulls().mode()[0])
        return date(year, 1, 1), date(year, 12, 31)
    return None, None
