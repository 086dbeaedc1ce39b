"""How long files are kept, by kind."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml

FILE = Path(__file__).with_name("retention.yaml")


@cache
def _days() -> dict[str, int]:
    raw = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return {kind: int(entry["days"]) for kind, entry in raw.items()}


def kept_days(kind: str) -> int:
    """The days of a kind; one without a line of its own is kept like an official document."""
    days = _days()
    return days.get(kind, days["official"])
