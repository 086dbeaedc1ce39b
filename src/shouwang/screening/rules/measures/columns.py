"""Which measure columns of the register answer which risk."""

from __future__ import annotations

from collections.abc import Iterable

import narwhals as nw

ANSWERS_TO = {
    "因病": ("m_health", "m_social"),
    "因学": ("m_compulsory", "m_education", "m_social"),
    "因残": ("m_security", "m_social"),
    "因安全住房": ("m_housing", "m_relocation"),
    "因安全饮水": ("m_water",),
}


def has_any(columns: Iterable[str]) -> nw.Expr:
    """Whether at least one of the measure columns is filled."""
    return nw.any_horizontal(*[~nw.col(c).is_null() for c in columns], ignore_nulls=False)


def entry_other_than(column: str, *dull: str) -> nw.Expr:
    """Whether a list column has an entry besides the dull ones (`其他` alone is no measure)."""
    rest = nw.col(column)
    for item in dull:
        rest = rest.str.replace_all(f",{item},", ",", literal=True)
    return (rest != ",").fill_null(False)
