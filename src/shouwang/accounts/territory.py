"""The one door to scoped rows: `with territory(scope):` opens a transaction in which the database shows one scope's rows.

Outside of it a query on a scoped table raises; inside, row-level security decides. The settings live and die with the
transaction, so a pooled connection never carries them on.
"""

from __future__ import annotations

import contextlib
import contextvars
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from django.apps import apps
from django.db import connection, transaction

from shouwang.accounts.enums import ALL_SUBJECTS, Depth
from shouwang.accounts.scope import Scoped, area_range


class OutsideTerritory(RuntimeError):
    """A query touched a scoped table without an open territory: a defect of the program."""


@dataclass(frozen=True)
class ActiveScope:
    """Area × subjects × depth of whoever acts, with the user's id (0: the system) and whether own households only."""

    area: str
    subjects: tuple[str, ...]
    depth: str
    actor: int
    own_only: bool = False

    def narrowed(self, area: str) -> ActiveScope:
        """The same scope on a part of its area; an area outside gives an empty scope."""
        mine, wanted = area_range(self.area), area_range(area)
        inside = mine[0] <= wanted[0] and wanted[1] <= mine[1]
        return replace(self, area=area if inside else "!")


def system_scope(area: str) -> ActiveScope:
    """The scope of the system's own work in one area: screening, sealing, set-up."""
    return ActiveScope(area, ALL_SUBJECTS, Depth.PERSON, 0)


_open: contextvars.ContextVar[ActiveScope | None] = contextvars.ContextVar("territory", default=None)
SETTINGS = ("lo", "hi", "subjects", "depth", "own", "actor")
SET = "SELECT " + ", ".join(f"set_config('shouwang.{name}', %s, true)" for name in SETTINGS)


def current_scope() -> ActiveScope | None:
    """The scope of the open territory."""
    return _open.get()


@contextlib.contextmanager
def territory(scope: ActiveScope) -> Iterator[ActiveScope]:
    """One transaction in one scope. Nested use is a defect: the settings belong to the whole transaction."""
    if _open.get() is not None:
        raise OutsideTerritory("territory() inside territory(): one transaction has one scope")
    with transaction.atomic():
        token = _open.set(scope)
        try:
            with connection.cursor() as cursor:
                cursor.execute(SET, _settings(scope))
            yield scope
        finally:
            _open.reset(token)


def beside(sql: str, params: Sequence[Any]) -> None:
    """One statement in a transaction of its own, in the open scope: progress that others see before the work is done.

    The open transaction must not have touched the same row, or the two would wait for each other.
    """
    scope = _open.get()
    if scope is None:
        raise OutsideTerritory("beside() outside territory()")
    second = connection.copy()
    try:
        with transaction_of(second), second.cursor() as cursor:
            cursor.execute(SET, _settings(scope))
            cursor.execute(sql, params)
    finally:
        second.close()


@contextlib.contextmanager
def transaction_of(second: Any) -> Iterator[None]:
    """A transaction on a connection that Django does not manage."""
    second.set_autocommit(False)
    try:
        yield
        second.commit()
    except BaseException:
        second.rollback()
        raise


def _settings(scope: ActiveScope) -> list[str]:
    lo, hi = area_range(scope.area)
    own = str(scope.actor) if scope.own_only else ""
    return [lo, hi, ",".join(scope.subjects), scope.depth, own, str(scope.actor)]


def check_inside(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """Wraps every query of a connection: a scoped table needs an open territory."""
    if _open.get() is None and _scoped_tables().search(str(sql)):
        raise OutsideTerritory(f"scoped table outside territory(): {str(sql)[:80]}")
    return execute(sql, params, many, context)


@cache
def _scoped_tables() -> re.Pattern[str]:
    names = [model._meta.db_table for model in apps.get_models() if issubclass(model, Scoped)]
    return re.compile(r'\b(?:FROM|JOIN|INTO|UPDATE)\s+"?(?:' + "|".join(map(re.escape, names)) + r")\b", re.IGNORECASE)
