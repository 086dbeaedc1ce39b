"""One screening in the application: known facts in; signals opened, kept, closed; counts and a manifest out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from importlib.metadata import version
from typing import Any

import polars as pl
from django.db import connection

from shouwang.engine.answers import NO_PERSON
from shouwang.engine.backends.choose import backend
from shouwang.engine.figures_in_force import Figures
from shouwang.engine.rule_modules import rule_module
from shouwang.engine.rule_runs import Findings, run_rules
from shouwang.exchange.subjects import REGISTRY, subject_of
from shouwang.policy.rules import RuleCard
from shouwang.screening.application_book import book_for
from shouwang.screening.findings_text import told
from shouwang.screening.frames import Known, known_at
from shouwang.screening.models import Run
from shouwang.screening.store import store_counts, store_not_assessed, store_outside, store_signals

LOOK_BACK_DAYS, LOOK_BACKS = 366, 6
Told = Callable[[str], None]


@dataclass(frozen=True)
class Found:
    """What a screening found for one day, before it is stored."""

    known: Known
    findings: Findings
    signals: pl.DataFrame
    figures: Figures


def find(area: str, as_of: date, at: datetime, hids: Sequence[int] | None = None) -> Found:
    """Run the rules on what was known at `at`, about the day `as_of`. Reads only; the same inputs give the same answer."""
    known = known_at(as_of, at, hids)
    figures = Figures(book_for(area), area, as_of, known.year)
    modules = [rule_module(card, as_of) for card in figures.book.rules.values()]
    findings = run_rules(modules, known.frames, known.kinds, figures, backend("polars"))
    return Found(known, findings, _signals(findings, figures), figures)


def _signals(findings: Findings, figures: Figures) -> pl.DataFrame:
    """One line a signal with sentence, subject and the rows behind it; person null for households."""
    subjects = {code: subject_of_rule(card) for code, card in figures.book.rules.items()}
    by_person = (
        findings.evidence.filter(pl.col("pid") != NO_PERSON)
        .group_by("rule", "hid", "pid")
        .agg(pl.col("rid").sort().alias("rows"))
    )
    by_home = (
        findings.evidence.filter(pl.col("pid") == NO_PERSON)
        .group_by("rule", "hid")
        .agg(pl.col("rid").sort().alias("home_rows"))
    )
    lines = told(findings.signals, figures).unique(["rule", "hid", "pid"], keep="first")
    lines = lines.join(by_person, on=["rule", "hid", "pid"], how="left").join(by_home, on=["rule", "hid"], how="left")
    return lines.with_columns(
        pl.coalesce("rows", "home_rows").alias("rows"),
        pl.col("rule").replace_strict(subjects, return_dtype=pl.String).alias("subject"),
        pl.when(pl.col("pid") != NO_PERSON).then("pid").alias("pid"),
    ).drop("home_rows").sort("rule", "hid", "pid")  # fmt: skip


def subject_of_rule(card: RuleCard) -> str:
    """The subject of what a rule says: of its first file; income rules speak of income, the rest of the register."""
    if card.files:
        return subject_of(card.files[0])
    return "income" if "income" in card.path.parts else REGISTRY


def screen(run: Run, hids: Sequence[int] | None, news: Sequence[int], told_step: Told) -> dict[str, Any]:
    """Find and store. `news` are rows recorded since the last run, whose events may have come late. Gives the manifest."""
    told_step("读取事实")
    found = find(run.area_code, run.as_of, run.known_at, hids)
    late = _late(run, hids, news) if news else found.signals.clear()
    told_step("写入预警信号")
    fresh = late.join(found.signals, on=["rule", "hid", "pid"], how="anti", nulls_equal=True)
    counts = store_signals(run, found.signals, fresh, hids)
    store_not_assessed(run, found.findings.not_assessed, hids)
    if hids is None:
        store_outside(run, found.findings.outside)
    store_counts(run, hids)
    return manifest(run, found, counts)


def _late(run: Run, hids: Sequence[int] | None, news: Sequence[int]) -> pl.DataFrame:
    """Signals that earlier days would have shown, had the rows of `news` been delivered in time."""
    days = list(
        Run.objects.filter(state="done", as_of__lt=run.as_of, as_of__gte=run.as_of - timedelta(days=LOOK_BACK_DAYS), manner="full")
        .order_by("-as_of").values_list("as_of", flat=True).distinct()[:LOOK_BACKS]
    )  # fmt: skip
    touched = list(hids) if hids is not None else _homes_of(news)
    fresh = set(news)
    parts = []
    for day in days:
        signals = find(run.area_code, day, run.known_at, touched).signals
        parts.append(
            signals.filter(pl.col("rows").list.eval(pl.element().is_in(list(fresh))).list.any().fill_null(False))
        )
    if not parts:
        return find(run.area_code, run.as_of, run.known_at, touched[:1]).signals.clear()
    return pl.concat(parts).unique(["rule", "hid", "pid"], keep="first", maintain_order=True)


def _homes_of(rows: Sequence[int]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT household_id FROM exchange_fact WHERE row_id = ANY(%s)", [list(rows)])
        return [row[0] for row in cursor.fetchall()]


def manifest(run: Run, found: Found, counts: dict[str, int]) -> dict[str, Any]:
    """What a replay needs: inputs, policy, code, days, and the digest of what came out."""
    applied = {
        name: str(found.figures.applied(name).value) for card in found.figures.book.rules.values() for name in card.uses
    }
    return {
        "code": version("shouwang"),
        "as_of": run.as_of.isoformat(),
        "known_at": run.known_at.isoformat(),
        "income_year": found.known.year,
        "batches": list(found.known.batches),
        "kinds": sorted(found.known.kinds),
        "figures": applied,
        "policy": hashlib.sha256(json.dumps(applied, sort_keys=True).encode()).hexdigest(),
        "households": found.known.registry.households.height,
        "not_run": dict(found.findings.not_run),
        "notes": list(found.known.notes),
        "counts": counts,
        "digest": digest_of(found.signals),
    }


def digest_of(signals: pl.DataFrame) -> str:
    """The digest of all signals, in order."""
    columns = ["rule", "hid", "pid", "value", "threshold", "event_date", "sentence", "citation"]
    return hashlib.sha256(signals.sort("rule", "hid", "pid").select(columns).write_csv().encode()).hexdigest()
