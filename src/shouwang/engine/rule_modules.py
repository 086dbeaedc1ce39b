"""Finds the condition that stands beside each rule card, and the version of it that a day asks for."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import ModuleType

from shouwang.engine.answers import Answer, Outside
from shouwang.engine.figures_in_force import Figures
from shouwang.engine.frames import Tables
from shouwang.policy.rules import CheckSet, RuleCard

PACKAGE = "shouwang"
DATED = re.compile(r"^assess_from_(\d{4})_(\d{2})_(\d{2})$")


@dataclass(frozen=True)
class RuleModule:
    """A card with its condition. `not_run` says why a rule cannot run; `outside` names unregistered households."""

    card: RuleCard
    assess: Callable[[Tables, Figures], Answer]
    not_run: Callable[[Figures], str | None]
    outside: Callable[[Figures], Outside] | None


def rule_module(card: RuleCard, as_of: date) -> RuleModule:
    """The condition in force on `as_of`: the latest `assess_from_YYYY_MM_DD` not after it, else `assess`."""
    module = beside(card.path)
    versions = [(date(*map(int, m.groups())), name) for name in dir(module) if (m := DATED.match(name))]
    in_force = [name for start, name in sorted(versions) if start <= as_of]
    assess = getattr(module, in_force[-1] if in_force else "assess")
    return RuleModule(card, assess, getattr(module, "not_run", _always_runs), getattr(module, "outside", None))


def check_module(checks: CheckSet) -> ModuleType:
    """The conditions beside a file of registry checks."""
    return beside(checks.path)


def beside(path: Path) -> ModuleType:
    """The Python module of the same stem as a policy file inside the package."""
    parts = path.with_suffix("").parts
    at = len(parts) - 1 - parts[::-1].index(PACKAGE)
    return importlib.import_module(".".join(parts[at:]))


def _always_runs(_: Figures) -> str | None:
    return None
