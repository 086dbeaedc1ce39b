"""A waterfall as rectangles on a line of 600 units.

Where the steps are small beside the totals the line begins just below them, so that they can be seen; totals are then cut off.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from shouwang.income.explain import Bar

CUT_FROM = 3  # totals so many times the spread of the steps are cut


def drawn(bars: Sequence[Bar]) -> list[dict[str, Any]]:
    """One rectangle a bar: place, width, and whether it is a total, a rise or a fall."""
    if not bars:
        return []
    ends = [end for b in bars for end in (b.start, b.end)]
    steps = [end for b in bars[1:-1] for end in (b.start, b.end)]
    low, high = min(0, *ends), max(*ends, 1)
    spread = max(steps) - min(steps) if steps else high
    if low >= 0 and 0 < spread * CUT_FROM < high:
        low = max(min(steps) - spread, 0)
    scale = 600 / (high - low)
    return [_rectangle(b, n, len(bars), low, scale) for n, b in enumerate(bars)]


def _rectangle(b: Bar, n: int, count: int, low: int, scale: float) -> dict[str, Any]:
    left, right = max(min(b.start, b.end), low), max(b.start, b.end)
    kind = "total" if n in (0, count - 1) else "up" if b.change >= 0 else "down"
    width = max(round((right - left) * scale, 1), 1)
    return {"bar": b, "x": round((left - low) * scale, 1), "width": width, "cut": low > 0, "kind": kind}
