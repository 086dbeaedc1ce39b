"""What a household is found by: its number, the names of its members, their pinyin and initials."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from pypinyin import Style, lazy_pinyin

# As surnames these characters are read otherwise than in words.
SURNAME_READINGS = {
    "曾": "zeng",
    "单": "shan",
    "仇": "qiu",
    "解": "xie",
    "查": "zha",
    "区": "ou",
    "朴": "piao",
    "任": "ren",
    "盖": "ge",
    "尉": "wei",
}
LONGEST = 60


@lru_cache(maxsize=200_000)
def pinyin(name: str) -> tuple[str, str]:
    """A name's whole reading and its initials: 王小芳 → (wangxiaofang, wxf)."""
    syllables = lazy_pinyin(name, style=Style.NORMAL, errors="ignore")
    if syllables and name[0] in SURNAME_READINGS:
        syllables[0] = SURNAME_READINGS[name[0]]
    return "".join(syllables), "".join(s[0] for s in syllables)


def tokens(number: str, names: list[str]) -> Iterator[str]:
    """Distinct tokens of one household."""
    found = {number[-LONGEST:]}
    if len(number) > 6:
        found.add(number[6:][-LONGEST:])
    for name in names:
        if name:
            whole, initials = pinyin(name)
            found |= {name, name[1:], whole, initials}
    yield from sorted(t[:LONGEST] for t in found if t)


def asked(text: str) -> str:
    """What somebody typed, as tokens are written."""
    return "".join(text.split()).lower() if text.isascii() else "".join(text.split())
