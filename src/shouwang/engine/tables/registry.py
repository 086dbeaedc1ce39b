"""The national export becomes two tables: households of the current year (with last year beside them) and persons.

`hid` and `pid` count households and persons in the order of their official numbers, so that the smallest `pid`
is the smallest 人编号 and sorting by them is sorting by the numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from shouwang.engine.tables.words import LIFTED_OUT, MEASURES
from shouwang.kernel.errors import UserError

PARTS = ("wage_income", "business_income", "property_income", "transfer_income")
PLACE_SEPARATOR = "\x1f"
GROUPS = ("lifted_out", "in_monitoring", "eliminated", "never_monitored", "not_monitored", "registered")
PLACE_OF_ROW = ("file_no", "sheet_no", "row")
HOUSEHOLD_FIELDS = (
    "household_no",
    "town",
    "village",
    "year",
    "household_type",
    "monitored_kind",
    "head_name",
    "persons",
    "identified",
    *[f"risk{n}" for n in range(1, 6)],
    "risk_item",
    "risk_note",
    "window_start",
    "window_end",
    *PARTS,
    "business_cost",
    "stored_per_head",
    "claims",
    "self_paid",
    "unsafe_house",
    "no_labour_backed",
    *MEASURES,
    "risk_gone",
    "eliminated_month",
    "elimination_way",
    *PLACE_OF_ROW,
)
PERSON_FIELDS = (
    "household_no",
    "person_no",
    "town",
    "village",
    "year",
    "name",
    "sex",
    "birth",
    "relation",
    "education",
    "school_status",
    "out_of_school_reason",
    "health",
    "disability_category",
    "skill",
    "work_months",
    "wage",
    "post",
    "resident_insured",
    "employee_insured",
    "medical_aid",
    "allowance",
    "destitute",
    "phone",
    "id_text",
    "id_norm",
    "id_kind",
    "id_check_ok",
    "id_birth",
    *PLACE_OF_ROW,
)


@dataclass(frozen=True)
class RegistryTables:
    """Households and persons of income year `year`; `has_previous` tells whether last year's sheet was there."""

    households: pl.DataFrame
    persons: pl.DataFrame
    year: int

    @property
    def places(self) -> pl.DataFrame:
        """The towns and villages of the register."""
        return self.persons.select("town", "village").drop_nulls().unique().sort("town", "village")


def registry_tables(household_rows: pl.DataFrame, person_rows: pl.DataFrame, year: int, as_of: date) -> RegistryTables:
    """Tables from the accepted rows of the registry sheets: the fields that rules, checks and sheets read, no others.

    Raises UserError when there is no sheet of the year for households or persons.
    """
    household_rows, person_rows = household_rows.select(HOUSEHOLD_FIELDS), person_rows.select(PERSON_FIELDS)
    current = household_rows.filter(pl.col("year") == year).unique("household_no", keep="first", maintain_order=True)
    people = person_rows.filter(pl.col("year") == year)
    for what, rows, all_rows in (("户信息", current, household_rows), ("人信息", people, person_rows)):
        if rows.is_empty():
            years = sorted(set(all_rows["year"].drop_nulls().to_list()))
            raise UserError(
                f"登记导出里没有 {year} 年度的{what}（有：{years or '无'}）", "核对 --as-of，或补上该年度的导出"
            )
    previous = household_rows.filter(pl.col("year") == year - 1).unique(
        "household_no", keep="first", maintain_order=True
    )
    numbers = pl.concat([current["household_no"], people["household_no"]]).unique().sort()
    hids = pl.DataFrame({"household_no": numbers, "hid": pl.int_range(len(numbers), dtype=pl.Int64, eager=True)})
    households = _households(current, previous, as_of).join(hids, on="household_no", how="left").sort("hid")
    persons = _persons(people, hids, households, as_of)
    return RegistryTables(households, persons, year)


def _households(current: pl.DataFrame, previous: pl.DataFrame, as_of: date) -> pl.DataFrame:
    kind = pl.col("monitored_kind")
    last_day = pl.col("identified").dt.month_end()
    before = previous.select(
        "household_no",
        _net().alias("net0"),
        _head_count().alias("persons0"),
        pl.col("window_start").alias("window_start0"),
        pl.col("window_end").alias("window_end0"),
        pl.lit(True).alias("has_previous"),
        pl.col("row").alias("row0"),
        pl.col("sheet_no").alias("sheet_no0"),
        pl.col("file_no").alias("file_no0"),
    )
    return (
        current.with_columns(
            _net().alias("net"),
            pl.col("persons").alias("written_persons"),
            _head_count().alias("persons"),
            (pl.col("household_type") == LIFTED_OUT).fill_null(False).alias("lifted_out"),
            (kind.is_not_null() & ~pl.col("risk_gone").fill_null(False)).alias("in_monitoring"),
            (kind.is_not_null() & pl.col("risk_gone").fill_null(False)).alias("eliminated"),
            kind.is_null().alias("never_monitored"),
            last_day.alias("identified_last_day"),
            (pl.lit(as_of) - last_day).dt.total_days().alias("days_since_identified"),
            _risks().alias("risks"),
            _month_number("identified").alias("identified_number"),
            _month_number("eliminated_month").alias("eliminated_number"),
        )
        .with_columns(
            (~pl.col("in_monitoring")).alias("not_monitored"),
            (pl.col("lifted_out") | kind.is_not_null()).alias("registered"),
        )
        .join(before, on="household_no", how="left")
        .with_columns(pl.col("has_previous").fill_null(False))
    )


def _net() -> pl.Expr:
    return pl.sum_horizontal(PARTS, ignore_nulls=False) - pl.col("business_cost")


def _head_count() -> pl.Expr:
    return pl.when(pl.col("persons") > 0).then(pl.col("persons"))


def _month_number(column: str) -> pl.Expr:
    """Months since year 0, so that months can be subtracted."""
    month = pl.col(column)
    return (month.dt.year().cast(pl.Int64) * 12 + month.dt.month().cast(pl.Int64)) - 1


def _risks() -> pl.Expr:
    joined = pl.concat_str([pl.col(f"risk{n}") for n in range(1, 6)], separator=",", ignore_nulls=True)
    return pl.when(joined != "").then(pl.concat_str(pl.lit(","), joined, pl.lit(",")))


def _persons(people: pl.DataFrame, hids: pl.DataFrame, households: pl.DataFrame, as_of: date) -> pl.DataFrame:
    groups = households.select("hid", *GROUPS)
    never = ("never_monitored", "not_monitored")
    return (
        people.join(hids, on="household_no", how="left")
        .sort("person_no", "hid", maintain_order=True)
        .with_columns(
            pl.int_range(pl.len(), dtype=pl.Int64).alias("pid"),
            pl.concat_str("town", "village", separator=PLACE_SEPARATOR).alias("place"),
            age_on(as_of),
        )
        .join(groups, on="hid", how="left")
        .with_columns(pl.col(g).fill_null(g in never) for g in GROUPS)
    )


def age_on(as_of: date) -> pl.Expr:
    """`age`: completed years on `as_of`; null without a birth date."""
    birth = pl.col("birth")
    had_birthday = (birth.dt.month().cast(pl.Int32) * 100 + birth.dt.day()) <= as_of.month * 100 + as_of.day
    return (as_of.year - birth.dt.year() - (~had_birthday).cast(pl.Int32)).cast(pl.Int64).alias("age")
