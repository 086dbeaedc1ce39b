"""The registry checks Q01–Q57 by their boundary examples, on every engine. Only the checks of the same file are compared."""

from __future__ import annotations

from datetime import date

import pytest
import yaml

from shouwang.cli import setup
from shouwang.engine.backends.choose import NAMES, backend
from shouwang.engine.figures_in_force import Figures
from shouwang.engine.tables.examples import ExampleTables, add_example, person_and_household_rows
from shouwang.engine.tables.registry import registry_tables
from shouwang.policy.rules import CheckSet
from shouwang.registry.quality import quality_findings

AS_OF = date(2025, 11, 15)
BOOK = setup.book()


def listed(checks: CheckSet, example: dict, engine: str) -> set[str]:  # type: ignore[type-arg]
    tables = ExampleTables()
    add_example(tables, 0, example, AS_OF, setup.feeds())
    registry = registry_tables(*person_and_household_rows(tables, setup.feeds()), 2025, AS_OF)
    found = quality_findings([checks], registry, Figures(BOOK, "999999", AS_OF, 2025), backend(engine))
    return set(found["check"].to_list())


@pytest.mark.parametrize("engine", NAMES)
@pytest.mark.parametrize("checks", BOOK.checks, ids=lambda c: c.path.stem)
def test_checks_list_what_their_examples_say(checks: CheckSet, engine: str) -> None:
    path = checks.path.with_suffix(".examples.yaml")
    examples = yaml.safe_load(path.read_text(encoding="utf-8"))
    wrong = [
        f"{e['name']}: {e['listed']} / {sorted(got)}"
        for e in examples
        if (got := listed(checks, e, engine)) != set(e["listed"])
    ]
    assert not wrong


def test_every_check_has_an_example_that_lists_it() -> None:
    for checks in BOOK.checks:
        examples = yaml.safe_load(checks.path.with_suffix(".examples.yaml").read_text(encoding="utf-8"))
        assert {code for e in examples for code in e["listed"]} >= set(checks.titles), checks.path.stem
    assert len({c for checks in BOOK.checks for c in checks.titles}) == 57
