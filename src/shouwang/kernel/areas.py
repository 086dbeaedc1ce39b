"""Region codes: 2, 4, 6, 9 or 12 digits from province to village; `00` is the whole country."""

from __future__ import annotations

COUNTRY = "00"
LENGTHS = (2, 4, 6, 9, 12)
CODE_LENGTH = 12
COUNTY_DIGITS, TOWN_DIGITS = 6, 9


def is_area_code(code: str) -> bool:
    """A code of the divisions list, by form alone."""
    return code.isascii() and code.isdigit() and len(code) in LENGTHS


def covers(area: str, code: str) -> bool:
    """Whether `code` lies in `area`."""
    return area == COUNTRY or code.startswith(area)


def nearness(area: str) -> int:
    """How near an area that covers a place is to it: the longer the code the nearer, the country last."""
    return 0 if area == COUNTRY else len(area)
