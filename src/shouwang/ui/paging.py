"""Pages by key: the next page begins after the last row shown, however many rows there are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

T = TypeVar("T")
SIZE = 50
LARGEST_ID = 2**63 - 1
DIGITS = 19


@dataclass(frozen=True)
class Page(Generic[T]):
    """Rows of one page, and the query string of the next ("" on the last)."""

    rows: list[T]
    next: str


def whole(text: str | None) -> int | None:
    """A row id that somebody sent; None for anything else."""
    if not text or not text.isascii() or not text.isdigit() or len(text) > DIGITS:
        return None
    number = int(text)
    return number if number <= LARGEST_ID else None


def after(params: Mapping[str, str], name: str = "after") -> int | None:
    """The key to continue after; None on the first page or for nonsense."""
    return whole(params.get(name))


def page_by_id(query: Any, params: Mapping[str, str], *, newest_first: bool = True, size: int = SIZE) -> Page[Any]:
    """One page of a query ordered by id."""
    key = after(params)
    if key is not None:
        query = query.filter(pk__lt=key) if newest_first else query.filter(pk__gt=key)
    rows = list(query.order_by("-pk" if newest_first else "pk")[: size + 1])
    if len(rows) <= size:
        return Page(rows, "")
    return Page(rows[:size], next_query(params, str(rows[size - 1].pk)))


def next_query(params: Mapping[str, str], key: str) -> str:
    """The same query string with another key."""
    return urlencode({**{k: v for k, v in params.items() if k != "after"}, "after": key})
