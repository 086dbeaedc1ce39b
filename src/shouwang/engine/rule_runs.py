"""Runs the rules over a county's tables and gives findings: signals, not assessed, unregistered, with their rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import narwhals as nw
import polars as pl

from shouwang.engine.answers import HIT, NO_PERSON, Answer, Frame
from shouwang.engine.backends.base import Backend
from shouwang.engine.figures_in_force import Figures
from shouwang.engine.frames import Tables
from shouwang.engine.rule_modules import RuleModule

REJECTED_ROW = "rejected_row"
NOT_DELIVERED = "file_not_delivered"
FOUND = {
    "rule": pl.String,
    "hid": pl.Int64,
    "pid": pl.Int64,
    "status": pl.String,
    "value_over": pl.Int64,
    "value_under": pl.Int64,
    "shown": pl.Int64,
    "line_over": pl.Int64,
    "line_under": pl.Int64,
    "event_date": pl.Date,
    "figure": pl.String,
}
EVIDENCE = {"rule": pl.String, "hid": pl.Int64, "pid": pl.Int64, "rid": pl.Int64}


@dataclass(frozen=True)
class Findings:
    """Signals and not-assessed by `hid`; not-run rules with reasons; evidence (rule hid pid rid); outside."""

    signals: pl.DataFrame
    not_assessed: pl.DataFrame
    not_run: Mapping[str, str]
    evidence: pl.DataFrame
    outside: pl.DataFrame


def run_rules(
    modules: Sequence[RuleModule],
    frames: Mapping[str, pl.DataFrame],
    kinds: frozenset[str],
    figures: Figures,
    engine: Backend,
) -> Findings:
    """All rules, the ones that look at other rules' signals last."""
    with_places = {**frames, **_with_households(frames)}
    tables = engine.tables(with_places)
    runnable, not_run = _runnable(modules, kinds, figures)
    first = [m for m in runnable if not m.card.after]
    answers = _answers(first, Tables(tables), figures, not_run)
    found = _collected(answers, engine)
    for module in (m for m in runnable if m.card.after):
        hits = found.filter((pl.col("status") == HIT) & pl.col("rule").is_in(list(module.card.after)))
        seen = engine.tables({"signals": hits.select("rule", "hid")})
        later = _answers([module], Tables({**tables, **seen}), figures, not_run)
        answers |= later
        found = pl.concat([found, _collected(later, engine)])
    signals = (
        found.filter(pl.col("status") == HIT).unique(["rule", "hid", "pid"], keep="first").sort("rule", "hid", "pid")
    )
    return Findings(
        signals,
        _not_assessed(found, signals, answers, runnable, frames),
        not_run,
        _evidence(answers, signals, engine),
        _outside(modules, tables, kinds, figures, engine),
    )


def _with_households(frames: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """Candidates get the household of each candidate person, so that household rules can count them."""
    homes = frames["persons"].select("pid", "hid")
    return {n: f.join(homes, on="pid", how="left") for n, f in frames.items() if n.startswith("to_confirm:")}


def _runnable(
    modules: Sequence[RuleModule], kinds: frozenset[str], figures: Figures
) -> tuple[list[RuleModule], dict[str, str]]:
    runnable, not_run = [], {}
    for module in modules:
        absent = [kind for kind in module.card.files if kind not in kinds]
        reason = NOT_DELIVERED if absent else module.not_run(figures)
        if reason:
            not_run[module.card.code] = reason
        else:
            runnable.append(module)
    return runnable, not_run


def _answers(
    modules: Sequence[RuleModule], tables: Tables, figures: Figures, not_run: dict[str, str]
) -> dict[str, Answer]:
    answers: dict[str, Answer] = {}
    for module in modules:
        try:
            answers[module.card.code] = module.assess(tables, figures)
        except LookupError as not_set:
            not_run[module.card.code] = f"figure_not_set:{not_set}"
    return answers


def _collected(answers: Mapping[str, Answer], engine: Backend) -> pl.DataFrame:
    frames = engine.collect([answer.compiled() for answer in answers.values()])
    named = [
        frame.select(pl.lit(code).alias("rule"), *[pl.col(c).cast(t) for c, t in FOUND.items() if c != "rule"])
        for code, frame in zip(answers, frames, strict=True)
    ]
    return pl.concat([pl.DataFrame(schema=FOUND), *named])


def _not_assessed(
    found: pl.DataFrame,
    signals: pl.DataFrame,
    answers: Mapping[str, Answer],
    modules: Sequence[RuleModule],
    frames: Mapping[str, pl.DataFrame],
) -> pl.DataFrame:
    """One reason a household and rule: the one the rule names first, an unreadable row last; none beside a signal."""
    ranks = [
        (rule, reason, rank)
        for rule, answer in answers.items()
        for rank, reason in enumerate([*answer.unless, *answer.otherwise])
    ]
    ranked = pl.DataFrame(ranks, schema={"rule": pl.String, "reason": pl.String, "rank": pl.Int64}, orient="row")
    own = found.filter(pl.col("status") != HIT).select("rule", "hid", pl.col("status").alias("reason"))
    unreadable = [
        _in_population(frames, f"rejected:{kind}", module).select(
            pl.lit(module.card.code).alias("rule"), "hid", pl.lit(REJECTED_ROW).alias("reason")
        )
        for module in modules
        for kind in module.card.rejected_rows_of
    ]
    return (
        pl.concat([own, *unreadable])
        .join(ranked, on=["rule", "reason"], how="left")
        .sort("rule", "hid", "rank", "reason", nulls_last=True)
        .unique(["rule", "hid"], keep="first", maintain_order=True)
        .join(signals, on=["rule", "hid"], how="anti")
        .select("rule", "hid", "reason")
        .sort("rule", "hid")
    )


def _in_population(frames: Mapping[str, pl.DataFrame], name: str, module: RuleModule) -> pl.DataFrame:
    rows = frames[name]
    if module.card.population == "everyone":
        return rows
    group = frames["persons"].filter(pl.col(module.card.population)).select("hid").unique()
    households = frames["households"].filter(pl.col(module.card.population)).select("hid")
    return rows.join(pl.concat([group, households]).unique(), on="hid", how="semi")


def _evidence(answers: Mapping[str, Answer], signals: pl.DataFrame, engine: Backend) -> pl.DataFrame:
    wanted: list[tuple[str, bool, Frame]] = []
    for code, answer in answers.items():
        if answer.evidence is not None:
            hits = signals.filter(pl.col("rule") == code)
            key = "pid" if answer.per_person and "pid" in answer.evidence.collect_schema().names() else "hid"
            keys = engine.tables({f"hits_{code}": hits.select(key).unique()})[f"hits_{code}"]
            rows = answer.evidence.join(keys, on=key, how="semi")
            pid = nw.col("pid") if key == "pid" else nw.lit(NO_PERSON).alias("pid")
            wanted.append((code, key == "pid", rows.select("hid", pid.cast(nw.Int64), "rid")))
    frames = engine.collect([rows for _, _, rows in wanted])
    named = [
        frame.select(pl.lit(code).alias("rule"), pl.col("hid"), pl.col("pid").cast(pl.Int64), pl.col("rid"))
        for (code, _, _), frame in zip(wanted, frames, strict=True)
    ]
    return pl.concat([pl.DataFrame(schema=EVIDENCE), *named]).unique().sort("rule", "hid", "pid", "rid")


def _outside(
    modules: Sequence[RuleModule], tables: Mapping[str, Frame], kinds: frozenset[str], figures: Figures, engine: Backend
) -> pl.DataFrame:
    """A row speaks for itself: it needs its own file, not the other files of its rule."""
    named = [(m, m.outside(figures)) for m in modules if m.outside is not None and m.card.files[0] in kinds]
    rows = [condition.compiled(tables[f"unmatched:{m.card.files[0]}"]) for m, condition in named]
    frames = [
        frame.select(pl.lit(m.card.code).alias("rule"), "rid", pl.col("value").cast(pl.Int64))
        for (m, _), frame in zip(named, engine.collect(rows), strict=True)
    ]
    schema = {"rule": pl.String, "rid": pl.Int64, "value": pl.Int64}
    return pl.concat([pl.DataFrame(schema=schema), *frames]).sort("rid", "rule")
