"""Sealing: batches of finished transactions become links of a keyed hash chain.

A window holds all transactions from `tx_from` up to, not including, `tx_to`; every transaction below `tx_to` has
ended, so nothing can appear in the window later. Per record the link keeps its id and a keyed digest: an edited record
is found by its digest, a removed one by its id, an inserted one because the window does not list it, a cut or
reordered chain because every link contains the digest of the one before.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from shouwang.kernel.secrecy import Keyring

RECORD = struct.Struct(">q16s")
ENTRY_COLUMNS = "id, at, actor, role, action, kind, object_id, area_code, reason, rows, details::text, tx, era"
HISTORY_COLUMNS = 'id, at, actor, "table", row_id, area_code, operation, before::text, after::text, tx, era'
TABLES = (("audit_entry", ENTRY_COLUMNS), ("audit_history", HISTORY_COLUMNS))
START = b"shouwang-audit"
LOCK = 7_305_211


@dataclass(frozen=True)
class Head:
    """The end of the chain: number of the last link and its digest."""

    seal: int
    digest: str
    at: str


def seal_now(keys: Keyring, at: datetime) -> int:
    """Seal everything that has ended. Gives the number of records sealed."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute("SELECT audit_current_era(), pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        era, upper = cursor.fetchone()
        cursor.execute("SELECT era, tx_to, digest FROM audit_seal ORDER BY id DESC LIMIT 1")
        last = cursor.fetchone()
        lower = last[1] if last and last[0] == era else 0
        packed, count = [], 0
        for table, columns in TABLES:
            records = list(_digests(cursor, keys, table, columns, era, lower, upper))
            count += len(records)
            packed.append(b"".join(RECORD.pack(n, d) for n, d in records))
        if count == 0:
            return 0
        before = bytes(last[2]) if last else START
        digest = link_digest(keys, before, era, lower, upper, packed)
        cursor.execute(
            "INSERT INTO audit_seal (at, era, tx_from, tx_to, entries, histories, digest) VALUES (%s, %s, %s, %s, %s, %s, %s)",
            [at, era, lower, upper, *packed, digest],
        )
    return count


def _digests(
    cursor: Any, keys: Keyring, table: str, columns: str, era: int, lower: int, upper: int
) -> Iterator[tuple[int, bytes]]:
    cursor.execute(
        f"SELECT {columns} FROM {table} WHERE era = %s AND tx >= %s AND tx < %s ORDER BY id", [era, lower, upper]
    )
    for row in cursor.fetchall():
        yield row[0], record_digest(keys, row)


def record_digest(keys: Keyring, row: Iterable[Any]) -> bytes:
    """The digest of one record, over all its columns."""
    values = [v.isoformat() if isinstance(v, datetime) else v for v in row]
    return keys.seal_digest([json.dumps(values, ensure_ascii=False).encode()])[:16]


def link_digest(keys: Keyring, before: bytes, era: int, lower: int, upper: int, packed: Iterable[bytes]) -> bytes:
    """The digest of a link: the one before, the window, the records."""
    return keys.seal_digest([before, f"{era}:{lower}:{upper}".encode(), *packed])


def head() -> Head | None:
    """The end of the chain, or None while nothing is sealed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, digest, at FROM audit_seal ORDER BY id DESC LIMIT 1")
        row = cursor.fetchone()
    return Head(row[0], bytes(row[1]).hex(), row[2].isoformat()) if row else None


def export_head(folder: Path, at: datetime) -> Path | None:
    """Write the day's head into a folder, to be kept elsewhere: the anchor against which a cut chain shows."""
    found = head()
    if found is None:
        return None
    path = folder / f"{at:%Y-%m-%d}.json"
    path.write_text(json.dumps(found.__dict__, indent=1) + "\n", encoding="utf-8")
    return path
