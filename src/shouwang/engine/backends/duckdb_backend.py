"""DuckDB: the second engine, for a second opinion and for data beyond memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb
import narwhals as nw
import polars as pl

from shouwang.engine.answers import Frame


class DuckDBBackend:
    """Rules as DuckDB relations, on a connection of their own."""

    name = "duckdb"

    def __init__(self) -> None:
        self.connection = duckdb.connect(":memory:")
        self.connection.execute("SET threads TO 2")

    def tables(self, frames: Mapping[str, pl.DataFrame]) -> dict[str, Frame]:
        return {name: nw.from_native(self._stored(name, frame)) for name, frame in frames.items()}

    def _stored(self, name: str, frame: pl.DataFrame) -> duckdb.DuckDBPyRelation:
        table = name.replace(":", "_")
        arrow = frame.to_arrow()
        self.connection.register("incoming", arrow)
        self.connection.execute(f'CREATE OR REPLACE TABLE "{table}" AS SELECT * FROM incoming')
        self.connection.unregister("incoming")
        return self.connection.table(table)

    def collect(self, frames: Sequence[Frame]) -> list[pl.DataFrame]:
        return [pl.DataFrame(frame.to_native().to_arrow_table()) for frame in frames]
