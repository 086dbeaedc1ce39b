"""What every command starts from: the feeds and the policy book, found by listing folders."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

import shouwang
from shouwang.intake.feed import Feed, read_feeds
from shouwang.kernel.dates import parse_iso
from shouwang.kernel.errors import UserError
from shouwang.policy.book import Book
from shouwang.policy.loader import load_book

ROOT = Path(shouwang.__file__).parent
RULE_FOLDERS = tuple(ROOT / name / "rules" for name in ("income", "screening"))
CHECK_FOLDERS = (ROOT / "registry" / "rules",)


@cache
def feeds() -> dict[str, Feed]:
    """The kinds of files that can be read."""
    return read_feeds(ROOT / "exchange" / "feeds")


def known_kinds() -> frozenset[str]:
    """The kinds a manifest may name."""
    return frozenset(feeds()) | {"registry"}


@cache
def book(overlay: Path | None = None) -> Book:
    """The policy book, with a --policy folder above the built-in values."""
    return load_book(RULE_FOLDERS, CHECK_FOLDERS, overlay)


def day(text: str, option: str) -> date:
    """A date from the command line. Raises UserError."""
    parsed = parse_iso(text)
    if parsed is None:
        raise UserError(f"{option} 的日期 {text!r} 无法识别", "写 YYYY-MM-DD，如 2025-11-15")
    return parsed


def pairs(values: tuple[str, ...], option: str) -> dict[str, str]:
    """`NAME=VALUE` options as a mapping. Raises UserError."""
    found = {}
    for value in values:
        name, equals, rest = value.rpartition("=") if option == "--map" else value.partition("=")
        if not equals or not name or not rest:
            raise UserError(f"{option} {value!r} 写法不对", f"写 {option} 名称=值")
        found[name] = rest
    return found
