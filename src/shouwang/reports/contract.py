"""The contract files of a run: CSV and JSON for machines, the same bytes for the same input."""

from __future__ import annotations

import json
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import polars as pl

from shouwang.engine.matching.decisions import LINKED, TO_CONFIRM, UNMATCHED
from shouwang.engine.matching.explain import CONFIDENCE, REJECTIONS, SENTENCES, ranked_candidates
from shouwang.engine.tables.facts import REJECTED
from shouwang.kernel.money import FEN_PER_YUAN, decimal_text
from shouwang.policy.figures import MONEY, Applied
from shouwang.screening.county import CountyRun
from shouwang.screening.findings_text import (
    VALUE_PLACES,
    decimal_column,
    evidence_rows,
    household_names,
    person_names,
    sheet_names,
    told_signals,
)

STATUSES = (LINKED, TO_CONFIRM, UNMATCHED, REJECTED)


def write_contract(run: CountyRun, out: Path, unlisted: list[str]) -> dict[str, Any]:
    """All contract files into `out`; gives the summary, which the page and the terminal show too."""
    tables = {
        "links.csv": links_table(run),
        "signals.csv": signals_table(run),
        "evidence.csv": evidence_table(run),
        "not_assessed.csv": not_assessed_table(run),
        "unregistered.csv": unregistered_table(run),
        "rejects.csv": rejects_table(run),
        "quality.csv": quality_table(run),
    }
    for name, table in tables.items():
        table.with_columns(pl.col(pl.String).replace("", None)).write_csv(out / name)
    summary = _summary(run, tables, unlisted)
    (out / "summary.json").write_text(json.dumps(summary, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return summary


def links_table(run: CountyRun) -> pl.DataFrame:
    """One line per data row of every department file."""
    identity = run.accounted.identity
    ranked = ranked_candidates(run.accounted.candidates, identity, run.registry.persons)
    joined = (
        ranked.sort("rid", "rank")
        .join(person_names(run), on="pid", how="left")
        .group_by("rid", maintain_order=True)
        .agg(pl.col("person_no").str.join("|").alias("candidates"))
    )
    method = pl.col("method")
    reason = (
        pl.when(pl.col("status") == REJECTED)
        .then(pl.col("reject").replace_strict(REJECTIONS, default="", return_dtype=pl.String))
        .otherwise(method.replace_strict(SENTENCES, default="", return_dtype=pl.String))
    )
    confidence = (
        pl.when(pl.col("status") == LINKED)
        .then(method.replace_strict(CONFIDENCE, default="0.9", return_dtype=pl.String))
        .when(pl.col("status") == TO_CONFIRM)
        .then(pl.lit("0.5"))
        .when(pl.col("status") == UNMATCHED)
        .then(pl.lit("0"))
    )
    rows = (
        run.accounted.rows.join(sheet_names(run), on=["file_no", "sheet_no"], how="left")
        .join(person_names(run), on="pid", how="left")
        .join(household_names(run), on="hid", how="left")
        .join(joined, on="rid", how="left")
    )
    is_waiting = pl.col("status") == TO_CONFIRM
    return rows.sort("file_no", "sheet_no", "row").select(
        "file",
        "sheet",
        "row",
        "status",
        "person_no",
        "household_no",
        pl.when(pl.col("status") != REJECTED).then(method).alias("method"),
        confidence.alias("confidence"),
        pl.when(is_waiting).then("candidates").alias("candidates"),
        reason.alias("reason"),
    )


def signals_table(run: CountyRun) -> pl.DataFrame:
    """One line per (rule, household, person)."""
    sources = (
        evidence_rows(run)
        .join(sheet_names(run), on=["file_no", "sheet_no"], how="left")
        .sort("file_no", "sheet_no", "row")
        .group_by("rule", "hid", "pid", maintain_order=True)
        .agg(
            pl.col("file").unique(maintain_order=True).str.join("|").alias("source_file"),
            pl.col("row").cast(pl.String).str.join("|").alias("source_row"),
        )
    )
    told = told_signals(run).join(sources, on=["rule", "hid", "pid"], how="left")
    return told.sort("rule", "household_no", "person_no").select(
        "rule",
        "household_no",
        "person_no",
        "class",
        "risk_type",
        "value",
        "threshold",
        "event_date",
        "source_file",
        "source_row",
        pl.concat_str("sentence", pl.lit("（"), "citation", pl.lit("）")).alias("detail"),
    )


def evidence_table(run: CountyRun) -> pl.DataFrame:
    """Every row behind every signal, one line each."""
    rows = evidence_rows(run).join(sheet_names(run), on=["file_no", "sheet_no"], how="left")
    named = rows.join(household_names(run), on="hid", how="left").join(person_names(run), on="pid", how="left")
    return named.sort("rule", "household_no", "person_no", "file_no", "sheet_no", "row").select(
        "rule", "household_no", "person_no", "file", "sheet", "row"
    )


def not_assessed_table(run: CountyRun) -> pl.DataFrame:
    """Households about which a rule could not say anything, and rules that could not run (`*`)."""
    by_household = run.findings.not_assessed.join(household_names(run), on="hid", how="left").select(
        "rule", "household_no", "reason"
    )
    whole = pl.DataFrame(
        [(rule, "*", reason) for rule, reason in run.findings.not_run.items()],
        schema={"rule": pl.String, "household_no": pl.String, "reason": pl.String},
        orient="row",
    )
    return pl.concat([by_household, whole]).sort("rule", "household_no")


def unregistered_table(run: CountyRun) -> pl.DataFrame:
    """Rows that name a household outside the register with a serious event."""
    rows = run.findings.outside.join(run.accounted.rows, on="rid", how="left")
    rows = rows.join(sheet_names(run), on=["file_no", "sheet_no"], how="left")
    value = decimal_column(pl.col("value"), pl.lit(1), FEN_PER_YUAN, VALUE_PLACES)
    return rows.sort("file_no", "sheet_no", "row", "rule").select("file", "sheet", "row", "rule", value.alias("value"))


def rejects_table(run: CountyRun) -> pl.DataFrame:
    """Every rejected row with its reason and its text."""
    columns = ["file_no", "sheet_no", "row", "reject", "raw"]
    department = run.accounted.rows.filter(pl.col("status") == REJECTED).select(columns)
    both = pl.concat([run.registry_rejects.select(columns), department])
    named = both.join(sheet_names(run), on=["file_no", "sheet_no"], how="left").sort("file_no", "sheet_no", "row")
    return named.select("file", "sheet", "row", pl.col("reject").alias("reason"), "raw")


def quality_table(run: CountyRun) -> pl.DataFrame:
    """Findings of the registry checks."""
    titles = {code: title for checks in run.figures.book.checks for code, title in checks.titles.items()}
    named = run.quality.join(household_names(run), on="hid", how="left").join(person_names(run), on="pid", how="left")
    return (
        named.unique(["check", "household_no", "person_no"])
        .sort("check", "household_no", "person_no")
        .select(
            "household_no",
            "person_no",
            "check",
            pl.col("check").replace_strict(titles, default="", return_dtype=pl.String).alias("detail"),
        )
    )


def sheet_accounts(run: CountyRun) -> list[dict[str, Any]]:
    """Per sheet: rows read and how they ended. Raises AssertionError when a row is lost."""
    counts = {
        (f, s, status): n
        for f, s, status, n in run.accounted.rows.group_by("file_no", "sheet_no", "status").len().iter_rows()
    }
    rejected = {(f, s): n for f, s, n in run.registry_rejects.group_by("file_no", "sheet_no").len().iter_rows()}
    accounts = []
    for sheet in run.reading.sheets:
        key = (sheet.file_no, sheet.sheet_no)
        if sheet.read.kind.startswith("registry_"):
            lost = rejected.get(key, 0)
            ends = {LINKED: sheet.read.rows_in - lost, TO_CONFIRM: 0, UNMATCHED: 0, REJECTED: lost}
        else:
            ends = {status: counts.get((*key, status), 0) for status in STATUSES}
        if sum(ends.values()) != sheet.read.rows_in:
            raise AssertionError(
                f"{sheet.delivery.file} {sheet.read.sheet}: {sheet.read.rows_in} 行读入，{ends} 行有去向"
            )
        about = {
            "file": sheet.delivery.file,
            "sheet": sheet.read.sheet,
            "kind": sheet.read.kind,
            "rows_in": sheet.read.rows_in,
        }
        accounts.append({**about, **ends})
    return accounts


def population(run: CountyRun, code: str) -> int:
    """How many households or persons a rule is about."""
    card = run.figures.book.rules[code]
    table = run.registry.persons if card.over == "person" else run.registry.households
    return table.height if card.population == "everyone" else int(table[card.population].sum())


def _summary(run: CountyRun, tables: Mapping[str, pl.DataFrame], unlisted: list[str]) -> dict[str, Any]:
    """The summary as the contract has it, with refused, unlisted files and notes beside."""
    signals = dict(tables["signals.csv"].group_by("rule").len().iter_rows())
    open_cases = dict(tables["not_assessed.csv"].group_by("rule").len().iter_rows())
    names = sorted({name for card in run.figures.book.rules.values() for name in card.uses})
    return {
        "as_of": run.as_of.isoformat(),
        "county": run.place.code,
        "income_year": run.income_year,
        "files": sheet_accounts(run),
        "rules": {
            code: {
                "population": population(run, code),
                "signals": signals.get(code, 0),
                "not_assessed": open_cases.get(code, 0),
            }
            for code in run.figures.book.rules
        },
        "parameters": {name: _parameter(run, run.figures.applied(name)) for name in names},
        "unlisted_files": unlisted,
        "refused_files": [
            {"file": delivery.file, "kind": delivery.kind, "what": answer.refusal, "remedy": answer.remedy}
            for delivery, answer in run.reading.refused
        ],
        "notes": list(run.notes),
    }


def _parameter(run: CountyRun, applied: Applied) -> Mapping[str, Any]:
    value: int | float | str | None = None if isinstance(applied.value, Fraction) else applied.value
    if applied.value is not None and applied.figure.unit in MONEY:
        value = float(decimal_text(Fraction(applied.value) / FEN_PER_YUAN))
        value = int(value) if value == int(value) else value
    return {"value": value, "source": run.figures.book.source_text(applied)}
