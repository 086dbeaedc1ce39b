"""What stands on a township's check sheets: household by household why, what to check, what is already known."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from shouwang.engine.tables.words import ABLE, ALLOWANCES, DESTITUTE, HEAD, MEASURES
from shouwang.kernel.money import FEN_PER_YUAN
from shouwang.policy.rules import RuleCard
from shouwang.reports.checklist.row_codes import with_codes
from shouwang.screening.county import CountyRun
from shouwang.screening.findings_text import (
    MONEY_PLACES,
    REASON_LABELS,
    decimal_column,
    household_names,
    sheet_names,
    told_signals,
)

TO_CHECK = "risk"
LINE_BREAK = "\n"
NOT_WRITTEN = "未写明乡镇"


def reasons(run: CountyRun) -> pl.DataFrame:
    """Signals with the person they are about, by household: rule, sentence with name and last four digits, class."""
    people = run.registry.persons.select(
        "pid", pl.col("name").alias("who"), pl.col("id_text").str.slice(-4).alias("tail")
    )
    about = (
        pl.when(pl.col("who").is_null())
        .then(pl.lit(""))
        .otherwise(pl.concat_str(pl.col("who"), pl.lit("（尾号"), pl.col("tail").fill_null(""), pl.lit("）：")))
    )
    told = told_signals(run).join(people, on="pid", how="left")
    return told.with_columns(pl.concat_str(about, "sentence").alias("line"))


def households_to_check(run: CountyRun, told: pl.DataFrame) -> pl.DataFrame:
    """One line a household with at least one risk signal among `reasons`: all its cells, and its row code."""
    cards = run.figures.book.rules
    risk = told.filter(pl.col("class") == TO_CHECK)
    titles = {code: card.title for code, card in cards.items()}
    checks = {code: card.check for code, card in cards.items()}
    numbered = risk.with_columns(
        pl.concat_str(
            pl.int_range(1, pl.len() + 1).over("hid").cast(pl.String),
            pl.lit("."),
            "line",
            pl.lit("（"),
            "citation",
            pl.lit("）"),
        ).alias("why"),
        pl.col("rule").replace_strict(checks, return_dtype=pl.String).alias("to_check"),
    )
    gathered = numbered.group_by("hid", maintain_order=True).agg(
        pl.col("why").str.join(LINE_BREAK),
        pl.col("to_check").unique(maintain_order=True).str.join("；"),
        pl.col("risk_type").unique(maintain_order=True).str.join("、"),
        pl.len().alias("signals"),
    )
    others = told.filter(pl.col("class") != TO_CHECK).with_columns(
        pl.col("rule").replace_strict(titles, return_dtype=pl.String).alias("title")
    )
    also = others.group_by("hid", maintain_order=True).agg(
        pl.col("title").unique(maintain_order=True).str.join("、").alias("also")
    )
    lines = (
        gathered.join(household_names(run), on="hid", how="left")
        .join(known_facts(run), on="hid", how="left")
        .join(also, on="hid", how="left")
    )
    told_known = pl.concat_str(
        [pl.col("known"), pl.when(pl.col("also").is_not_null()).then(pl.concat_str(pl.lit("另在清单："), "also"))],
        separator="；",
        ignore_nulls=True,
    )
    lines = lines.with_columns(
        told_known.alias("known"), pl.col("town").fill_null(NOT_WRITTEN), pl.col("village").fill_null("未写明村")
    )
    return with_codes(lines.sort("town", "village", "household_no"), run.as_of.strftime("%Y%m%d"), "household_no")


def known_facts(run: CountyRun) -> pl.DataFrame:
    """hid, head, tail, state, kind of household, and in one text what the register knows already."""
    able = pl.col("skill").is_in(list(ABLE))
    members = run.registry.persons.group_by("hid").agg(
        pl.len().alias("members"),
        able.fill_null(False).sum().alias("able"),
        pl.col("allowance").is_in(list(ALLOWANCES)).fill_null(False).any().alias("allowance"),
        pl.col("destitute").is_in(list(DESTITUTE)).fill_null(False).any().alias("destitute"),
        pl.col("name").filter(pl.col("relation") == HEAD).first().alias("head_of_list"),
        pl.col("id_text").filter(pl.col("relation") == HEAD).first().str.slice(-4).alias("tail"),
    )
    state = (
        pl.when("in_monitoring")
        .then(pl.lit("监测中"))
        .when("eliminated")
        .then(pl.lit("风险已消除"))
        .otherwise(pl.lit("未监测"))
    )
    rows = run.registry.households.join(members, on="hid", how="left")
    measures = [pl.when(pl.col(c).is_not_null()).then(pl.lit(label)) for c, label in MEASURES.items()]
    listed = pl.concat_str(measures, separator="、", ignore_nulls=True)
    relief = pl.concat_str(
        [pl.when("allowance").then(pl.lit("低保")), pl.when("destitute").then(pl.lit("特困"))],
        separator="、",
        ignore_nulls=True,
    )
    known = pl.concat_str(
        [
            pl.format("{}人，劳动力{}人", pl.col("members").fill_null(0), pl.col("able").fill_null(0)),
            pl.when(relief != "").then(relief),
            pl.when(listed != "").then(pl.concat_str(pl.lit("已有措施："), listed)),
        ],
        separator="；",
        ignore_nulls=True,
    )
    return rows.select(
        "hid",
        pl.coalesce("head_of_list", "head_name").alias("head"),
        pl.col("tail").fill_null(""),
        pl.col("household_type").fill_null("").alias("household_type"),
        pl.concat_str([state, pl.col("monitored_kind")], separator="·", ignore_nulls=True).alias("state"),
        known.alias("known"),
    )


def outside_register(run: CountyRun) -> pl.DataFrame:
    """Clues 库外农户, by the town the row names: person, rule, what happened, where it stands."""
    cards: Mapping[str, RuleCard] = run.figures.book.rules
    titles = {code: card.title for code, card in cards.items()}
    identity = run.accounted.identity.select(
        "rid",
        "name",
        pl.col("id_text").str.slice(-4).alias("tail"),
        pl.coalesce("addr", pl.concat_str("town", "village")).alias("address"),
        "place",
    )
    rows = run.findings.outside.join(identity, on="rid", how="left").join(
        run.accounted.rows.select("rid", "file_no", "sheet_no", "row"), on="rid", how="left"
    )
    rows = rows.join(sheet_names(run), on=["file_no", "sheet_no"], how="left")
    yuan = decimal_column(pl.col("value"), pl.lit(1), FEN_PER_YUAN, MONEY_PLACES, fixed=True)
    amount = pl.when(pl.col("value").is_not_null()).then(pl.concat_str(pl.lit("（"), yuan, pl.lit("元）")))
    rows = rows.with_columns(
        town_of(run).alias("town"),
        pl.concat_str([pl.col("rule").replace_strict(titles, return_dtype=pl.String), amount], ignore_nulls=True).alias(
            "why"
        ),
        pl.concat_str(
            [pl.col("file"), pl.when(pl.col("sheet") != "").then("sheet"), pl.format("第{}行", "row")],
            separator=" ",
            ignore_nulls=True,
        ).alias("source"),
        pl.format("F{}S{}R{}{}", "file_no", "sheet_no", "row", "rule").alias("key"),
    )
    return with_codes(rows.sort("town", "file_no", "sheet_no", "row", "rule"), run.as_of.strftime("%Y%m%d"), "key")


def town_of(run: CountyRun) -> pl.Expr:
    """The registered town with which a written address begins, else 未写明乡镇."""
    towns = sorted(set(run.registry.persons["town"].drop_nulls().to_list()), key=lambda t: (-len(t), t))
    text = pl.concat_str([pl.col("place"), pl.col("address")], separator=" ", ignore_nulls=True)
    named = pl.lit(NOT_WRITTEN)
    for town in reversed(towns):
        named = pl.when(text.str.contains(town, literal=True)).then(pl.lit(town)).otherwise(named)
    return named


def other_lists(run: CountyRun, told: pl.DataFrame, signal_class: str) -> pl.DataFrame:
    """Those of the `reasons` that are of one other class, line by line with town and village."""
    titles = {code: card.title for code, card in run.figures.book.rules.items()}
    return (
        told.filter(pl.col("class") == signal_class)
        .with_columns(
            pl.col("rule").replace_strict(titles, default="", return_dtype=pl.String).alias("title"),
            pl.col("town").fill_null(NOT_WRITTEN),
        )
        .sort("town", "village", "household_no", "rule")
    )


def not_assessed_lines(run: CountyRun) -> pl.DataFrame:
    """Households about which a rule could say nothing, with rule and reason in words."""
    titles = {code: card.title for code, card in run.figures.book.rules.items()}
    rows = run.findings.not_assessed.join(household_names(run), on="hid", how="left")
    return rows.with_columns(
        pl.col("rule").replace_strict(titles, default="", return_dtype=pl.String).alias("title"),
        pl.col("reason").replace_strict(REASON_LABELS, default=pl.col("reason"), return_dtype=pl.String),
        pl.col("town").fill_null(NOT_WRITTEN),
    ).sort("town", "village", "household_no", "rule")
