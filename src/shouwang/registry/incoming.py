"""Typed sheets of a national export or a village roster as incoming households and persons, placed in the area tree."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from shouwang.engine.tables.words import ALLOWANCES, DESTITUTE, LIFTED_OUT
from shouwang.regions.divisions import villages

HOUSEHOLD_PERSONAL = ("head_name", "head_id", "phone", "collector", "collector_phone")
PERSON_PERSONAL = ("name", "id", "phone")
NOT_DATA = ("row", "reject", "raw", "bad", "file_no", "sheet_no", "year", "household_no", "person_no", "dob", "county")
KINDS = ("脱贫不稳定户", "边缘易致贫户", "突发严重困难户")
STATUS_TITLES = {
    "lifted_out": "脱贫户",
    "unstable": "脱贫不稳定户",
    "edge": "边缘易致贫户",
    "sudden": "突发严重困难户",
    "prevention": "防止返贫致贫对象",
    "allowance": "低保",
    "destitute": "特困",
    "allowance_edge": "低保边缘",
    "relocated": "易地搬迁",
    "backed": "整户无劳动能力兜底",
}
KIND_KEYS = dict(zip(KINDS, ("unstable", "edge", "sudden"), strict=True))


@dataclass(frozen=True)
class Incoming:
    """What a file says, one line a household and a person of its newest year, and all yearly lines.

    households  number area town village head_name persons phone
    persons     number household name sex birth relation id_text id_kind id_check_ok phone
    sheets      household person year data(JSON) sheet row
    statuses    household kind since
    unplaced    villages that the list of divisions does not know (town, village, households)
    """

    households: pl.DataFrame
    persons: pl.DataFrame
    sheets: pl.DataFrame
    statuses: pl.DataFrame
    unplaced: pl.DataFrame
    year: int


def from_national(household_rows: pl.DataFrame, person_rows: pl.DataFrame, county: str) -> Incoming:
    """The accepted rows of the household and person sheets (with `file_no`, `sheet_no`) of a county's export."""
    year = int(household_rows["year"].max() or 0)  # type: ignore[arg-type]
    current = household_rows.filter(pl.col("year") == year).unique("household_no", keep="first", maintain_order=True)
    people = person_rows.filter(pl.col("year") == person_rows["year"].max()).unique(
        "person_no", keep="first", maintain_order=True
    )
    placed, unplaced = _placed(current, county)
    households = placed.select(
        pl.col("household_no").alias("number"),
        "area",
        "town",
        "village",
        pl.col("head_name").fill_null(""),
        "persons",
        "phone",
    )
    sheets = pl.concat(
        [_sheets(household_rows, HOUSEHOLD_PERSONAL, None), _sheets(person_rows, PERSON_PERSONAL, "person_no")]
    )
    return Incoming(households, _persons(people, households), sheets, _statuses(current, people, year), unplaced, year)


def from_roster(rows: pl.DataFrame, county: str) -> Incoming:
    """The accepted rows of a roster without incomes: one line a person, households by number."""
    heads = rows.sort("row").unique("household_no", keep="first", maintain_order=True)
    counts = rows.group_by("household_no").agg(pl.len().cast(pl.Int64).alias("persons"))
    placed, unplaced = _placed(heads.join(counts, on="household_no", how="left"), county)
    households = placed.select(
        pl.col("household_no").alias("number"), "area", "town", "village",
        pl.coalesce("head_name", "name").fill_null("").alias("head_name"), "persons", "phone",
    )  # fmt: skip
    place = pl.col("row").rank("ordinal").over("household_no").cast(pl.String).str.zfill(2)
    numbered = rows.with_columns(
        pl.coalesce("person_no", pl.concat_str("household_no", place)).alias("person_no")
    ).unique("person_no", keep="first", maintain_order=True)  # fmt: skip
    empty = pl.DataFrame(
        schema={
            "household": pl.String,
            "person": pl.String,
            "year": pl.Int64,
            "data": pl.String,
            "sheet": pl.Int64,
            "row": pl.Int64,
        }
    )
    statuses = pl.DataFrame(schema={"household": pl.String, "kind": pl.String, "since": pl.Date})
    return Incoming(households, _persons(numbered, households), empty, statuses, unplaced, 0)


def _placed(rows: pl.DataFrame, county: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows with `area`: the village's code; else the town's; else the county's, and those are reported."""
    known = villages(county)
    by_village = known.select("town", "village", pl.col("code").alias("v")).unique(["town", "village"])
    by_town = known.select("town", pl.col("town_code").alias("t")).unique("town")
    found = rows.join(by_village, on=["town", "village"], how="left").join(by_town, on="town", how="left")
    lost = found.filter(pl.col("v").is_null()).group_by("town", "village").agg(pl.len().alias("households"))
    return found.with_columns(pl.coalesce("v", "t", pl.lit(county)).alias("area")), lost.sort("town", "village")


def _persons(people: pl.DataFrame, households: pl.DataFrame) -> pl.DataFrame:
    known = households.select(pl.col("number").alias("household_no"))
    return people.join(known, on="household_no", how="semi").select(
        pl.col("person_no").alias("number"),
        pl.col("household_no").alias("household"),
        pl.col("name").fill_null(""),
        pl.col("sex").fill_null(""),
        "birth",
        pl.col("relation").fill_null(""),
        "id_text",
        "id_norm",
        "id_kind",
        "id_check_ok",
        "phone",
    )


def _sheets(rows: pl.DataFrame, personal: tuple[str, ...], person: str | None) -> pl.DataFrame:
    kept = [c for c in rows.columns if c not in NOT_DATA and not any(c == p or c.startswith(f"{p}_") for p in personal)]
    whole = rows.unique(
        ["household_no", "year"] if person is None else ["person_no", "year"], keep="first", maintain_order=True
    )
    return whole.select(
        pl.col("household_no").alias("household"),
        (pl.col(person) if person else pl.lit(None, dtype=pl.String)).alias("person"),
        "year",
        pl.struct(kept).struct.json_encode().alias("data"),
        pl.col("sheet_no").alias("sheet"),
        "row",
    )


def _statuses(current: pl.DataFrame, people: pl.DataFrame, year: int) -> pl.DataFrame:
    """Status spells that the current sheet shows: household, kind, since."""
    unknown = pl.lit(None, dtype=pl.Date).alias("since")
    watched = current.filter(pl.col("monitored_kind").is_in(KINDS) & ~pl.col("risk_gone").fill_null(False))
    kind = pl.col("monitored_kind").replace_strict(KIND_KEYS, return_dtype=pl.String).alias("kind")
    lifted = current.filter(pl.col("household_type") == LIFTED_OUT)
    backed = current.filter(pl.col("no_labour_backed").fill_null(False))
    parts = [
        watched.select("household_no", kind, pl.col("identified").alias("since")),
        lifted.select("household_no", pl.lit("lifted_out").alias("kind"), unknown),
        backed.select("household_no", pl.lit("backed").alias("kind"), unknown),
    ]
    for name, condition in (
        ("allowance", pl.col("allowance").is_in(ALLOWANCES)),
        ("destitute", pl.col("destitute").is_in(DESTITUTE)),
        ("relocated", pl.col("relocated").fill_null(False)),
    ):
        parts.append(people.filter(condition).select("household_no", pl.lit(name).alias("kind"), unknown).unique())
    return pl.concat(parts).rename({"household_no": "household"}).unique().sort("household", "kind")
