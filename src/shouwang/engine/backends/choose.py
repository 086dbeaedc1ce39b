"""The engine of a name."""

from __future__ import annotations

from shouwang.engine.backends.base import Backend
from shouwang.engine.backends.duckdb_backend import DuckDBBackend
from shouwang.engine.backends.polars_backend import PolarsBackend
from shouwang.kernel.errors import UserError

NAMES = ("polars", "duckdb")


def backend(name: str) -> Backend:
    """Raises UserError for an engine that is not there."""
    if name == "polars":
        return PolarsBackend()
    if name == "duckdb":
        return DuckDBBackend()
    raise UserError(f"没有名为 {name} 的计算引擎", f"可用：{'、'.join(NAMES)}")
