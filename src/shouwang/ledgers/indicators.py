"""An indicator declared once: what it counts, in which unit, by area; boards and maps draw whatever is declared."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

ByArea = Callable[[str, str, int], dict[str, int]]


@dataclass(frozen=True)
class Indicator:
    """`count(lo, hi, digits)`: numbers by the first `digits` digits of the area code, for the codes in [lo, hi).

    An area without data is absent, never zero. `rows` is the address (with `{area}`) of the rows behind a number.
    """

    key: str
    title: Any
    unit: Any
    count: ByArea
    rows: str
    needs_persons: bool = True


_known: dict[str, Indicator] = {}


def declare(indicator: Indicator) -> Indicator:
    """Make an indicator known."""
    if indicator.key in _known:
        raise ValueError(f"indicator {indicator.key} declared twice")
    _known[indicator.key] = indicator
    return indicator


def known() -> dict[str, Indicator]:
    """All indicators by key, in the order of their declaration."""
    return dict(_known)
