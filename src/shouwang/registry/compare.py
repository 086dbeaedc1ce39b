"""What an import would change, told before anything is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl
from django.db import connection

from shouwang.accounts.secret_fields import IDENTITY, PHONE, digest
from shouwang.registry.incoming import Incoming

SAMPLES = 50
HOUSEHOLD_SQL = """SELECT id, number, area_code, town, village, head_name, persons, encode(phone_digest, 'hex'),
dissolved_on IS NOT NULL
FROM registry_household WHERE area_code >= %s AND area_code < %s"""
PERSON_SQL = """SELECT p.id, p.number, h.number AS household, p.name, p.sex, p.birth, p.relation, encode(p.identity_digest, 'hex') AS id_digest,
p.identity_kind, encode(p.phone_digest, 'hex') AS phone_digest
FROM registry_person p JOIN registry_household h ON h.id = p.household_id WHERE p.area_code >= %s AND p.area_code < %s"""
HOUSEHOLD_SCHEMA = {"id": pl.Int64, "number": pl.String, "area": pl.String, "town": pl.String, "village": pl.String, "head_name": pl.String,
                    "persons": pl.Int64, "phone_digest": pl.String, "dissolved": pl.Boolean}  # fmt: skip
PERSON_SCHEMA = {"id": pl.Int64, "number": pl.String, "household": pl.String, "name": pl.String, "sex": pl.String, "birth": pl.Date,
                 "relation": pl.String, "id_digest": pl.String, "id_kind": pl.String, "phone_digest": pl.String}  # fmt: skip
HOUSEHOLD_FIELDS = {"area": "所在村", "head_name": "户主", "persons": "家庭人口数", "phone_digest": "联系电话"}
PERSON_FIELDS = {
    "household": "所属户",
    "name": "姓名",
    "sex": "性别",
    "birth": "出生日期",
    "relation": "与户主关系",
    "id_digest": "证件号码",
    "phone_digest": "联系电话",
}
HIDDEN = ("id_digest", "phone_digest")


@dataclass(frozen=True)
class Comparison:
    """Incoming lines beside what is there (`id` null: new), and what is there but not in the file."""

    households: pl.DataFrame
    persons: pl.DataFrame
    absent_households: pl.DataFrame
    absent_persons: pl.DataFrame

    def report(self) -> dict[str, Any]:
        """Counts and first examples, for the page: numbers and field names, no identity numbers."""
        changed = {
            "households": _changes(self.households, HOUSEHOLD_FIELDS),
            "persons": _changes(self.persons, PERSON_FIELDS),
        }
        return {
            "new_households": self.households.filter(pl.col("id").is_null()).height,
            "new_persons": self.persons.filter(pl.col("id").is_null()).height,
            "absent_households": self.absent_households.height,
            "absent_persons": self.absent_persons.height,
            "absent_examples": self.absent_households["number"].head(SAMPLES).to_list(),
            "changed": {kind: {f: n for f, (n, _) in found.items()} for kind, found in changed.items()},
            "examples": [line for found in changed.values() for _, lines in found.values() for line in lines],
            "same_households": self.households.height - _touched(self.households, HOUSEHOLD_FIELDS).height,
            "same_persons": self.persons.height - _touched(self.persons, PERSON_FIELDS).height,
        }


def query(sql: str, params: list[Any], schema: Mapping[str, Any]) -> pl.DataFrame:
    """Rows of a query as a frame of a given shape."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return pl.DataFrame(cursor.fetchall(), schema=dict(schema), orient="row")


def compare(incoming: Incoming, lo: str, hi: str) -> Comparison:
    """Incoming against the register of an area (a range of codes)."""
    homes = query(HOUSEHOLD_SQL, [lo, hi], HOUSEHOLD_SCHEMA)
    people = query(PERSON_SQL, [lo, hi], PERSON_SCHEMA)
    households = with_digests(incoming.households, phone="phone").join(
        homes.rename({c: f"{c}_now" for c in homes.columns if c not in ("id", "number")}), on="number", how="left"
    )
    persons = with_digests(incoming.persons, phone="phone", identity="id_norm").join(
        people.rename({c: f"{c}_now" for c in people.columns if c not in ("id", "number")}), on="number", how="left"
    )
    seen = incoming.households.select("number")
    return Comparison(
        households,
        persons,
        homes.filter(~pl.col("dissolved")).join(seen, on="number", how="anti"),
        people.join(seen.rename({"number": "household"}), on="household", how="semi").join(
            incoming.persons.select("number"), on="number", how="anti"
        ),
    )


def with_digests(rows: pl.DataFrame, phone: str = "", identity: str = "") -> pl.DataFrame:
    """Adds `phone_digest` and `id_digest` as hexadecimal text."""
    if phone:
        rows = rows.with_columns(_digests(rows[phone], PHONE).alias("phone_digest"))
    if identity:
        rows = rows.with_columns(_digests(rows[identity], IDENTITY).alias("id_digest"))
    return rows


def _digests(values: pl.Series, kind: str) -> pl.Series:
    return pl.Series([d.hex() if (d := digest(kind, v)) else None for v in values.to_list()], dtype=pl.String)


def differs(field: str) -> pl.Expr:
    """Whether the file says something else than the register. A blank in the file is no statement."""
    return pl.col("id").is_not_null() & pl.col(field).is_not_null() & pl.col(field).ne_missing(pl.col(f"{field}_now"))


def _touched(rows: pl.DataFrame, fields: Mapping[str, str]) -> pl.DataFrame:
    return rows.filter(pl.col("id").is_null() | pl.any_horizontal(differs(f) for f in fields))


def _changes(rows: pl.DataFrame, fields: Mapping[str, str]) -> dict[str, tuple[int, list[list[str]]]]:
    found = {}
    for field, title in fields.items():
        changed = rows.filter(differs(field))
        shown = changed.head(SAMPLES // 5)
        old, new = (
            (["****"] * shown.height,) * 2
            if field in HIDDEN
            else (shown[f"{field}_now"].to_list(), shown[field].to_list())
        )
        lines = [[n, title, str(a), str(b)] for n, a, b in zip(shown["number"].to_list(), old, new, strict=True)]
        found[title] = (changed.height, lines)
    return found
