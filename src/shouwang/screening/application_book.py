"""The policy book of one area in the application: built-in values, above them the area's own parameters."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from django.conf import settings

import shouwang
from shouwang.policy.book import Book
from shouwang.policy.county_params import read_params
from shouwang.policy.loader import load_book

ROOT = Path(shouwang.__file__).parent
RULES = tuple(ROOT / name / "rules" for name in ("income", "screening"))
CHECKS = (ROOT / "registry" / "rules",)


def params_file(area: str) -> Path:
    """Where an area's own parameters lie."""
    path: Path = settings.PLACE.data / "policy" / area / "params.csv"
    return path


def book_for(area: str) -> Book:
    """Read again whenever the area's file changes."""
    path = params_file(area)
    stamp = path.stat().st_mtime_ns if path.is_file() else 0
    return _book(area, stamp)


@cache
def _built_in() -> Book:
    return load_book(RULES, CHECKS)


@cache
def _book(area: str, stamp: int) -> Book:
    if not stamp:
        return _built_in()
    book, _ = read_params(params_file(area), _built_in(), area)
    return book
