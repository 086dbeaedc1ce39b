"""Files encrypted piece by piece, so that a large upload is never whole in memory and never in clear on disk."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from shouwang.kernel.secrecy import Keyring, Unopenable

LENGTH = struct.Struct(">I")
PIECE = 1 << 18
END = b"end"


class SealedWriter:
    """Writes one encrypted file. `finish` marks its end; without it the file does not open."""

    def __init__(self, path: Path, keys: Keyring) -> None:
        self.path, self.keys = path, keys
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self.stream: BinaryIO = os.fdopen(descriptor, "wb")
        self.pieces = 0
        self.buffer = bytearray()

    def write(self, data: bytes) -> None:
        """Add plain bytes."""
        self.buffer += data
        while len(self.buffer) >= PIECE:
            self._put(bytes(self.buffer[:PIECE]))
            del self.buffer[:PIECE]

    def _put(self, piece: bytes, mark: str = "") -> None:
        sealed = self.keys.encrypt(piece, f"file/{self.path.name}/{self.pieces}{mark}")
        self.stream.write(LENGTH.pack(len(sealed)))
        self.stream.write(sealed)
        self.pieces += 1

    def finish(self) -> None:
        """Write the rest and the end mark, safely on disk."""
        if self.buffer:
            self._put(bytes(self.buffer))
        self._put(END, "end")
        self.stream.flush()
        os.fsync(self.stream.fileno())
        self.stream.close()

    def abandon(self) -> None:
        """Remove what was written."""
        self.stream.close()
        self.path.unlink(missing_ok=True)


def open_pieces(path: Path, keys: Keyring) -> Iterator[bytes]:
    """The plain pieces of a file. Raises Unopenable when it was cut, changed or moved."""
    with path.open("rb") as stream:
        number = 0
        while header := stream.read(LENGTH.size):
            (size,) = LENGTH.unpack(header)
            sealed = stream.read(size)
            name = f"file/{path.name}/{number}"
            try:
                yield keys.decrypt_bytes(sealed, name)
            except Unopenable:
                if keys.decrypt_bytes(sealed, f"{name}end") == END and not stream.read(1):
                    return
                raise
            number += 1
    raise Unopenable(f"file/{path.name}: no end")


def write_sealed(path: Path, data: bytes, keys: Keyring) -> None:
    """A whole small file at once."""
    writer = SealedWriter(path, keys)
    try:
        writer.write(data)
        writer.finish()
    except OSError:
        writer.abandon()
        raise


def read_sealed(path: Path, keys: Keyring) -> bytes:
    """A whole small file at once."""
    return b"".join(open_pieces(path, keys))
