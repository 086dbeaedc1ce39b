"""Writes an import into the register: new households and persons, changes, memberships, spells, yearly sheets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any

import polars as pl
from django.db import connection

from shouwang.accounts.bulk import incoming as incoming_table
from shouwang.accounts.bulk import insert_rows, refresh_statistics, take_ids
from shouwang.accounts.secret_fields import hide
from shouwang.registry.compare import HOUSEHOLD_FIELDS, PERSON_FIELDS, Comparison, differs
from shouwang.registry.incoming import Incoming
from shouwang.registry.models import Household, Membership, Person, SearchToken, StatusSpell, YearSheet
from shouwang.registry.names import tokens

HOUSEHOLD_COLUMNS = ("id", "area_code", "number", "head_name", "town", "village", "persons", "phone", "phone_digest", "housing",
                     "origin", "recorded_at", "version", "lives_elsewhere")  # fmt: skip
PERSON_COLUMNS = ("id", "area_code", "household_id", "number", "name", "sex", "birth", "relation", "identity", "identity_digest",
                  "identity_kind", "identity_ok", "phone", "phone_digest", "recorded_at")  # fmt: skip
HOMES, PEOPLE = Household._meta.db_table, Person._meta.db_table
Told = Callable[[str, int], None]


def apply(
    incoming: Incoming, found: Comparison, batch_id: int, origin: str, day: date, at: datetime, told: Told
) -> dict[str, int]:
    """Everything in the caller's transaction. Gives counts of what was written."""
    told("写入农户", 0)
    homes = _households(found.households, origin, at)
    told("写入人员", homes.height)
    people = _persons(found.persons, homes, day, at)
    left = _close_memberships(found.absent_persons, day)
    told("写入年度登记", homes.height + people.height)
    sheets = _sheets(incoming.sheets, homes, people, batch_id, at)
    spells = _spells(incoming.statuses, homes, origin, day, at) if incoming.year else 0
    told("建立检索", homes.height + people.height + sheets)
    _tokens(homes, people)
    refresh_statistics(YearSheet)
    return {"households": homes.height, "persons": people.height, "sheets": sheets, "spells": spells, "left": left}


def _households(rows: pl.DataFrame, origin: str, at: datetime) -> pl.DataFrame:
    """New and changed households. Gives number → id, area of all households of the file."""
    fresh = rows.filter(pl.col("id").is_null())
    ids = take_ids(Household, fresh.height)
    columns = ("number", "area", "head_name", "town", "village", "persons", "phone", "phone_digest")
    insert_rows(
        Household,
        HOUSEHOLD_COLUMNS,
        (
            (
                n,
                area,
                number,
                head,
                town,
                village,
                persons,
                hide(HOMES, "phone", n, phone),
                _raw(mark),
                "{}",
                origin,
                at,
                1,
                False,
            )
            for n, (number, area, head, town, village, persons, phone, mark) in zip(
                ids, fresh.select(columns).iter_rows(), strict=True
            )
        ),
    )
    _change_households(rows.filter(pl.any_horizontal(differs(f) for f in HOUSEHOLD_FIELDS)))
    known = pl.Series("new_id", ids, dtype=pl.Int64)
    numbered = pl.concat(
        [
            fresh.select("number", "area", "head_name").with_columns(known.alias("id")),
            rows.filter(pl.col("id").is_not_null()).select("number", "area", "head_name", "id"),
        ]
    )
    return numbered.select("number", "id", "area", "head_name")


def _change_households(changed: pl.DataFrame) -> None:
    lines = (
        (n, head, town, village, persons, hide(HOMES, "phone", n, phone), _raw(mark), area)
        for n, head, town, village, persons, phone, mark, area in changed.select(
            "id", "head_name", "town", "village", "persons", "phone", "phone_digest", "area"
        ).iter_rows()
    )
    with incoming_table(
        Household, ("id", "head_name", "town", "village", "persons", "phone", "phone_digest", "area_code"), lines
    ) as name:
        _run(
            f"""UPDATE registry_household h SET head_name = i.head_name, town = i.town, village = i.village,
            persons = coalesce(i.persons, h.persons), phone = coalesce(i.phone, h.phone), phone_digest = coalesce(i.phone_digest, h.phone_digest),
            area_code = i.area_code, version = version + 1 FROM {name} i WHERE h.id = i.id"""
        )


def _persons(rows: pl.DataFrame, homes: pl.DataFrame, day: date, at: datetime) -> pl.DataFrame:
    rows = rows.join(
        homes.select(pl.col("number").alias("household"), pl.col("id").alias("home"), "area"),
        on="household",
        how="inner",
    )
    fresh = rows.filter(pl.col("id").is_null())
    ids = take_ids(Person, fresh.height)
    insert_rows(Person, PERSON_COLUMNS, _person_lines(fresh.with_columns(pl.Series("id", ids, dtype=pl.Int64)), at))
    changed = rows.filter(pl.any_horizontal(differs(f) for f in PERSON_FIELDS))
    with incoming_table(Person, PERSON_COLUMNS, _person_lines(changed, at)) as name:
        _run(
            f"""UPDATE registry_person p SET household_id = i.household_id, area_code = i.area_code, name = i.name, sex = i.sex,
            birth = coalesce(i.birth, p.birth), relation = i.relation, identity = coalesce(i.identity, p.identity),
            identity_digest = coalesce(i.identity_digest, p.identity_digest), identity_kind = i.identity_kind, identity_ok = i.identity_ok,
            phone = coalesce(i.phone, p.phone), phone_digest = coalesce(i.phone_digest, p.phone_digest) FROM {name} i WHERE p.id = i.id"""
        )
    known = fresh.with_columns(pl.Series("id", ids, dtype=pl.Int64))
    insert_rows(
        Membership,
        ("area_code", "household_id", "person_id", "since", "began", "ended", "recorded_at"),
        ((area, home, n, None, "登记导入", "", at) for area, home, n in known.select("area", "home", "id").iter_rows()),
    )
    return pl.concat([known, rows.filter(pl.col("id").is_not_null())]).select("number", "id", "home", "area", "name")


def _person_lines(rows: pl.DataFrame, at: datetime) -> Iterator[tuple[Any, ...]]:
    columns = ("id", "area", "home", "number", "name", "sex", "birth", "relation", "id_text", "id_norm", "id_digest", "id_kind",
               "id_check_ok", "phone", "phone_digest")  # fmt: skip
    for n, area, home, number, name, sex, birth, relation, text, norm, mark, kind, ok, phone, phone_mark in rows.select(
        columns
    ).iter_rows():
        written = norm or text
        yield (
            n, area, home, number, name, sex, birth, relation, hide(PEOPLE, "identity", n, written), _raw(mark), kind, bool(ok),
            hide(PEOPLE, "phone", n, phone), _raw(phone_mark), at,
        )  # fmt: skip


def _raw(mark: str | None) -> bytes | None:
    return bytes.fromhex(mark) if mark else None


def _close_memberships(absent: pl.DataFrame, day: date) -> int:
    """Persons no longer in the file: the membership ends, the person stays."""
    return _run(
        "UPDATE registry_membership SET until = %s, ended = '导出中不再有' WHERE until IS NULL AND person_id = ANY(%s)",
        [day, absent["id"].to_list()],
    )


def _sheets(sheets: pl.DataFrame, homes: pl.DataFrame, people: pl.DataFrame, batch_id: int, at: datetime) -> int:
    """Yearly lines: the same again is left, a different one retracts the old."""
    placed = sheets.join(
        homes.select(pl.col("number").alias("household"), pl.col("id").alias("hid"), "area"),
        on="household",
        how="inner",
    )
    placed = placed.join(
        people.select(pl.col("number").alias("person"), pl.col("id").alias("pid")), on="person", how="left"
    )
    placed = placed.filter(pl.col("person").is_null() | pl.col("pid").is_not_null())
    columns = ("area_code", "household_id", "person_id", "year", "data", "sheet", "row")
    lines = placed.select("area", "hid", "pid", "year", "data", "sheet", "row").iter_rows()
    same = "s.household_id = i.household_id AND s.person_id IS NOT DISTINCT FROM i.person_id AND s.year = i.year AND s.retracted_at IS NULL"
    with incoming_table(YearSheet, columns, lines) as name:
        _run(
            f"UPDATE registry_year_sheet s SET retracted_at = %s FROM {name} i WHERE {same} AND s.data <> i.data", [at]
        )
        return _run(
            f"""INSERT INTO registry_year_sheet (area_code, household_id, person_id, year, data, sheet, row, batch_id, recorded_at)
            SELECT area_code, household_id, person_id, year, data, sheet, row, %s, %s FROM {name} i
            WHERE NOT EXISTS (SELECT 1 FROM registry_year_sheet s WHERE {same})""",
            [batch_id, at],
        )


def _spells(statuses: pl.DataFrame, homes: pl.DataFrame, origin: str, day: date, at: datetime) -> int:
    """Open spells follow the newest sheet: new ones begin, those it no longer shows end."""
    placed = statuses.join(
        homes.select(pl.col("number").alias("household"), pl.col("id").alias("hid"), "area"),
        on="household",
        how="inner",
    )
    lines = placed.select("area", "hid", "kind", "since").iter_rows()
    with incoming_table(StatusSpell, ("area_code", "household_id", "kind", "since"), lines) as name:
        _run(
            f"""UPDATE registry_status_spell s SET until = %s WHERE s.until IS NULL AND s.retracted_at IS NULL AND s.source = %s
            AND s.household_id = ANY(%s) AND NOT EXISTS (SELECT 1 FROM {name} i WHERE i.household_id = s.household_id AND i.kind = s.kind)""",
            [day, origin, homes["id"].to_list()],
        )
        return _run(
            f"""INSERT INTO registry_status_spell (area_code, household_id, kind, since, source, recorded_at)
            SELECT area_code, household_id, kind, since, %s, %s FROM {name} i WHERE NOT EXISTS (SELECT 1 FROM registry_status_spell s
            WHERE s.household_id = i.household_id AND s.kind = i.kind AND s.until IS NULL AND s.retracted_at IS NULL)""",
            [origin, at],
        )


def _tokens(homes: pl.DataFrame, people: pl.DataFrame) -> None:
    """Search tokens of all households of the file, made anew."""
    names = people.group_by("home").agg(pl.col("name"))
    rows = homes.join(names, left_on="id", right_on="home", how="left")
    _run("DELETE FROM registry_search_token WHERE household_id = ANY(%s)", [homes["id"].to_list()])
    insert_rows(
        SearchToken,
        ("area_code", "household_id", "token"),
        (
            (area, n, token)
            for number, n, area, head, members in rows.select("number", "id", "area", "head_name", "name").iter_rows()
            for token in tokens(number, [head, *(members or [])])
        ),
    )


def _run(sql: str, params: list[Any] | None = None) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        count: int = cursor.rowcount
    return count
