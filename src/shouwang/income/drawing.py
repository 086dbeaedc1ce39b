"""A waterfall as rectangles on a line of 600 units."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from shouwang.income.explain import Bar


def drawn(bars: Sequence[Bar]) -> list[dict[str, Any]]:
    """One rectangle a bar: place, width, and whether it is a total, a rise or a fall."""
    if not bars:
        return []
    low, high = min(0, *(min(b.start, b.end) for b in bars)), max(*(max(b.start, b.end) for b in bars), 1)
    scale = 600 / (high - low)
    return [
        {"bar": b, "x": round((min(b.start, b.end) - low) * scale, 1), "width": max(round(abs(b.end - b.start) * scale, 1), 1), "y": n * 30,
         "kind": "total" if n in (0, len(bars) - 1) else "up" if b.change >= 0 else "down"}
        for n, b in enumerate(bars)
    ]  # fmt: skip
