"""Resident identity numbers: the check of GB 11643 and the normal form used for linking.

One number at a time, for commands, tests and generators; `intake.identity_columns` does the same for whole columns.
"""

from __future__ import annotations

import unicodedata
from datetime import date

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_CHARACTERS = "10X98765432"
MISSING_MARKS = ("", "无", "不详", "待补", "/")
NO_NUMBER_PREFIX = "999999"
QUOTES = "'\"‘’“”`"


def check_character(first17: str) -> str:
    """The 18th character that belongs to 17 digits."""
    return CHECK_CHARACTERS[sum(w * int(c) for w, c in zip(WEIGHTS, first17, strict=True)) % 11]


def id_text(raw: str) -> str:
    """NFKC, without white space and quotes, upper case."""
    text = unicodedata.normalize("NFKC", raw)
    return "".join(c for c in text if not c.isspace() and c not in QUOTES).upper()


def id_norm(raw: str) -> str:
    """The normal form: 20 and 22 characters lose the disability suffix, 15 digits become 18; missing is ``""``."""
    text = id_text(raw)
    if text in MISSING_MARKS or text.startswith(NO_NUMBER_PREFIX):
        return ""
    if len(text) in (20, 22):
        return text[:18]
    if len(text) == 15 and text.isascii() and text.isdigit():
        first17 = text[:6] + "19" + text[6:]
        return first17 + check_character(first17)
    return text


def is_valid(number: str) -> bool:
    """17 digits and the right check character, with a real birth date between 1900 and 2100."""
    if len(number) != 18 or not (number[:17].isascii() and number[:17].isdigit()):
        return False
    if check_character(number[:17]) != number[17]:
        return False
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    return 1900 <= born.year <= 2100


def masked(number: str) -> str:
    """What people may see: the last four characters."""
    return f"****{number[-4:]}" if len(number) >= 8 else "****"
