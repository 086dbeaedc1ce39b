"""The tables a rule may read, by name, on whatever engine they live; and the few moves that rules share.

households   one line a household of the current year (`hid`)
persons      one line a person (`pid`, `hid`), with the household's groups
linked       rows of a department file that belong to a person: `rid pid hid` and the file's fields
to_confirm   the same for rows that wait for a clerk, one line per candidate person
signals      what the rules before this one found: `rule hid`
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import narwhals as nw

from shouwang.engine.answers import Frame


@dataclass(frozen=True)
class Tables:
    """Frames by name. Asking for a file that was not delivered gives an empty table of the right shape."""

    frames: Mapping[str, Frame]

    @property
    def households(self) -> Frame:
        return self.frames["households"]

    @property
    def persons(self) -> Frame:
        return self.frames["persons"]

    @property
    def signals(self) -> Frame:
        return self.frames["signals"]

    def linked(self, kind: str) -> Frame:
        return self.frames[f"linked:{kind}"]

    def to_confirm(self, kind: str) -> Frame:
        return self.frames[f"to_confirm:{kind}"]

    def people_of(self, rows: Frame) -> Frame:
        """The persons (with their household's groups) for lines that carry `pid`."""
        return rows.join(self.persons.drop("hid"), on="pid", how="inner")

    def households_of(self, rows: Frame) -> Frame:
        """The households for lines that carry `hid`."""
        return rows.join(self.households, on="hid", how="inner")


def latest(rows: Frame, by: str) -> Frame:
    """The latest row of each `by`: by date, then by place in the file."""
    newest = rows.filter(nw.col("date") == nw.col("date").max().over(by))
    return newest.filter(nw.col("rid") == nw.col("rid").max().over(by))


def sure_and_open(linked: Frame, to_confirm: Frame, keys: list[str], condition: nw.Expr) -> Frame:
    """Sums of `amount` per key: `sure` over linked rows, `with_open` when every row to confirm counts as well.

    A row with several candidates in one household counts once for that household.
    """
    columns = [*keys, "rid", "amount"]
    sure = linked.filter(condition).select(*columns, nw.lit(1).alias("is_sure"))
    waiting = to_confirm.filter(condition).select(*columns, nw.lit(0).alias("is_sure")).unique(subset=[*keys, "rid"])
    both = nw.concat([sure, waiting], how="vertical")
    return both.group_by(*keys).agg(
        (nw.col("amount") * nw.col("is_sure")).sum().cast(nw.Int64).alias("sure"),
        nw.col("amount").sum().cast(nw.Int64).alias("with_open"),
    )


def holds(column: str, item: str) -> nw.Expr:
    """Whether a list column (kept as `,a,b,`) contains an item; false when the list is empty."""
    return nw.col(column).str.contains(f",{item},", literal=True).fill_null(False)
