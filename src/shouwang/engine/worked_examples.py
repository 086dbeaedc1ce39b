"""Runs the worked examples that stand beside a rule, on any engine.

An example is a household (with persons and rows of files) on a day, and what the rule must say of it:
`signal`, `clear`, a reason of *not assessed*, or a value. Every example gets a household of its own, so that
all examples of one rule, day and set of figures run together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import polars as pl
import yaml

from shouwang.engine.backends.base import Backend
from shouwang.engine.figures_in_force import Figures
from shouwang.engine.rule_modules import rule_module
from shouwang.engine.rule_runs import Findings, run_rules
from shouwang.engine.tables.registry import registry_tables
from shouwang.intake.feed import Feed
from shouwang.kernel.dates import income_window, income_year, parse_iso
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
TYPES: dict[str, Any] = {
    "money": pl.Int64,
    "date": pl.Date,
    "month": pl.Date,
    "count": pl.Int64,
    "yes_no": pl.Boolean,
    "level": pl.Int64,
    "school_year": pl.Int64,
}
ADULT = {"birth": date(1985, 5, 5), "skill": "普通劳动力", "health": ",健康,", "education": "初中"}
OWNERS = "example_rows"
FACT_STATES = ("linked", "to_confirm", "rejected", "unmatched")


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


@dataclass
class _Tables:
    """The tables of one run while they are being filled."""

    households: list[dict[str, Any]] = field(default_factory=list)
    persons: list[dict[str, Any]] = field(default_factory=list)
    facts: dict[str, list[dict[str, Any]]] = field(default_factory=dict)


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
    tables = _Tables()
    for number, example in enumerate(examples):
        _add(tables, number, example.about, as_of, feeds)
    figures = Figures(_with_params(book, first.get("params", {}), area, as_of), area, as_of, income_year(as_of))
    kinds = frozenset(k for k, f in feeds.items() if not f.is_registry) - set(first.get("not_delivered", ()))
    module = rule_module(book.rules[examples[0].rule], as_of)
    modules = [module]
    frames = _frames(tables, feeds, kinds, as_of)
    findings = run_rules(modules, frames, kinds, figures, engine)
    if module.card.after:
        findings = _with_signals(
            module.card.code, first.get("signals", ()), frames, kinds, figures, engine, module, examples
        )
    scale = FEN_PER_YUAN if module.card.unit == "元" else 1
    return [(e, _expected(e), _said(e, n, findings, frames, scale)) for n, e in enumerate(examples)]


def _with_signals(
    code: str,
    signals: Sequence[str],
    frames: dict[str, pl.DataFrame],
    kinds: frozenset[str],
    figures: Figures,
    engine: Backend,
    module: Any,
    examples: list[Example],
) -> Findings:
    """A rule about other rules' signals gets them from the example instead of running those rules."""
    rows = [
        (rule, hid) for hid in frames["households"]["hid"].to_list() for rule in signals if rule in module.card.after
    ]
    seen = pl.DataFrame(rows, schema={"rule": pl.String, "hid": pl.Int64}, orient="row")
    alone = type(module)(_without_after(module.card), module.assess, module.not_run, module.outside)
    return run_rules([alone], {**frames, "signals": seen}, kinds, figures, engine)


def _without_after(card: RuleCard) -> RuleCard:
    return RuleCard(**{**card.__dict__, "after": ()})


def _add(tables: _Tables, number: int, about: Mapping[str, Any], as_of: date, feeds: Mapping[str, Feed]) -> None:
    copies = 2 if about.get("second_household") else 1
    year = income_year(as_of)
    for copy in range(copies):
        key = f"H{number:04d}{copy}"
        tables.households.append(_household(key, about.get("household", {}), year, feeds["registry_household"]))
        if about.get("previous", {}) is not None:
            before = {**_money_only(about.get("household", {})), **(about.get("previous") or {})}
            tables.households.append(_household(key, before, year - 1, feeds["registry_household"]))
        for n, person in enumerate(about.get("persons", [{}])):
            tables.persons.append(_person(key, n, person, year, feeds["registry_person"]))
    for kind, rows in about.get("rows", {}).items():
        for row in rows:
            tables.facts.setdefault(kind, []).append(
                {**row, "_example": number, "_free": bool(about.get("unregistered"))}
            )


def _money_only(household: Mapping[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in household.items() if k in ("net", "persons")}


def _household(key: str, about: Mapping[str, Any], year: int, feed: Feed) -> dict[str, Any]:
    window = income_window(year)
    line: dict[str, Any] = {f.name: None for f in feed.fields}
    parts = dict.fromkeys(("wage_income", "business_income", "property_income", "transfer_income", "business_cost"), 0)
    line |= {
        "household_no": key,
        "year": year,
        "household_type": "一般农户",
        "persons": 1,
        "window_start": window.start,
        "window_end": window.end,
        **parts,
    }
    line["wage_income"] = fen("30000")
    for name, value in about.items():
        if name == "net":
            line["wage_income"] = None if value is None else fen(value)
        else:
            line[name] = _typed(feed, name, value)
    return {**line, "file_no": 0, "sheet_no": 0, "row": 1}


def _person(key: str, number: int, about: Mapping[str, Any], year: int, feed: Feed) -> dict[str, Any]:
    line: dict[str, Any] = {f.name: None for f in feed.fields}
    line |= {"household_no": key, "person_no": f"{key}{number:02d}", "year": year, "name": f"某{number}", **ADULT}
    line |= {name: _typed(feed, name, value) for name, value in about.items()}
    identity = {
        "id_text": "",
        "id_norm": None,
        "id_kind": "missing",
        "id_check_ok": False,
        "id15": None,
        "id_birth": None,
    }
    return {**line, **identity, "file_no": 0, "sheet_no": 0, "row": 1}


def _typed(feed: Feed, name: str, value: Any) -> Any:
    kind = feed.field(name).type
    if value is None:
        return None
    if kind == "money":
        return fen(value)
    if kind == "yes_no":
        return value in (True, "是")
    if kind == "list":
        return f",{value},"
    if kind == "month" and isinstance(value, str):
        return date.fromisoformat(f"{value}-01")
    if kind in ("date", "month") and isinstance(value, str):
        return parse_iso(value)
    return value


def _frames(tables: _Tables, feeds: Mapping[str, Feed], kinds: frozenset[str], as_of: date) -> dict[str, pl.DataFrame]:
    place = {"file_no": pl.Int64, "sheet_no": pl.Int64, "row": pl.Int64}
    households = pl.DataFrame(tables.households, schema={**_schema(feeds["registry_household"]), **place})
    identity = {
        "id_text": pl.String,
        "id_norm": pl.String,
        "id_kind": pl.String,
        "id_check_ok": pl.Boolean,
        "id15": pl.String,
        "id_birth": pl.Date,
    }
    person_schema = {**_schema(feeds["registry_person"]), **identity, **place}
    registry = registry_tables(
        households, pl.DataFrame(tables.persons, schema=person_schema), income_year(as_of), as_of
    )
    frames = {
        "households": registry.households,
        "persons": registry.persons,
        "signals": pl.DataFrame(schema={"rule": pl.String, "hid": pl.Int64}),
    }
    pids = dict(registry.persons.select("person_no", "pid").iter_rows())
    hids = dict(registry.persons.select("person_no", "hid").iter_rows())
    owners: list[int] = []
    for kind, feed in feeds.items():
        if not feed.is_registry:
            rows = tables.facts.get(kind, []) if kind in kinds else []
            frames |= _facts(kind, feed, rows, pids, hids, len(owners))
            owners += [row["_example"] for row in rows]
    frames[OWNERS] = pl.DataFrame(
        {"rid": range(len(owners)), "example": owners}, schema={"rid": pl.Int64, "example": pl.Int64}
    )
    return frames


def _schema(feed: Feed) -> dict[str, Any]:
    return {f.name: TYPES.get(f.type, pl.String) for f in feed.fields}


def _facts(
    kind: str, feed: Feed, rows: list[dict[str, Any]], pids: Mapping[str, int], hids: Mapping[str, int], first: int
) -> dict[str, pl.DataFrame]:
    names = {
        f.name: TYPES.get(f.type, pl.String)
        for f in feed.fields
        if f.type not in ("serial", "id", "name", "address", "county") and f.name != "dob"
    }
    lines: dict[str, list[dict[str, Any]]] = {state: [] for state in FACT_STATES}
    for rid, row in enumerate(rows, start=first):
        fields = {n: _typed(feed, n, row.get(n)) for n in names}
        state = "unmatched" if row["_free"] else row.get("status", "linked")
        age = row.get("age_at_date")
        for who in row.get("candidates", [row.get("of", "0")]) if state == "to_confirm" else [row.get("of", "0")]:
            home, _, person = str(who).rpartition(":")
            number = f"H{row['_example']:04d}{home or 0}{int(person):02d}"
            lines[state].append(
                {"rid": rid, "pid": pids.get(number), "hid": hids.get(number), "age_at_date": age, **fields}
            )
    base = {"rid": pl.Int64, "pid": pl.Int64, "hid": pl.Int64, "age_at_date": pl.Int64}
    made = {state: pl.DataFrame(lines[state], schema={**base, **names}) for state in FACT_STATES}
    return {
        f"linked:{kind}": made["linked"].drop("age_at_date"),
        f"to_confirm:{kind}": made["to_confirm"].drop("age_at_date", "hid"),
        f"unmatched:{kind}": made["unmatched"].drop("pid", "hid"),
        f"rejected:{kind}": made["rejected"].select("hid").unique(),
    }


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
    if rule in findings.not_run:
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
