"""A screening done again from its manifest: the same day, what was known then, the same households."""

from __future__ import annotations

from shouwang.screening.models import Run
from shouwang.screening.running import digest_of, find


def replayed(run: Run) -> bool:
    """Whether the replay gives the same signals, byte for byte. Only whole screenings can be replayed."""
    found = find(run.area_code, run.as_of, run.known_at)
    return bool(digest_of(found.signals) == run.manifest.get("digest"))
