"""What an engine must be able to do: hold tables, and turn lazy frames into Arrow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import polars as pl

from shouwang.engine.answers import Frame


class Backend(Protocol):
    """One engine. Rules never see it; they see `Frame`s."""

    name: str

    def tables(self, frames: Mapping[str, pl.DataFrame]) -> dict[str, Frame]:
        """The tables as lazy frames of this engine."""
        ...

    def collect(self, frames: Sequence[Frame]) -> list[pl.DataFrame]:
        """Run lazy frames; the answers come back in the same order."""
        ...
