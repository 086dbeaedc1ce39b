"""The register as linking sees it: persons with opened identity numbers, in memory only."""

from __future__ import annotations

import polars as pl
from django.db import connection

from shouwang.accounts.secret_fields import keys, place
from shouwang.engine.tables.registry import PLACE_SEPARATOR
from shouwang.kernel.secrecy import Unopenable
from shouwang.registry.models import Person

SQL = """SELECT p.id AS pid, p.household_id AS hid, p.number AS person_no, p.name, p.birth, p.identity, h.town, h.village, p.area_code
FROM registry_person p JOIN registry_household h ON h.id = p.household_id WHERE h.dissolved_on IS NULL ORDER BY p.id"""
SCHEMA = {"pid": pl.Int64, "hid": pl.Int64, "person_no": pl.String, "name": pl.String, "birth": pl.Date, "identity": pl.Binary,
          "town": pl.String, "village": pl.String, "area": pl.String}  # fmt: skip


def persons_to_link() -> pl.DataFrame:
    """pid hid person_no name birth town village place area id_norm of the open territory's persons."""
    with connection.cursor() as cursor:
        cursor.execute(SQL)
        rows = pl.DataFrame(cursor.fetchall(), schema=SCHEMA, orient="row")
    ring, table = keys(), Person._meta.db_table
    numbers: list[str | None] = []
    for pid, cipher in rows.select("pid", "identity").iter_rows():
        try:
            numbers.append(ring.decrypt(cipher, place(table, "identity", pid)) if cipher else None)
        except Unopenable:
            numbers.append(None)
    return rows.drop("identity").with_columns(
        pl.when(pl.col("name") != "").then("name").alias("name"),
        pl.Series("id_norm", numbers, dtype=pl.String),
        pl.concat_str("town", "village", separator=PLACE_SEPARATOR).alias("place"),
    )
