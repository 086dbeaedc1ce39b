"""Work on the whole database that only its owner may do: sealing before a backup, a new era after a restore, new keys."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from shouwang.accounts.audit.seal import export_head, seal_now
from shouwang.accounts.secret_fields import place as place_of
from shouwang.config.place import Place
from shouwang.config.secure import secure
from shouwang.kernel.secrecy import Keyring, Unopenable, key_number

# Every encrypted field: table, column, name of the field in its place.
FIELDS = (
    ("registry_person", "identity"),
    ("registry_person", "phone"),
    ("registry_household", "phone"),
    ("exchange_row", "written"),
    ("cases_report", "phone"),
)
PIECE = 5000


def seal_all(place: Place) -> Path | None:
    """Seal what has ended and write the day's head."""
    now = timezone.now()
    seal_now(place.keyring(), now)
    return export_head(place.heads, now)


def after_restore() -> None:
    """Transaction numbers start anew: a new era; structure and rules of this version; everybody signs in again."""
    call_command("migrate", verbosity=0, interactive=False)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("INSERT INTO audit_era (number) SELECT max(number) + 1 FROM audit_era")
        cursor.execute("DELETE FROM django_session")
    secure()


def encrypt_anew(keys: Keyring, told: Callable[[str], None]) -> int:
    """Re-encrypt every field that an older key made, piece by piece; may be stopped and run again."""
    return sum(_table(keys, table, column, told) for table, column in FIELDS)


def _table(keys: Keyring, table: str, column: str, told: Callable[[str], None]) -> int:
    last = done = 0
    with connection.cursor() as cursor:
        while True:
            cursor.execute(
                f"SELECT id, {column} FROM {table} WHERE id > %s AND {column} IS NOT NULL ORDER BY id LIMIT %s",
                [last, PIECE],
            )
            rows = cursor.fetchall()
            if not rows:
                return done
            last = rows[-1][0]
            fresh = []
            for n, cipher in rows:
                if key_number(cipher) == keys.current:
                    continue
                where = place_of(table, column, n)
                try:
                    fresh.append((keys.encrypt(keys.decrypt_bytes(cipher, where), where), n))
                except Unopenable:
                    told(f"{table} 第 {n} 号的 {column} 打不开，原样保留")
            with transaction.atomic():
                cursor.executemany(f"UPDATE {table} SET {column} = %s WHERE id = %s", fresh)
            done += len(fresh)
            told(f"{table}.{column}：{done:,}")
