"""Money is whole fen. Yuan exist only where people read them."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from fractions import Fraction

FEN_PER_YUAN = 100


def fen(yuan: str | int | Decimal) -> int:
    """An amount in yuan as whole fen. Raises ValueError when it is no number or has parts of a fen."""
    try:
        amount = Decimal(str(yuan)) * FEN_PER_YUAN
    except InvalidOperation as broken:
        raise ValueError(f"{yuan!r} is not an amount of money") from broken
    if not amount.is_finite() or amount != amount.to_integral_value():
        raise ValueError(f"{yuan!r} is not a whole number of fen")
    return int(amount)


def per_head(amount_fen: int, persons: int) -> int | None:
    """Fen a head for people to read, rounded half up once; None without persons. Comparisons never use it: they cross-multiply."""
    return (2 * amount_fen + persons) // (2 * persons) if persons > 0 else None


def decimal_text(value: Fraction, places: int = 4) -> str:
    """A decimal for machines: at most `places` places, rounded half away from zero once, no trailing zeros."""
    scaled = Decimal(value.numerator) / Decimal(value.denominator)
    rounded = scaled.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP).normalize()
    text = format(rounded, "f")
    return "0" if text in ("-0", "") else text


def yuan(amount_fen: int | None) -> Decimal | None:
    """An amount for sheets that people add up: exact yuan; nothing stays nothing."""
    return None if amount_fen is None else (Decimal(amount_fen) / FEN_PER_YUAN).quantize(Decimal("0.01"))


def yuan_text(amount_fen: int) -> str:
    """An amount for people: `12,345.60`."""
    sign = "-" if amount_fen < 0 else ""
    whole, part = divmod(abs(amount_fen), FEN_PER_YUAN)
    return f"{sign}{whole:,}.{part:02d}"
