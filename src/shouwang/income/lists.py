"""The income lists, as expressions over one line a household: they run on any engine and order of rows does not matter.

Columns (fen; null: not known): hid area persons persons0 lifted monitored able works relocated; wage business property transfer cost
self_paid claims of this closed year, and the same with 0 for the year before; f_wage f_business f_property f_transfer f_cost f_persons of the
running forecast; part_net and part_net0 of the same period in both years.
A household of which a needed number is not known is on no list; `unknown` tells how many.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import narwhals as nw

from shouwang.income.kinds import INCOME, TITLES

LISTS = {
    "fell": "上年减收户",
    "will_fall": "本年预计减收户",
    "below": "万元以下户",
    "below_monitored": "万元以下监测户",
    "mid_year": "年中低于预警线户",
    "sharp": "收入骤减户",
    "spending": "支出骤增户",
    "after_rigid": "刚性支出后低于监测线户",
    "no_work": "有劳动力零就业户",
    "relocated": "搬迁低收入或减收户",
}


@dataclass(frozen=True)
class Lines:
    """The figures that the lists use, in fen and percent. None: not set, and the list says nothing.

    `everyone`: all registered households are looked at; else lifted-out households, monitored ones and movers.
    """

    low: int | None
    monitoring: int | None
    sharp_pct: int | None
    jump_pct: int | None
    everyone: bool = False
    mid_year: int | None = None


def net(prefix: str = "", suffix: str = "") -> nw.Expr:
    """Net income of a year; null when a part is."""
    parts = [nw.col(f"{prefix}{k}{suffix}") for k in INCOME]
    return parts[0] + parts[1] + parts[2] + parts[3] - nw.col(f"{prefix}cost{suffix}")


def conditions(lines: Lines) -> dict[str, nw.Expr]:
    """List → condition. Comparisons cross-multiply."""
    now, before, forecast = net(), net(suffix="0"), net("f_")
    persons, persons0 = nw.col("persons"), nw.col("persons0")
    found: dict[str, nw.Expr] = {
        "fell": now * persons0 < before * persons,
        "will_fall": forecast * persons < now * nw.col("f_persons"),
        "no_work": nw.col("able") & ~nw.col("works"),
    }
    if lines.low is not None:
        low = now < persons * lines.low
        found["below"] = nw.col("lifted") & low
        found["below_monitored"] = ~nw.col("lifted") & nw.col("monitored") & low
        found["relocated"] = nw.col("relocated") & (low | (now * persons0 < before * persons))
    if lines.mid_year is not None:  # what a head has received so far, as the forecast tells it
        found["mid_year"] = nw.col("part_net") < nw.col("f_persons") * lines.mid_year
    if lines.monitoring is not None:
        rest = now - nw.col("self_paid") + nw.col("claims")
        found["after_rigid"] = (rest < persons * lines.monitoring) & (nw.col("self_paid") > 0)
    if lines.sharp_pct is not None:
        found["sharp"] = (nw.col("part_net0") > 0) & (
            nw.col("part_net") * 100 <= nw.col("part_net0") * (100 - lines.sharp_pct)
        )
    if lines.jump_pct is not None:
        found["spending"] = (nw.col("self_paid0") > 0) & (
            nw.col("self_paid") * 100 >= nw.col("self_paid0") * (100 + lines.jump_pct)
        )
    return found if lines.everyone else {key: group() & condition for key, condition in found.items()}


def unset(lines: Lines) -> list[str]:
    """Lists that say nothing because their figure is not set."""
    wanted = conditions(lines)
    return [key for key in LISTS if key not in wanted]


def group() -> nw.Expr:
    """Whom the lists are about: lifted-out households, monitored ones, movers."""
    return nw.col("lifted") | nw.col("monitored") | nw.col("relocated")


def assess(homes: Any, lines: Lines) -> Any:
    """hid, area, and a column for each list that the figures allow; nulls count as no."""
    frame = nw.from_native(homes)
    wanted = conditions(lines)
    return frame.with_columns(**{key: expr.fill_null(False) for key, expr in wanted.items()}).to_native()


def roll_up(assessed: Any, digits: int, keys: list[str]) -> Any:
    """Households, persons, the four kinds, cost and each list by the first digits of the area: sums over any partition agree."""
    frame = nw.from_native(assessed).with_columns(place=nw.col("area").str.slice(0, digits))
    sums = [nw.col(c).sum().alias(c) for c in ("persons", *INCOME, "cost")]
    counts = [nw.col(k).cast(nw.Int64).sum().alias(k) for k in keys]
    return frame.group_by("place").agg(nw.len().alias("households"), *sums, *counts).sort("place").to_native()


def largest_fall(now: dict[str, int], before: dict[str, int]) -> tuple[str, int] | None:
    """The kind of income that fell most (title, fen fallen); None when none fell."""
    falls = {k: before[k] - now[k] for k in INCOME}
    kind = max(falls, key=lambda k: falls[k])
    return (TITLES[kind], falls[kind]) if falls[kind] > 0 else None


def band_of(per_head_times_persons: int, persons: int, bands: list[int]) -> str:
    """<7k, 7–8k, 8–9k, 9–10k (bands in fen, ascending); blank at or above the last."""
    previous = None
    for line in bands:
        if per_head_times_persons < line * persons:
            top = line // 100
            return f"{top:,} 元以下" if previous is None else f"{previous:,}–{top:,} 元"
        previous = line // 100
    return ""
