"""Personal numbers in the database: encrypted for their place, found by keyed digest, masked where they are shown."""

from __future__ import annotations

from functools import cache

from django.conf import settings

from shouwang.kernel.identity import masked
from shouwang.kernel.secrecy import Keyring, Unopenable

IDENTITY, PHONE = "identity", "phone"
UNREADABLE = "（无法解密）"


@cache
def keys() -> Keyring:
    """The installation's keys."""
    ring: Keyring = settings.PLACE.keyring()
    return ring


def place(table: str, field: str, row_id: int) -> str:
    """What a ciphertext is bound to."""
    return f"{table}/{field}/{row_id}"


def hide(table: str, field: str, row_id: int, value: str | None) -> bytes | None:
    """Encrypt a value for its row; None stays None."""
    return keys().encrypt(value, place(table, field, row_id)) if value else None


def show(table: str, field: str, row_id: int, cipher: bytes | memoryview | None) -> str:
    """Open a value; blank when there is none."""
    if cipher is None:
        return ""
    try:
        return keys().decrypt(cipher, place(table, field, row_id))
    except Unopenable:
        return UNREADABLE


def show_masked(table: str, field: str, row_id: int, cipher: bytes | memoryview | None) -> str:
    """The last four characters of a value."""
    value = show(table, field, row_id, cipher)
    return value if value in ("", UNREADABLE) else masked(value)


def digest(kind: str, value: str | None) -> bytes | None:
    """The digest by which a value is found; None for a missing one."""
    return keys().search_digest(kind, value) if value else None


def half_hidden(name: str) -> str:
    """A name for those who see persons masked: 王**."""
    return name[:1] + "*" * (len(name) - 1) if name else ""
