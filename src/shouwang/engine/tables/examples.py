"""Builds the tables of worked examples: households, persons and rows as short mappings become what rules read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars as pl

from shouwang.engine.tables.facts import BIRTH, NOT_FACTS, TYPES
from shouwang.engine.tables.registry import registry_tables
from shouwang.intake.feed import Feed
from shouwang.intake.identity_columns import identity_columns
from shouwang.kernel.dates import income_window, income_year, parse_iso
from shouwang.kernel.money import fen

ADULT = {"birth": date(1985, 5, 5), "skill": "普通劳动力", "health": ",健康,", "education": "初中"}
OWNERS = "example_rows"
FACT_STATES = ("linked", "to_confirm", "rejected", "unmatched")


@dataclass
class ExampleTables:
    """The tables of one run while they are being filled."""

    households: list[dict[str, Any]] = field(default_factory=list)
    persons: list[dict[str, Any]] = field(default_factory=list)
    facts: dict[str, list[dict[str, Any]]] = field(default_factory=dict)


def add_example(
    tables: ExampleTables, number: int, about: Mapping[str, Any], as_of: date, feeds: Mapping[str, Feed]
) -> None:
    """One example's households, of this year and the one before, persons and rows; `number` marks them as its own."""
    copies = 2 if about.get("second_household") else 1
    year = income_year(as_of)
    for copy in range(copies):
        key = f"H{number:04d}{copy}"
        tables.households.append(_household(key, about.get("household", {}), year, feeds["registry_household"]))
        if about.get("previous", {}) is not None:
            before = {**_money_only(about.get("household", {})), **(about.get("previous") or {})}
            tables.households.append(_household(key, before, year - 1, feeds["registry_household"]))
        for n, person in enumerate(about.get("persons", [{}])):
            tables.persons.append(_person(key, n, person, year, feeds["registry_person"]))
    for kind, rows in about.get("rows", {}).items():
        for row in rows:
            tables.facts.setdefault(kind, []).append(
                {**row, "_example": number, "_free": bool(about.get("unregistered"))}
            )


def _money_only(household: Mapping[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in household.items() if k in ("net", "persons")}


def _household(key: str, about: Mapping[str, Any], year: int, feed: Feed) -> dict[str, Any]:
    window = income_window(year)
    line: dict[str, Any] = {f.name: None for f in feed.fields}
    parts = dict.fromkeys(("wage_income", "business_income", "property_income", "transfer_income", "business_cost"), 0)
    line |= {
        "household_no": key,
        "year": year,
        "household_type": "一般农户",
        "persons": 1,
        "window_start": window.start,
        "window_end": window.end,
        **parts,
    }
    line["wage_income"] = fen("30000")
    for name, value in about.items():
        if name == "net":
            line["wage_income"] = None if value is None else fen(value)
        else:
            line[name] = _typed(feed, name, value)
    return {**line, "file_no": 0, "sheet_no": 0, "row": 1}


def _person(key: str, number: int, about: Mapping[str, Any], year: int, feed: Feed) -> dict[str, Any]:
    line: dict[str, Any] = {f.name: None for f in feed.fields}
    line |= {"household_no": key, "person_no": f"{key}{number:02d}", "year": year, "name": f"某{number}", **ADULT}
    line |= {name: _typed(feed, name, value) for name, value in about.items()}
    numbers = identity_columns(pl.Series([line["id"] or ""]), of_registry=True).row(0, named=True)
    return {**line, **numbers, "file_no": 0, "sheet_no": 0, "row": 1}


def _typed(feed: Feed, name: str, value: Any) -> Any:
    kind = feed.field(name).type
    if value is None:
        return None
    if kind == "money":
        return fen(value)
    if kind == "yes_no":
        return value in (True, "是")
    if kind == "list":
        return f",{value},"
    if kind == "month" and isinstance(value, str):
        return date.fromisoformat(f"{value}-01")
    if kind in ("date", "month") and isinstance(value, str):
        return parse_iso(value)
    return value


def person_and_household_rows(tables: ExampleTables, feeds: Mapping[str, Feed]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Household rows and person rows as the registry's sheets would give them."""
    place = {"file_no": pl.Int64, "sheet_no": pl.Int64, "row": pl.Int64}
    identity = {
        "id_text": pl.String,
        "id_norm": pl.String,
        "id_kind": pl.String,
        "id_check_ok": pl.Boolean,
        "id15": pl.String,
        "id_birth": pl.Date,
    }
    households = pl.DataFrame(tables.households, schema={**_schema(feeds["registry_household"]), **place})
    persons = pl.DataFrame(tables.persons, schema={**_schema(feeds["registry_person"]), **identity, **place})
    return households, persons


def example_frames(
    tables: ExampleTables, feeds: Mapping[str, Feed], kinds: frozenset[str], as_of: date
) -> dict[str, pl.DataFrame]:
    """Every table that rules read, and whose example each row is."""
    registry = registry_tables(*person_and_household_rows(tables, feeds), income_year(as_of), as_of)
    frames = {
        "households": registry.households,
        "persons": registry.persons,
        "signals": pl.DataFrame(schema={"rule": pl.String, "hid": pl.Int64}),
    }
    pids = dict(registry.persons.select("person_no", "pid").iter_rows())
    hids = dict(registry.persons.select("person_no", "hid").iter_rows())
    owners: list[int] = []
    for kind, feed in feeds.items():
        if not feed.is_registry:
            rows = tables.facts.get(kind, []) if kind in kinds else []
            frames |= _facts(kind, feed, rows, pids, hids, len(owners))
            owners += [row["_example"] for row in rows]
    frames[OWNERS] = pl.DataFrame(
        {"rid": range(len(owners)), "example": owners}, schema={"rid": pl.Int64, "example": pl.Int64}
    )
    return frames


def _schema(feed: Feed) -> dict[str, Any]:
    return {f.name: TYPES.get(f.type, pl.String()) for f in feed.fields}


def _facts(
    kind: str, feed: Feed, rows: list[dict[str, Any]], pids: Mapping[str, int], hids: Mapping[str, int], first: int
) -> dict[str, pl.DataFrame]:
    names = {f.name: TYPES.get(f.type, pl.String()) for f in feed.fields if f.type not in NOT_FACTS and f.name != BIRTH}
    lines: dict[str, list[dict[str, Any]]] = {state: [] for state in FACT_STATES}
    for rid, row in enumerate(rows, start=first):
        fields = {n: _typed(feed, n, row.get(n)) for n in names}
        state = "unmatched" if row["_free"] else row.get("status", "linked")
        age = row.get("age_at_date")
        for who in row.get("candidates", [row.get("of", "0")]) if state == "to_confirm" else [row.get("of", "0")]:
            home, _, person = str(who).rpartition(":")
            number = f"H{row['_example']:04d}{home or 0}{int(person):02d}"
            lines[state].append(
                {"rid": rid, "pid": pids.get(number), "hid": hids.get(number), "age_at_date": age, **fields}
            )
    base = {"rid": pl.Int64, "pid": pl.Int64, "hid": pl.Int64, "age_at_date": pl.Int64}
    made = {state: pl.DataFrame(lines[state], schema={**base, **names}) for state in FACT_STATES}
    return {
        f"linked:{kind}": made["linked"].drop("age_at_date"),
        f"to_confirm:{kind}": made["to_confirm"].drop("age_at_date", "hid"),
        f"unmatched:{kind}": made["unmatched"].drop("pid", "hid"),
        f"rejected:{kind}": made["rejected"].select("hid").unique(),
    }
