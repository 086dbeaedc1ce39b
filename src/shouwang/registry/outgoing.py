"""The register as files: in the national template, as a sheet to check entries against, as a masked list."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.db import connection

from shouwang.accounts.secret_fields import show, show_masked
from shouwang.intake.feed import Feed, Field
from shouwang.kernel.money import FEN_PER_YUAN

HOUSEHOLDS = """SELECT h.id, h.number, h.town, h.village, h.head_name, h.phone, h.persons, s.year, s.data FROM registry_household h
JOIN registry_year_sheet s ON s.household_id = h.id AND s.person_id IS NULL AND s.retracted_at IS NULL AND s.year = %s
WHERE h.dissolved_on IS NULL ORDER BY h.number"""
PERSONS = """SELECT p.id, h.number, p.number, h.town, h.village, p.name, p.identity, p.phone, p.sex, p.birth, p.relation, s.year, s.data
FROM registry_person p JOIN registry_household h ON h.id = p.household_id
JOIN registry_year_sheet s ON s.person_id = p.id AND s.retracted_at IS NULL AND s.year = %s
WHERE h.dissolved_on IS NULL ORDER BY p.number"""
HEADS = """SELECT DISTINCT ON (household_id) household_id, id, identity FROM registry_person ORDER BY household_id, (relation <> '户主'), number"""
LATEST = "SELECT max(year) FROM registry_year_sheet WHERE retracted_at IS NULL"
# The order in which the national system's entry screens ask: who, where, why, income, safety, help. † our reading of its export.
ENTRY_ORDER = ("household_no", "head_name", "phone", "town", "village", "persons", "household_type", "monitored_kind", "identified",
               "risk1", "risk2", "risk3", "risk4", "risk5", "wage_income", "business_income", "property_income", "transfer_income",
               "business_cost", "claims", "self_paid", "dropout", "unsafe_house", "safe_water", "uninsured", "risk_gone", "eliminated_month")  # fmt: skip
SCREENS = {
    "household_no": "一、基本信息",
    "household_type": "二、识别",
    "risk1": "三、风险",
    "wage_income": "四、收入支出",
    "dropout": "五、三保障",
    "risk_gone": "六、消除",
}


def latest_year() -> int | None:
    """The newest year with sheets."""
    with connection.cursor() as cursor:
        cursor.execute(LATEST)
        year: int | None = cursor.fetchone()[0]
    return year


def written_value(field: Field, value: Any) -> str | int | None:
    """A typed value as the national template writes it."""
    if value is None or value == "":
        return None
    if field.type == "money":
        yuan, fen = divmod(abs(value), FEN_PER_YUAN)
        return f"{'-' if value < 0 else ''}{yuan}" + (f".{fen:02d}" if fen else "")
    if field.type == "yes_no":
        return "是" if value else "否"
    if field.type == "month":
        return str(value)[:7].replace("-", "")
    if field.type == "list":
        return str(value).strip(",")
    return value if isinstance(value, int) and not isinstance(value, bool) else str(value)


def headers(feed: Feed) -> list[str]:
    """The fixed headers of a national sheet."""
    return [f.headers[0] for f in feed.fields]


def household_lines(feed: Feed, year: int, masked: bool, names: dict[str, str]) -> Iterator[list[str | int | None]]:
    """Rows of 户信息. `names`: province, city, county_name."""
    opened = show_masked if masked else show
    with connection.cursor() as cursor:
        cursor.execute(HEADS)
        heads = {home: (person, cipher) for home, person, cipher in cursor.fetchall()}
        cursor.execute(HOUSEHOLDS, [year])
        rows = cursor.fetchall()
    for home, number, town, village, head, phone, persons, of_year, data in rows:
        person, cipher = heads.get(home, (0, None))
        known = {**names, "household_no": number, "town": town, "village": village, "head_name": head, "year": of_year, "persons": persons,
                 "head_id": opened("registry_person", "identity", person, cipher), "phone": opened("registry_household", "phone", home, phone)}  # fmt: skip
        said = _data(data)
        yield [written_value(f, known[f.name] if f.name in known else said.get(f.name)) for f in feed.fields]


def person_lines(feed: Feed, year: int, masked: bool, names: dict[str, str]) -> Iterator[list[str | int | None]]:
    """Rows of 人信息."""
    opened = show_masked if masked else show
    with connection.cursor() as cursor:
        cursor.execute(PERSONS, [year])
        rows = cursor.fetchall()
    for n, home, number, town, village, name, cipher, phone, sex, birth, relation, of_year, data in rows:
        known = {**names, "household_no": home, "person_no": number, "town": town, "village": village, "name": name, "sex": sex,
                 "birth": birth.isoformat() if birth else None, "relation": relation, "year": of_year,
                 "id": opened("registry_person", "identity", n, cipher), "phone": opened("registry_person", "phone", n, phone)}  # fmt: skip
        said = _data(data)
        yield [written_value(f, known[f.name] if f.name in known else said.get(f.name)) for f in feed.fields]


def _data(data: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(data)
    return found


def entry_lines(feed: Feed, year: int) -> tuple[list[str], Iterator[list[str | int | None]]]:
    """录入对照单: one row a household, fields in the order of the entry screens, numbers masked."""
    order = [feed.field(name) for name in ENTRY_ORDER]
    titles = [f"{SCREENS[f.name]} {f.headers[0]}" if f.name in SCREENS else f.headers[0] for f in order]
    places = [[f.name for f in feed.fields].index(name) for name in ENTRY_ORDER]
    return titles, ([line[p] for p in places] for line in household_lines(feed, year, True, {}))
