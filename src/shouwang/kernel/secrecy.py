"""Encryption of single fields and files, and keyed digests for search and seals.

A ciphertext says with which key it was made, so that keys can be changed and another cipher (SM4) can follow:
one byte version, two bytes key number, twelve bytes nonce, then AES-256-GCM. The associated data bind it to its
place (model, field, row): moved elsewhere, it does not open.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES, NONCE_BYTES = 32, 12
VERSION = 1
HEADER = struct.Struct(">BH")
DIGEST_BYTES = 16


class Unopenable(Exception):
    """A ciphertext that no key opens: damaged, moved to another place, or its key is gone."""


@dataclass(frozen=True)
class Keyring:
    """Field keys by number (old ones only open), the key in use, and the keys of search digests and seals."""

    keys: Mapping[int, bytes]
    current: int
    search_key: bytes
    seal_key: bytes

    @cached_property
    def _ciphers(self) -> dict[int, AESGCM]:
        return {number: AESGCM(key) for number, key in self.keys.items()}

    def encrypt(self, plain: str | bytes, place: str) -> bytes:
        """Encrypt for one place, e.g. `registry.person/id/4711`."""
        data = plain.encode() if isinstance(plain, str) else plain
        nonce = os.urandom(NONCE_BYTES)
        body = self._ciphers[self.current].encrypt(nonce, data, place.encode())
        return HEADER.pack(VERSION, self.current) + nonce + body

    def decrypt_bytes(self, cipher: bytes | memoryview, place: str) -> bytes:
        """Open a ciphertext at its place. Raises Unopenable."""
        raw = bytes(cipher)
        if len(raw) < HEADER.size + NONCE_BYTES:
            raise Unopenable(place)
        version, number = HEADER.unpack_from(raw)
        box = self._ciphers.get(number)
        if version != VERSION or box is None:
            raise Unopenable(place)
        start = HEADER.size + NONCE_BYTES
        try:
            return box.decrypt(raw[HEADER.size : start], raw[start:], place.encode())
        except InvalidTag as wrong:
            raise Unopenable(place) from wrong

    def decrypt(self, cipher: bytes | memoryview, place: str) -> str:
        """Open a text."""
        return self.decrypt_bytes(cipher, place).decode()

    def search_digest(self, kind: str, value: str) -> bytes:
        """What a value is found by without being readable: same kind and value, same 16 bytes."""
        return hmac.digest(self.search_key, f"{kind}\x1f{value}".encode(), hashlib.sha256)[:DIGEST_BYTES]

    def seal_digest(self, parts: Iterable[bytes]) -> bytes:
        """The keyed digest of an audit record or of a link of the chain."""
        made = hmac.new(self.seal_key, digestmod=hashlib.sha256)
        for part in parts:
            made.update(len(part).to_bytes(8, "big"))
            made.update(part)
        return made.digest()


def key_number(cipher: bytes | memoryview) -> int:
    """The number of the key with which a ciphertext was made."""
    number: int = HEADER.unpack_from(bytes(cipher[: HEADER.size]))[1]
    return number
