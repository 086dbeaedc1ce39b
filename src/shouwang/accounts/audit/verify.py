"""`shouwang audit verify`: walks the chain and names every record or link that is not as it was sealed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection

from shouwang.accounts.audit.seal import RECORD, START, TABLES, link_digest, record_digest
from shouwang.kernel.errors import UserError
from shouwang.kernel.secrecy import Keyring


@dataclass(frozen=True)
class Fault:
    """What is wrong with which record: edited, removed, inserted; or with which link: broken, cut off."""

    what: str
    table: str
    number: int

    @property
    def text(self) -> str:
        return f"{self.table} 第 {self.number} 号：{self.what}"


@dataclass(frozen=True)
class Verdict:
    """The faults, and how much was looked at."""

    faults: tuple[Fault, ...]
    links: int
    records: int
    unsealed: int


def verify(keys: Keyring, anchor: Path | None = None) -> Verdict:
    """Check every link and every sealed record; with an anchor also that the chain still reaches it."""
    faults: list[Fault] = []
    records = links = 0
    before = START
    digests: dict[int, str] = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, era, tx_from, tx_to, entries, histories, digest FROM audit_seal ORDER BY id")
        seals = cursor.fetchall()
        windows: dict[int, int] = {}
        for number, era, lower, upper, entries, histories, digest in seals:
            packed = [bytes(entries), bytes(histories)]
            expected = link_digest(keys, before, era, lower, upper, packed)
            if expected != bytes(digest):
                faults.append(Fault("封条与前后不符（被改动、删除或调换过顺序）", "audit_seal", number))
            if lower != windows.get(era, 0):
                faults.append(Fault("与前一封条不相接（中间缺了封条）", "audit_seal", number))
            windows[era] = upper
            for (table, columns), blob in zip(TABLES, packed, strict=True):
                listed = dict(RECORD.iter_unpack(blob))
                records += len(listed)
                faults += _compare(cursor, keys, table, columns, (era, lower, upper), listed)
            before, links = bytes(digest), links + 1
            digests[number] = bytes(digest).hex()
        unsealed = sum(_unsealed(cursor, table, era, upper) for table, _ in TABLES for era, upper in windows.items())
    if anchor is not None:
        faults += _anchored(anchor, digests)
    return Verdict(tuple(faults), links, records, unsealed)


def _compare(
    cursor: Any, keys: Keyring, table: str, columns: str, window: tuple[int, int, int], listed: dict[int, bytes]
) -> Iterator[Fault]:
    cursor.execute(f"SELECT {columns} FROM {table} WHERE era = %s AND tx >= %s AND tx < %s ORDER BY id", list(window))
    found = {row[0]: row for row in cursor.fetchall()}
    moved: dict[int, Any] = {}
    if missing := [n for n in listed if n not in found]:
        cursor.execute(f"SELECT {columns} FROM {table} WHERE id = ANY(%s)", [missing])
        moved = {row[0]: row for row in cursor.fetchall()}
    for number, digest in listed.items():
        row = found.get(number)
        if row is None:
            yield Fault("被改动（交易号变了）" if number in moved else "被删除", table, number)
        elif record_digest(keys, row) != digest:
            yield Fault("被改动", table, number)
    for number in found.keys() - listed.keys():
        yield Fault("封存之后插入的", table, number)


def _unsealed(cursor: Any, table: str, era: int, upper: int) -> int:
    cursor.execute(f"SELECT count(*) FROM {table} WHERE era = %s AND tx >= %s", [era, upper])
    return int(cursor.fetchone()[0])


def _anchored(anchor: Path, digests: dict[int, str]) -> Iterator[Fault]:
    try:
        kept = json.loads(anchor.read_text(encoding="utf-8"))
        number, digest = int(kept["seal"]), str(kept["digest"])
    except (OSError, ValueError, KeyError, TypeError) as broken:
        raise UserError(f"{anchor} 不是审计封条的存根", "用每天导出的 audit-heads/日期.json") from broken
    if number not in digests:
        yield Fault("存根里的封条不在了（链尾被截断）", "audit_seal", number)
    elif digests[number] != digest:
        yield Fault("与存根不符（链被重写）", "audit_seal", number)
