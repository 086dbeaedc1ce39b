"""One line a household with two closed years and the running forecast: yearly sheets, and over them the statements entered here.

Statements of another concept or window than the area's are left out: they are never mixed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl
from django.db import connection

from shouwang.cases.limits import words
from shouwang.cases.words import KINDS
from shouwang.income.kinds import COST, INCOME
from shouwang.kernel.areas import COUNTY_DIGITS
from shouwang.kernel.dates import income_window
from shouwang.registry.queries import my_range

SHEET_KEYS = (
    "wage_income",
    "business_income",
    "property_income",
    "transfer_income",
    "business_cost",
    "self_paid",
    "claims",
)
MONEY = (*INCOME, COST, "self_paid", "claims")
HOMES = "SELECT id, area_code, persons FROM registry_household WHERE dissolved_on IS NULL AND area_code >= %(lo)s AND area_code < %(hi)s {some}"
SHEETS = f"""SELECT household_id, year, {", ".join(f"(data->>'{k}')::bigint" for k in SHEET_KEYS)}, (data->>'persons')::int FROM registry_year_sheet
WHERE person_id IS NULL AND retracted_at IS NULL AND year = ANY (%(years)s) AND area_code >= %(lo)s AND area_code < %(hi)s {{some_of}} ORDER BY id"""
STATEMENTS = f"""SELECT household_id, year, {", ".join(MONEY)}, persons FROM income_statement WHERE replaced_at IS NULL AND NOT is_forecast
AND concept = %(concept)s AND window_kind = %(window)s AND year = ANY (%(years)s) AND area_code >= %(lo)s AND area_code < %(hi)s {{some_of}} ORDER BY id"""
FORECASTS = f"""SELECT household_id, year, {", ".join(MONEY)}, persons FROM income_statement WHERE replaced_at IS NULL AND is_forecast
AND concept = %(concept)s AND window_kind = %(window)s AND year = %(running)s AND area_code >= %(lo)s AND area_code < %(hi)s {{some_of}} ORDER BY id"""
# What an item `i` adds to net income: cost is taken off, rigid spending and insurance payments stay outside.
SIGNED = "CASE i.kind WHEN 'cost' THEN -i.amount WHEN 'self_paid' THEN 0 WHEN 'claims' THEN 0 ELSE i.amount END"
# Net received and net still expected of forecasts `s` with their items `i`.
RECEIVED = f"coalesce(sum({SIGNED}) FILTER (WHERE NOT i.expected), 0)::bigint"
EXPECTED = f"coalesce(sum({SIGNED}) FILTER (WHERE i.expected), 0)::bigint"
# What has been received so far in the running year, and by the same month of the year before.
PARTS = f"""WITH now AS (SELECT id, household_id, until FROM income_statement WHERE replaced_at IS NULL AND is_forecast AND year = %(running)s
    AND until IS NOT NULL AND area_code >= %(lo)s AND area_code < %(hi)s {{some_of}}),
before AS (SELECT DISTINCT ON (s.household_id) s.id, s.household_id FROM income_statement s JOIN now ON now.household_id = s.household_id
    WHERE s.is_forecast AND s.year = %(running)s - 1 AND s.until = (now.until - interval '1 year')::date ORDER BY s.household_id, s.id DESC),
sums AS (SELECT statement_id, sum({SIGNED})::bigint AS net
    FROM income_item i WHERE NOT expected AND statement_id IN (SELECT id FROM now UNION SELECT id FROM before) GROUP BY statement_id)
SELECT now.household_id, a.net, b.net FROM now JOIN sums a ON a.statement_id = now.id LEFT JOIN before ON before.household_id = now.household_id
LEFT JOIN sums b ON b.statement_id = before.id"""
SPELLS = """SELECT household_id, bool_or(kind = 'lifted_out'), bool_or(kind = ANY (%(monitored)s)), bool_or(kind = 'relocated') FROM registry_status_spell
WHERE until IS NULL AND retracted_at IS NULL AND area_code >= %(lo)s AND area_code < %(hi)s {some_of} GROUP BY household_id"""
NO_WORK = (
    "SELECT DISTINCT household_id FROM screening_signal WHERE rule = 'R13' AND closed_run IS NULL "
    "AND area_code >= %(lo)s AND area_code < %(hi)s {some_of}"
)


def net(prefix: str = "", suffix: str = "") -> pl.Expr:
    """Net income of a year of the frame; null when a part is."""
    return pl.sum_horizontal([pl.col(f"{prefix}{k}{suffix}") for k in INCOME], ignore_nulls=False).alias(
        "net"
    ) - pl.col(f"{prefix}{COST}{suffix}")


def homes(area: str, year: int, hids: Sequence[int] | None = None) -> pl.DataFrame:
    """The frame that `lists.assess` wants, for a closed year; each table is read once and joined in memory."""
    lo, hi = my_range(area)
    county, at = (area or lo)[:COUNTY_DIGITS], income_window(year).end
    params: dict[str, Any] = {
        "lo": lo,
        "hi": hi,
        "years": [year, year - 1],
        "running": year + 1,
        "monitored": list(KINDS),
        "hids": list(hids or ()),
        "concept": words(county, "income_concept", at) or "net",
        "window": words(county, "income_window_kind", at) or "income_year",
    }
    some, some_of = ("AND id = ANY (%(hids)s)", "AND household_id = ANY (%(hids)s)") if hids is not None else ("", "")

    def read(sql: str, columns: dict[str, Any]) -> pl.DataFrame:
        with connection.cursor() as cursor:
            cursor.execute(sql.format(some=some, some_of=some_of), params)
            return pl.DataFrame(cursor.fetchall(), schema=columns, orient="row")

    money = dict.fromkeys(MONEY, pl.Int64)
    yearly = {"hid": pl.Int64, "year": pl.Int64, **money, "persons": pl.Int64}
    base = read(HOMES, {"hid": pl.Int64, "area": pl.String, "size": pl.Int64})
    closed = pl.concat([read(SHEETS, yearly), read(STATEMENTS, yearly)]).unique(
        ["hid", "year"], keep="last", maintain_order=True
    )
    forecast = read(FORECASTS, yearly).unique("hid", keep="last").drop("year", "self_paid", "claims")
    parts = read(PARTS, {"hid": pl.Int64, "part_net": pl.Int64, "part_net0": pl.Int64})
    spells = read(SPELLS, {"hid": pl.Int64, "lifted": pl.Boolean, "monitored": pl.Boolean, "relocated": pl.Boolean})
    idle = read(NO_WORK, {"hid": pl.Int64}).with_columns(able=pl.lit(True), works=pl.lit(False))
    now = closed.filter(pl.col("year") == year).drop("year")
    before = closed.filter(pl.col("year") == year - 1).drop("year")
    frame = base.join(now, on="hid", how="left").join(
        before.rename({c: f"{c}0" for c in (*MONEY, "persons")}), on="hid", how="left"
    )
    frame = frame.join(forecast.rename({c: f"f_{c}" for c in (*INCOME, COST, "persons")}), on="hid", how="left")
    for more in (parts, spells, idle):
        frame = frame.join(more, on="hid", how="left")
    flags = ("lifted", "monitored", "relocated", "able")
    return frame.with_columns(
        pl.coalesce("persons", "size").alias("persons"), pl.coalesce("persons0", "size").alias("persons0"), *[pl.col(f).fill_null(False) for f in flags],
        pl.col("works").fill_null(True),
    ).sort("hid")  # fmt: skip
