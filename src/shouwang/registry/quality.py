"""Runs the registry checks Q01–Q57 over the current year's households and persons."""

from __future__ import annotations

from collections.abc import Iterable

import narwhals as nw
import polars as pl

from shouwang.engine.answers import NO_PERSON
from shouwang.engine.backends.base import Backend
from shouwang.engine.figures_in_force import Figures
from shouwang.engine.rule_modules import check_module
from shouwang.engine.tables.registry import RegistryTables
from shouwang.policy.rules import CheckSet
from shouwang.registry.rules.members import with_members, with_repeats

FOUND = {"check": pl.String, "hid": pl.Int64, "pid": pl.Int64}


def quality_findings(
    checks: Iterable[CheckSet], registry: RegistryTables, figures: Figures, engine: Backend
) -> pl.DataFrame:
    """Lines `check hid pid`; household checks have no person."""
    tables = engine.tables({"check_households": registry.households, "check_persons": registry.persons})
    persons = with_repeats(tables["check_persons"])
    households = with_members(tables["check_households"], tables["check_persons"])
    wanted: list[tuple[str, bool]] = []
    frames = []
    for check_set in checks:
        module = check_module(check_set)
        for code, condition in module.person_checks(figures).items():
            frames.append(persons.filter(condition).select("hid", "pid"))
            wanted.append((code, True))
        for code, condition in module.household_checks(figures).items():
            frames.append(households.filter(condition).select("hid", nw.lit(NO_PERSON).cast(nw.Int64).alias("pid")))
            wanted.append((code, False))
    answers = engine.collect(frames)
    named = [a.select(pl.lit(code).alias("check"), "hid", "pid") for (code, _), a in zip(wanted, answers, strict=True)]
    return pl.concat([pl.DataFrame(schema=FOUND), *named]).unique().sort("check", "hid", "pid")
