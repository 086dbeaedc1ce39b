"""Many rows at once: COPY into a temporary table, then one INSERT … SELECT, which row-level security checks.

(COPY straight into a table with row-level security is refused by the database.)
"""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db import connection, models

_numbers = itertools.count(1)
MANY = 2000
FUNCTIONS = """
CREATE OR REPLACE FUNCTION platform_analyze(p_table regclass) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET lock_timeout = '300ms' AS $$
BEGIN
    EXECUTE format('ANALYZE %s', p_table);
EXCEPTION WHEN OTHERS THEN NULL;  -- somebody else is at it: their statistics serve as well
END $$;
"""


def take_ids(model: type[models.Model], count: int) -> list[int]:
    """Row ids reserved before the rows exist, so that their fields can be encrypted for them."""
    if count == 0:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [model._meta.db_table, count],
        )
        return [row[0] for row in cursor.fetchall()]


@contextlib.contextmanager
def incoming(
    model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]], **more: str
) -> Iterator[str]:
    """A temporary table with the given columns of a model (and `more` columns by type), filled with rows; its name."""
    name = f"incoming_{next(_numbers)}"
    table = model._meta.db_table
    listed = ", ".join(f'"{c}"' for c in columns)
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE TEMPORARY TABLE {name} ON COMMIT DROP AS SELECT {listed} FROM "{table}" WITH NO DATA')
        for column, kind in more.items():
            cursor.execute(f'ALTER TABLE {name} ADD COLUMN "{column}" {kind}')
        whole = ", ".join(f'"{c}"' for c in (*columns, *more))
        with cursor.connection.cursor().copy(f"COPY {name} ({whole}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute(f"ANALYZE {name}")
    try:
        yield name
    finally:
        if not connection.needs_rollback:
            with connection.cursor() as cursor:
                cursor.execute(f"DROP TABLE IF EXISTS {name}")


def insert_rows(
    model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]], conflict: str = ""
) -> int:
    """Insert rows; `conflict` is an ON CONFLICT clause. Gives the number inserted."""
    listed = ", ".join(f'"{c}"' for c in columns)
    with incoming(model, columns, rows) as name, connection.cursor() as cursor:
        cursor.execute(f'INSERT INTO "{model._meta.db_table}" ({listed}) SELECT {listed} FROM {name} {conflict}')
        count: int = cursor.rowcount
    if count >= MANY:
        refresh_statistics(model)
    return count


def refresh_statistics(model: type[models.Model]) -> None:
    """Fresh statistics after many rows, or the next statements are planned for an empty table."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT platform_analyze(%s::regclass)", [model._meta.db_table])
