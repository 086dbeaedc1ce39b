"""The policy book of one area in the application: built-in values, above them the area's parameters and its local documents."""

from __future__ import annotations

from datetime import date
from functools import cache, lru_cache
from pathlib import Path

from django.conf import settings

import shouwang
from shouwang.kernel.areas import COUNTY_DIGITS, LENGTHS
from shouwang.policy.book import Book
from shouwang.policy.county_params import amount, read_params
from shouwang.policy.figures import Citation, Grade, Value
from shouwang.policy.loader import load_book
from shouwang.screening.models import LocalFigure

ROOT = Path(shouwang.__file__).parent
RULES = tuple(ROOT / name / "rules" for name in ("income", "screening"))
CHECKS = (ROOT / "registry" / "rules",)
Local = tuple[tuple[str, str, str, date, date | None, str, date, str], ...]


def params_file(area: str) -> Path:
    """Where an area's own parameters lie."""
    path: Path = settings.PLACE.data / "policy" / area / "params.csv"
    return path


def book_for(area: str) -> Book:
    """Read again whenever the area's file or its local documents change."""
    path = params_file(area[:COUNTY_DIGITS])
    stamp = path.stat().st_mtime_ns if path.is_file() else 0
    above = ["00", *(area[:n] for n in LENGTHS if n <= len(area))]
    found = LocalFigure.objects.filter(area__in=above, retracted_at__isnull=True).order_by("valid_from", "pk")
    columns = ("figure", "area", "value", "valid_from", "valid_until", "document_number", "document_date", "article")
    return _book(area, stamp, tuple(found.values_list(*columns)))


@cache
def _built_in() -> Book:
    return load_book(RULES, CHECKS)


@lru_cache(maxsize=256)
def _book(area: str, stamp: int, local: Local) -> Book:
    book = _built_in()
    if stamp:
        book, _ = read_params(params_file(area[:COUNTY_DIGITS]), book, area[:COUNTY_DIGITS])
    return book.with_values((line[0], _value(book, line)) for line in local) if local else book


def _value(book: Book, line: tuple[str, str, str, date, date | None, str, date, str]) -> Value:
    name, area, text, since, until, number, issued, article = line
    return Value(
        amount(book.figure(name), text, number), Grade.LOCAL, Citation(f"{number}（{issued}）", article), area, since, until,
        layer="document", place=number,
    )  # fmt: skip
