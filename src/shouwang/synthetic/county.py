"""A whole invented county: the tables of the export, the department sheets, the stories."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl
import yaml

from shouwang.kernel.dates import income_year
from shouwang.kernel.errors import UserError
from shouwang.kernel.identity import CHECK_CHARACTERS, check_character
from shouwang.regions.divisions import County, county, villages
from shouwang.synthetic.departments import WANTED, department_rows, roll_rows
from shouwang.synthetic.people import DATA, invented_people
from shouwang.synthetic.register import household_table, person_table

HOUSEHOLDS_PER_VILLAGE = 140
ABSENT_FROM_ROLL = 0.01


@dataclass
class Invented:
    """An invented county. `rows` holds department rows by kind (values, not yet text)."""

    county: County
    as_of: date
    year: int
    households: pl.DataFrame
    persons: pl.DataFrame
    rows: dict[str, pl.DataFrame]
    rolls: tuple[pl.DataFrame, pl.DataFrame]
    stories: list[dict[str, Any]] = field(default_factory=list)


def invent(code: str, households: int, as_of: date, seed: int, with_stories: bool = True) -> Invented:
    """Invent a county of so many households on its real villages. Raises UserError for an unknown county."""
    place = county(code)
    here = villages(code)
    if place is None or here.is_empty():
        raise UserError(f"区划名单里没有县 {code}，或它没有村", "用6位县级代码，如 230524")
    rng = np.random.default_rng(seed)
    count = min(max(households // HOUSEHOLDS_PER_VILLAGE, 6), here.height)
    picked = here[np.sort(rng.permutation(here.height)[:count])].unique(
        ["town", "village"], keep="first", maintain_order=True
    )
    people = invented_people(rng, households, picked, as_of)
    year = income_year(as_of)
    homes = household_table(rng, people, year, as_of)
    persons = person_table(rng, people, homes)
    strangers = _strangers(rng, picked, as_of, max(households // 10, 40))
    rows = {kind: department_rows(rng, kind, persons, strangers, as_of) for kind in WANTED}
    invented = Invented(
        place,
        as_of,
        year,
        homes,
        persons,
        rows,
        (roll_rows(rng, persons, ABSENT_FROM_ROLL), roll_rows(rng, persons, 0)),
    )
    return _told(invented, picked) if with_stories else invented


def _strangers(rng: np.random.Generator, places: pl.DataFrame, as_of: date, count: int) -> pl.DataFrame:
    """People who live here and are in no register: valid numbers that nobody registered has."""
    people = invented_people(rng, count, places, as_of)
    shifted = [_elsewhere(number) for number in people["id_no"].to_list()]
    return people.with_columns(pl.Series("id_no", shifted))


def _elsewhere(number: str) -> str:
    """The same birth date with a sequence that the registered population does not reach."""
    first17 = number[:14] + str(int(number[14:17]) % 2 + 992)
    return first17 + check_character(first17)


def _told(invented: Invented, places: pl.DataFrame) -> Invented:
    """Adds the stories: their households at the end of the register, their rows at the end of the sheets."""
    stories: list[dict[str, Any]] = yaml.safe_load((DATA / "stories.yaml").read_text(encoding="utf-8"))
    for number, story in enumerate(stories):
        place = places.row(number % places.height, named=True)
        if "household" in story:
            people = _story_people(invented, story, place, number)
            _add_household(invented, story, place, people)
        else:
            people = [_person(invented, {**story["outside"], "relation": "户主"}, place, 993 - number % 2)]
        for row in story["rows"]:
            _add_row(invented, row, people[row.get("person", 0)])
        number_of = f"{place['code']}{(invented.households.height - 1) % 100000:05d}" if "household" in story else ""
        invented.stories.append({**story, "household_no": number_of})
    return invented


def _story_people(
    invented: Invented, story: Mapping[str, Any], place: Mapping[str, Any], number: int
) -> list[dict[str, Any]]:
    return [
        _person(invented, p, place, 900 + 2 * (number * 6 + n) + (p["sex"] == "男"))
        for n, p in enumerate(story["people"])
    ]


def _person(invented: Invented, about: Mapping[str, Any], place: Mapping[str, Any], sequence: int) -> dict[str, Any]:
    born = (
        date(invented.as_of.year - int(about["age"]) - 1, 12, 1)
        if invented.as_of.month < 12
        else date(invented.as_of.year - int(about["age"]), 2, 1)
    )
    first17 = f"{invented.county.code}{born:%Y%m%d}{sequence}"
    number = first17 + check_character(first17)
    assert number[-1] in CHECK_CHARACTERS
    return {
        **about,
        "birth": born,
        "id_no": number,
        "town": place["town"],
        "village": place["village"],
        "code": place["code"],
    }


def _add_household(
    invented: Invented, story: Mapping[str, Any], place: Mapping[str, Any], people: list[dict[str, Any]]
) -> None:
    about = story["household"]
    h = invented.households.height
    blank: dict[str, Any] = {
        c: (0.0 if t.is_numeric() else False if t == pl.Boolean else "") for c, t in invented.households.schema.items()
    }
    income = {
        "wage_income": about["wage"],
        "business_income": about["business"],
        "transfer_income": about["transfer"],
        "business_cost": about["cost"],
    }
    line = {
        **blank,
        "h": h,
        "town": place["town"],
        "village": place["village"],
        "code": place["code"],
        "head_name": people[0]["name"],
        "head_id": people[0]["id_no"],
        "household_type": about["type"],
        "persons": len(people),
        "unsafe_house": "否",
        "safe_water": "是",
        "no_labour_backed": "否",
        **{k: float(v) for k, v in income.items()},
        **{f"{k}0": float(v) for k, v in income.items()},
    }
    invented.households = pl.concat([invented.households, pl.DataFrame([line], schema=invented.households.schema)])
    _add_members(invented, h, people)


def _add_members(invented: Invented, h: int, people: list[dict[str, Any]]) -> None:
    lines = []
    empty: dict[str, Any] = {c: (0 if t.is_numeric() else "") for c, t in invented.persons.schema.items()}
    for slot, person in enumerate(people, start=1):
        lines.append(
            {
                **empty,
                "h": h,
                "slot": slot,
                "relation": person["relation"],
                "sex": person["sex"],
                "birth": person["birth"],
                "name": person["name"],
                "town": person["town"],
                "village": person["village"],
                "code": person["code"],
                "id_no": person["id_no"],
                "written_id": person["id_no"],
                "age": person["age"],
                "education": "" if "school" in person else "初中",
                "school_status": person.get("school", ""),
                "health": person.get("health", "健康"),
                "skill": person["skill"],
                "work_months": str(person.get("months", "")),
                "wage": str(person.get("pay", "")),
                "resident_insured": "是",
                "employee_insured": "否",
                "medical_aid": "否",
                "allowance": "未享受",
                "destitute": "不享受",
            }
        )
    invented.persons = pl.concat([invented.persons, pl.DataFrame(lines, schema=invented.persons.schema)])


def _add_row(invented: Invented, row: Mapping[str, Any], person: Mapping[str, Any]) -> None:
    table = invented.rows[row["kind"]]
    day = invented.as_of - timedelta(days=int(row["days_ago"]))
    line: dict[str, Any] = dict.fromkeys(table.columns)
    line |= {c: person[c] for c in ("name", "id_no", "birth", "town", "village")}
    line |= {k: v for k, v in row.items() if k in table.columns} | {"date": day}
    line["amount"] = round(float(row["amount"]) * 100) if row.get("amount") not in (None, "") else None
    invented.rows[row["kind"]] = (
        pl.concat([table, pl.DataFrame([line], schema=table.schema)]) if "amount" in table.columns else table
    )
