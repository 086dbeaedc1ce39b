"""What is known of incomes before anybody asks, so that nobody types it twice: the register, civil affairs, jobs, payments, medical bills.

One line an amount: hid pid kind item amount (fen) source evidence measure expected. `expected` is what a monthly payment or wage will still
bring until the window ends. Amounts of a closed year that the register knows as a whole and no department explains stand as one line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import yaml
from django.db import connection

from shouwang.income.frames import SHEET_KEYS
from shouwang.income.kinds import ALL, BUSINESS, CLAIMS, COST, PROPERTY, SELF_PAID, TRANSFER, WAGE
from shouwang.kernel.dates import Window
from shouwang.registry.queries import my_range

TABLE = Path(__file__).with_name("known.yaml")
SHAPE = {
    "hid": pl.Int64, "pid": pl.Int64, "kind": pl.String, "item": pl.String, "amount": pl.Int64, "source": pl.String, "evidence": pl.String,
    "measure": pl.Int64, "expected": pl.Boolean,
}  # fmt: skip
# Where the register's sum of a kind goes that no department explains.
REST = {
    WAGE: "务工工资", BUSINESS: "其他经营", PROPERTY: "其他财产", TRANSFER: "其他转移", COST: "生产成本", SELF_PAID: "医疗自付", CLAIMS: "其他理赔",
}  # fmt: skip
WHERE = "AND f.retracted_at IS NULL AND f.area_code >= %(lo)s AND f.area_code < %(hi)s {some}"
ALLOWANCES = f"""SELECT DISTINCT ON (f.person_id, f.data->>'start') f.household_id, f.person_id, f.data->>'type', (f.data->>'start')::date,
    (f.data->>'stop')::date, (f.data->>'amount')::bigint FROM exchange_fact f WHERE f.kind = 'dibao' {WHERE}
ORDER BY f.person_id, f.data->>'start', f.id DESC"""
JOBS = f"""SELECT household_id, person_id, state, since, lead(since) OVER (PARTITION BY person_id ORDER BY since), amount FROM (
    SELECT DISTINCT ON (f.person_id, f.event_date) f.household_id, f.person_id, f.data->>'state' AS state, f.event_date AS since, f.amount
    FROM exchange_fact f WHERE f.kind = 'jobs' AND f.event_date <= %(on)s {WHERE} ORDER BY f.person_id, f.event_date, f.id DESC) j"""
PAID = f"""SELECT household_id, person_id, project, sum(amount)::bigint, count(*) FROM (
    SELECT DISTINCT f.household_id, f.person_id, coalesce(f.data->>'project', '') AS project, f.event_date, f.amount FROM exchange_fact f
    WHERE f.kind = 'payments' AND f.amount > 0 AND f.event_date BETWEEN %(start)s AND %(until)s {WHERE}) p GROUP BY 1, 2, 3"""
BILLS = f"""SELECT f.household_id, sum(f.amount)::bigint, count(*) FROM exchange_fact f
WHERE f.kind = 'med_oop' AND f.amount > 0 AND f.event_date BETWEEN %(start)s AND %(until)s {WHERE} GROUP BY 1"""
WAGES = f"""SELECT DISTINCT ON (f.person_id) f.household_id, f.person_id, (f.data->>'wage')::bigint, (f.data->>'work_months')::int FROM registry_year_sheet f
WHERE f.person_id IS NOT NULL AND f.year = %(year)s AND (f.data->>'wage')::bigint > 0 {WHERE} ORDER BY f.person_id, f.id DESC"""
SUMS = f"""SELECT DISTINCT ON (f.household_id) f.household_id, {", ".join(f"(f.data->>'{k}')::bigint" for k in SHEET_KEYS)} FROM registry_year_sheet f
WHERE f.person_id IS NULL AND f.year = %(year)s {WHERE} ORDER BY f.household_id, f.id DESC"""


@cache
def table() -> dict[str, Any]:
    """Words of payments, working states, usual measures."""
    raw: dict[str, Any] = yaml.safe_load(TABLE.read_text(encoding="utf-8"))
    return raw


@dataclass(frozen=True)
class Known:
    """`lines` as above; `over`: hid kind told sum, where departments know more than the register has."""

    lines: pl.DataFrame
    over: pl.DataFrame


def known(area: str, window: Window, on: date, hids: Sequence[int] | None = None, year: int | None = None) -> Known:
    """What is known of an area or of some households. `year`: the income year whose yearly sheets belong to the window; None: none do."""
    lo, hi = my_range(area)
    params: dict[str, Any] = {
        "lo": lo,
        "hi": hi,
        "hids": list(hids or ()),
        "on": on,
        "start": window.start,
        "until": min(on, window.end),
        "year": year,
    }

    def read(sql: str, columns: dict[str, Any]) -> pl.DataFrame:
        with connection.cursor() as cursor:
            cursor.execute(sql.format(some="" if hids is None else "AND f.household_id = ANY (%(hids)s)"), params)
            return pl.DataFrame(cursor.fetchall(), schema=columns, orient="row")

    home = {"hid": pl.Int64, "pid": pl.Int64}
    span = {"since": pl.Date, "stop": pl.Date, "monthly": pl.Int64}
    wages = read(WAGES, {**home, "amount": pl.Int64, "months": pl.Int64})
    jobs = (
        read(JOBS, {**home, "state": pl.String, **span})
        .filter(pl.col("state").is_in(table()["working"]))
        .join(wages, on="pid", how="anti")
    )
    lines = pl.concat([
        _monthly(_named(read(ALLOWANCES, {**home, "text": pl.String, **span})), window, on),
        _monthly(jobs.with_columns(kind=pl.lit(WAGE), item=pl.lit("务工工资"), said=pl.lit("人社月工资，推算")), window, on),
        _paid(read(PAID, {**home, "project": pl.String, "amount": pl.Int64, "n": pl.Int64})),
        _line(read(BILLS, {"hid": pl.Int64, "amount": pl.Int64, "n": pl.Int64}), SELF_PAID, "医疗自付", pl.format("医保自付 {} 笔", "n")),
        _line(wages, WAGE, "务工工资", pl.format("登记务工 {} 个月", pl.col("months").cast(pl.String).fill_null("？")), "sheet"),
    ])  # fmt: skip
    sums = read(SUMS, {"hid": pl.Int64, **dict.fromkeys(ALL, pl.Int64)})
    rest = _rest(sums, lines)
    over = rest.filter(pl.col("amount") < 0).select("hid", "kind", "told", "sum")
    left = _line(
        rest,
        pl.col("kind"),
        pl.col("kind").replace_strict(REST, return_dtype=pl.String),
        pl.lit(f"{year}年登记"),
        "sheet",
    )
    usual = pl.col("item").replace_strict(table()["usual"], default=None, return_dtype=pl.Int64)
    found = pl.concat([lines, left]).filter(pl.col("amount") > 0).with_columns(measure=usual).select(*SHAPE)
    return Known(found.sort("hid", "kind", "item", "pid", "expected", nulls_last=True), over)


def _line(
    rows: pl.DataFrame, kind: str | pl.Expr, item: str | pl.Expr, said: pl.Expr, source: str = "known"
) -> pl.DataFrame:
    def text(value: str | pl.Expr) -> pl.Expr:
        return value if isinstance(value, pl.Expr) else pl.lit(value)

    pid = pl.col("pid") if "pid" in rows.columns else pl.lit(None, dtype=pl.Int64)
    expected = pl.col("expected") if "expected" in rows.columns else pl.lit(value=False)
    return rows.select(
        hid=pl.col("hid"), pid=pid, kind=text(kind), item=text(item), amount=pl.col("amount"), source=pl.lit(source), evidence=said, expected=expected
    )  # fmt: skip


def _named(rows: pl.DataFrame) -> pl.DataFrame:
    destitute = pl.col("text").fill_null("").str.contains("特困")
    return rows.with_columns(
        kind=pl.lit(TRANSFER), item=pl.when(destitute).then(pl.lit("特困供养金")).otherwise(pl.lit("低保金")),
        said=pl.lit("民政名册"),
    )  # fmt: skip


def _monthly(rows: pl.DataFrame, window: Window, on: date) -> pl.DataFrame:
    """Months of a spell inside the window times the monthly amount: those until `on` received, the later ones expected.

    A spell lasts until the month before its stop; without a stop it goes on.
    """
    first, last, now = (d.year * 12 + d.month for d in (window.start, window.end, on))
    month = [pl.col(c).dt.year().cast(pl.Int64) * 12 + pl.col(c).dt.month().cast(pl.Int64) for c in ("since", "stop")]
    begin, stop = pl.max_horizontal(month[0], pl.lit(first)), pl.min_horizontal(month[1], pl.lit(last + 1))
    parts = [
        rows.with_columns(months=pl.min_horizontal(stop, pl.lit(now + 1)) - begin, expected=pl.lit(value=False)),
        rows.with_columns(months=stop - pl.max_horizontal(begin, pl.lit(now + 1)), expected=pl.lit(value=True)),
    ]
    told = pl.concat(parts).filter((pl.col("months") > 0) & pl.col("monthly").is_not_null())
    told = told.with_columns(amount=pl.col("months") * pl.col("monthly"), each=_yuan(pl.col("monthly")))
    return _line(told, pl.col("kind"), pl.col("item"), pl.format("{} {} 个月，每月 {}", "said", "months", "each"))


def _yuan(fen: pl.Expr) -> pl.Expr:
    return pl.format("{}.{}", fen // 100, (fen % 100).cast(pl.String).str.zfill(2))


def _paid(rows: pl.DataFrame) -> pl.DataFrame:
    """Payments by what they are."""
    projects = rows["project"].unique().to_list()
    meant = [(p, *_meaning(p)) for p in projects]
    shape = {"project": pl.String, "kind": pl.String, "item": pl.String}
    names = pl.DataFrame(meant, schema=shape, orient="row")
    told = rows.join(names, on="project").filter(pl.col("item").is_not_null())
    said = pl.format("发放 {} {} 笔", pl.col("project").str.slice(0, 30), "n")
    return _line(told, pl.col("kind"), pl.col("item"), said)


def _meaning(project: str) -> tuple[str | None, str | None]:
    entry = next(e for e in table()["payments"] if any(word in project for word in e["words"]))
    return (entry["kind"], entry["item"]) if entry["item"] else (None, None)


def _rest(sums: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    """hid kind sum told amount: of each kind what the register has beyond the lines (negative: less than they say)."""
    registered = sums.unpivot(ALL, index="hid", variable_name="kind", value_name="sum").drop_nulls()
    told = lines.filter(~pl.col("expected")).group_by("hid", "kind").agg(pl.col("amount").sum().alias("told"))
    return (
        registered.join(told, on=["hid", "kind"], how="left")
        .with_columns(pl.col("told").fill_null(0))
        .with_columns(amount=pl.col("sum") - pl.col("told"))
    )
