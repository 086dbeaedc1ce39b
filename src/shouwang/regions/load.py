"""Fills the table of divisions from the shipped lists. Run by the owner; may be run again."""

from __future__ import annotations

import csv
from datetime import date

import polars as pl
from django.db import connection

from shouwang.regions.divisions import DATA, divisions

LISTED = date(2021, 10, 31)  # the list's day
COLUMNS = "code, level, name, since"


def load_divisions(provinces: tuple[str, ...] = ()) -> int:
    """All divisions of the country (or of some provinces, for tests), former codes and former names. Gives the count."""
    rows = divisions()
    if provinces:
        rows = rows.filter(pl.col("code").str.slice(0, 2).is_in(provinces))
    files = ("town_points_2016.csv.gz", "village_points_2016.csv.gz")
    parts = [
        pl.read_csv(DATA / name, schema_overrides={"code": pl.String}).select("code", "lon", "lat") for name in files
    ]
    points = pl.concat(parts).unique("code", keep="first")
    rows = rows.join(points, on="code", how="left")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM regions_division")
        if cursor.fetchone()[0] >= rows.height:
            return rows.height
        cursor.execute("CREATE TEMPORARY TABLE listed (LIKE regions_division)")
        with cursor.connection.cursor().copy("COPY listed (code, level, name, lon, lat, successor) FROM STDIN") as copy:
            for row in rows.select("code", "level", "name", "lon", "lat").iter_rows():
                copy.write_row((*row, ""))
        cursor.execute(
            "INSERT INTO regions_division SELECT * FROM listed ON CONFLICT (code) DO NOTHING"
        )  # what was changed here stays
        cursor.execute("DROP TABLE listed")
        cursor.execute("DELETE FROM regions_former_name WHERE until = %s", [LISTED])
        known = set(rows["code"].to_list())
        for code, change, name in _changes(provinces):
            if change == "removed" and code not in known:
                cursor.execute(
                    "INSERT INTO regions_division (code, level, name, until, successor) VALUES (%s, %s, %s, %s, '') ON CONFLICT DO NOTHING",
                    [code, 4 if len(code) == 9 else 3, name, LISTED],
                )
            elif change == "renamed":
                cursor.execute(
                    "INSERT INTO regions_former_name (code, name, until) VALUES (%s, %s, %s)", [code, name, LISTED]
                )
        cursor.execute("ANALYZE regions_division")
    return rows.height


def _changes(provinces: tuple[str, ...]) -> list[tuple[str, str, str]]:
    with (DATA / "changes_2021.csv").open(encoding="utf-8", newline="") as stream:
        rows = [(r["code"], r["change"], r["name_before"]) for r in csv.DictReader(stream)]
    return [r for r in rows if not provinces or r[0][:2] in provinces]
