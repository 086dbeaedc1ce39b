"""Invented households and persons: sizes, ages, names, identity numbers. Whole columns, one seed."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import yaml

from shouwang.kernel.identity import CHECK_CHARACTERS, WEIGHTS

DATA = Path(__file__).parent / "data"
Rng = np.random.Generator
FIRST_SEQUENCE = 701
SEQUENCES = 147
SPOUSE_SHARE, CHILDREN, PARENTS = 0.74, (0.30, 0.33, 0.27, 0.10), (0.72, 0.17, 0.11)


@cache
def given_characters() -> dict[str, Any]:
    """Characters for given names and the sets of alike ones."""
    loaded: dict[str, Any] = yaml.safe_load((DATA / "given.yaml").read_text(encoding="utf-8"))
    return loaded


def invented_people(rng: Rng, households: int, places: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Persons with household index `h`, place, relation, sex, age, birth, name, id_no.

    `places` has town, village, code; every household lives in one of them.
    """
    where = rng.integers(0, places.height, households)
    spouse = rng.random(households) < SPOUSE_SHARE
    children = rng.choice(len(CHILDREN), households, p=CHILDREN)
    parents = rng.choice(len(PARENTS), households, p=PARENTS)
    head_age = np.clip(rng.normal(54, 14, households), 24, 88).astype(int)
    size = 1 + spouse + children + parents
    h = np.repeat(np.arange(households), size)
    slot = np.arange(len(h)) - np.repeat(np.cumsum(size) - size, size)
    is_head = slot == 0
    is_spouse = (slot == 1) & spouse[h]
    first_child = 1 + spouse[h].astype(int)
    is_child = (slot >= first_child) & (slot < first_child + children[h])
    head_male = rng.random(households) < 0.82
    male = np.where(is_head, head_male[h], np.where(is_spouse, ~head_male[h], rng.random(len(h)) < 0.51))
    age = head_age[h]
    age = np.where(is_spouse, age + rng.integers(-5, 4, len(h)), age)
    age = np.where(is_child, age - rng.integers(22, 36, len(h)), age)
    age = np.where(~is_head & ~is_spouse & ~is_child, age + rng.integers(20, 30, len(h)), age)
    age = np.clip(age, 0, 97)
    relation = np.where(
        is_head,
        "户主",
        np.where(is_spouse, "配偶", np.where(is_child, np.where(male, "之子", "之女"), np.where(male, "之父", "之母"))),
    )
    birth = _birthdays(rng, age, as_of)
    frame = pl.DataFrame(
        {
            "h": h,
            "slot": slot + 1,
            "relation": relation,
            "sex": np.where(male, "男", "女"),
            "birth": birth,
            "name": _names(rng, h, households, male, is_child | is_head),
            "town": places["town"].gather(where[h]),
            "village": places["village"].gather(where[h]),
            "code": places["code"].gather(where[h]),
        }
    )
    return with_numbers(frame).with_columns(pl.Series("age", age))


def _birthdays(rng: Rng, age: np.ndarray[Any, Any], as_of: date) -> pl.Series:
    """A birth date of somebody who is `age` on `as_of`."""
    last = np.datetime64(as_of) - (age * 365.2425).astype(int).astype("timedelta64[D]")
    days = (last - rng.integers(1, 360, len(age)).astype("timedelta64[D]")).astype("datetime64[D]")
    return pl.Series("birth", days.astype("datetime64[ms]")).cast(pl.Date)


def _names(
    rng: Rng, h: np.ndarray[Any, Any], households: int, male: np.ndarray[Any, Any], same_family: np.ndarray[Any, Any]
) -> list[str]:
    table = pl.read_csv(DATA / "surnames.csv")
    weights = table["tf"].to_numpy() / table["tf"].sum()
    surnames = np.array(table["surname"].to_list())
    family = surnames[rng.choice(len(surnames), households, p=weights)][h]
    own = surnames[rng.choice(len(surnames), len(h), p=weights)]
    letters = given_characters()
    his, hers = np.array(list(letters["male"])), np.array(list(letters["female"]))
    one = np.where(male, his[rng.integers(0, len(his), len(h))], hers[rng.integers(0, len(hers), len(h))])
    two = np.where(male, his[rng.integers(0, len(his), len(h))], hers[rng.integers(0, len(hers), len(h))])
    second = np.where(rng.random(len(h)) < 0.78, two, "")
    names: list[str] = np.char.add(np.char.add(np.where(same_family, family, own), one), second).tolist()
    return names


def with_numbers(persons: pl.DataFrame) -> pl.DataFrame:
    """Adds `id_no`: county, birth date, a sequence that is unique for day and sex, check character."""
    order = pl.int_range(pl.len()).over("birth", "sex", pl.col("code").str.slice(0, 6)) % SEQUENCES
    is_even = (pl.col("sex") == "女").cast(pl.Int64)
    first17 = persons.select(
        pl.concat_str(
            pl.col("code").str.slice(0, 6),
            pl.col("birth").dt.to_string("%Y%m%d"),
            (FIRST_SEQUENCE + 2 * order + is_even).cast(pl.String),
        )
    )[:, 0]
    digits = np.frombuffer("".join(first17.to_list()).encode(), dtype=np.uint8).reshape(-1, 17).astype(np.int64) - 48
    checks = np.array(list(CHECK_CHARACTERS))[(digits @ np.array(WEIGHTS, dtype=np.int64)) % 11]
    return persons.with_columns(pl.Series("id_no", np.char.add(np.array(first17.to_list()), checks)))
