"""Polars: the default engine, in memory on one machine. All frames run together, shared parts once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import narwhals as nw
import polars as pl

from shouwang.engine.answers import Frame


class PolarsBackend:
    """Rules as lazy Polars queries."""

    name = "polars"

    def tables(self, frames: Mapping[str, pl.DataFrame]) -> dict[str, Frame]:
        return {name: nw.from_native(frame.lazy()) for name, frame in frames.items()}

    def collect(self, frames: Sequence[Frame]) -> list[pl.DataFrame]:
        return pl.collect_all([frame.to_native() for frame in frames])
