"""Runs the worked examples that stand beside a rule, on any engine.

An example is a household (with persons and rows of files) on a day, and what the rule must say of it:
`signal`, `clear`, a reason of *not assessed*, or a value. Every example gets a household of its own, so that
all examples of one rule, day and set of figures run together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import polars as pl
import yaml

from shouwang.engine.backends.base import Backend
from shouwang.engine.figures_in_force import Figures
from shouwang.engine.rule_modules import RuleModule, rule_module
from shouwang.engine.rule_runs import Findings, run_rules
from shouwang.engine.tables.examples import OWNERS, ExampleTables, add_example, example_frames
from shouwang.intake.feed import Feed
from shouwang.kernel.dates import income_year
from shouwang.kernel.money import FEN_PER_YUAN, fen
from shouwang.policy.book import Book
from shouwang.policy.figures import MONEY, Citation, Grade, Unit, Value
from shouwang.policy.rules import RuleCard

KEYS = {
    "name",
    "as_of",
    "area",
    "params",
    "household",
    "previous",
    "persons",
    "rows",
    "signals",
    "not_delivered",
    "unregistered",
    "second_household",
    "expect",
}


@dataclass(frozen=True)
class Example:
    """One worked case of a rule, with the line of its place in the file for messages."""

    rule: str
    about: Mapping[str, Any]

    @property
    def name(self) -> str:
        return str(self.about["name"])

    @property
    def circumstances(self) -> tuple[Any, ...]:
        """Examples with the same circumstances can share a run."""
        a = self.about
        plain = [
            repr(sorted(a.get(k, {}).items())) if k == "params" else repr(a.get(k))
            for k in ("area", "params", "not_delivered", "signals")
        ]
        return (a["as_of"], *plain)


def read_examples(card: RuleCard) -> list[Example]:
    """The examples beside a card. Raises ValueError for a key nobody knows."""
    path = card.path.with_suffix(".examples.yaml")
    if not path.is_file():
        return []
    found = []
    for about in yaml.safe_load(path.read_text(encoding="utf-8")):
        unknown = set(about) - KEYS
        if unknown:
            raise ValueError(f"{path.name} {about.get('name')}: unknown keys {sorted(unknown)}")
        found.append(Example(card.code, about))
    return found


def answers(
    examples: Sequence[Example], book: Book, feeds: Mapping[str, Feed], engine: Backend
) -> list[tuple[Example, str, str]]:
    """For every example what was expected and what the rule said, as text."""
    groups: dict[tuple[Any, ...], list[Example]] = {}
    for example in examples:
        groups.setdefault((example.rule, *example.circumstances), []).append(example)
    return [answer for group in groups.values() for answer in _run(group, book, feeds, engine)]


def _run(
    examples: list[Example], book: Book, feeds: Mapping[str, Feed], engine: Backend
) -> list[tuple[Example, str, str]]:
    first = examples[0].about
    as_of, area = first["as_of"], str(first.get("area", "999999"))
    tables = ExampleTables()
    for number, example in enumerate(examples):
        add_example(tables, number, example.about, as_of, feeds)
    figures = Figures(_with_params(book, first.get("params", {}), area, as_of), area, as_of, income_year(as_of))
    kinds = frozenset(k for k, f in feeds.items() if not f.is_registry) - set(first.get("not_delivered", ()))
    module = rule_module(book.rules[examples[0].rule], as_of)
    frames = example_frames(tables, feeds, kinds, as_of)
    if module.card.after:
        module, frames = _alone(module), {**frames, "signals": _signals_seen(module.card, first, frames)}
    findings = run_rules([module], frames, kinds, figures, engine)
    scale = FEN_PER_YUAN if module.card.unit == "元" else 1
    return [(e, _expected(e), _said(e, n, findings, frames, scale)) for n, e in enumerate(examples)]


def _signals_seen(card: RuleCard, about: Mapping[str, Any], frames: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """A rule about other rules' signals gets them from the example instead of running those rules."""
    seen = [rule for rule in about.get("signals", ()) if rule in card.after]
    rows = [(rule, hid) for hid in frames["households"]["hid"].to_list() for rule in seen]
    return pl.DataFrame(rows, schema={"rule": pl.String, "hid": pl.Int64}, orient="row")


def _alone(module: RuleModule) -> RuleModule:
    return replace(module, card=replace(module.card, after=()))


def _with_params(book: Book, params: Mapping[str, Any], area: str, as_of: date) -> Book:
    extra = []
    for name, raw in params.items():
        figure = book.figure(name)
        value = raw if figure.unit is Unit.MONTH_DAY else fen(raw) if figure.unit in MONEY else int(raw)
        year = income_year(as_of) if figure.keyed_by == "income_year" else None
        start = as_of - timedelta(days=1)
        extra.append(
            (
                name,
                Value(value, Grade.LOCAL, Citation("算例"), area, start, None, year, layer="params.csv", place="算例"),
            )
        )
    return book.with_values(extra)


def _expected(example: Example) -> str:
    expect = example.about["expect"]
    return f"signal {Fraction(str(expect))}" if isinstance(expect, int | float) else str(expect)


def _said(example: Example, number: int, findings: Findings, frames: Mapping[str, pl.DataFrame], scale: int) -> str:
    """What was said of an example's household, in the words of `_expected`; several answers would show."""
    rule, wants_value = example.rule, not isinstance(example.about["expect"], str)
    if rule in findings.not_run and not example.about.get("unregistered"):
        return findings.not_run[rule]
    if example.about.get("unregistered"):
        mine = frames[OWNERS].filter(pl.col("example") == number)["rid"].to_list()
        hits = findings.outside.filter((pl.col("rule") == rule) & pl.col("rid").is_in(mine))
        return "clear" if hits.is_empty() else _signal(hits["value"][0], scale, wants_value)
    hids = frames["households"].filter(pl.col("household_no").str.starts_with(f"H{number:04d}"))["hid"].to_list()
    return " / ".join(sorted({_of_household(findings, rule, hid, wants_value, scale) for hid in hids}))


def _of_household(findings: Findings, rule: str, hid: int, wants_value: bool, scale: int) -> str:
    hits = findings.signals.filter((pl.col("rule") == rule) & (pl.col("hid") == hid))
    if not hits.is_empty():
        return _signal(hits["value_over"][0], int(hits["value_under"][0]) * scale, wants_value)
    reasons = findings.not_assessed.filter((pl.col("rule") == rule) & (pl.col("hid") == hid))["reason"].to_list()
    return str(reasons[0]) if reasons else "clear"


def _signal(over: int | None, under: int, wants_value: bool) -> str:
    return f"signal {Fraction(over, under)}" if wants_value and over is not None else "signal"
