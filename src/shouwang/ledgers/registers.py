"""A register declared once: its table, filters, right, export. Everything else — paging, history, page — follows from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import django_filters
from django.db import models
from django_filters.filterset import filterset_factory

from shouwang.accounts.models import History
from shouwang.kernel.errors import UserError


@dataclass(frozen=True)
class Column:
    """A column: title, and how a row's value is written."""

    title: Any
    value: Callable[[Any], Any]


@dataclass(frozen=True)
class Line:
    """One line of an import: the values of the file by title, and its place."""

    row: int
    values: Mapping[str, str]


@dataclass(frozen=True)
class Ledger:
    """A register. `filters` are field lookups as django-filter takes them; `take` enters one line of an import.

    `only` keeps the rows that belong to it. `take` raises UserError for a line that cannot be entered; the others still go in.
    """

    key: str
    title: Any
    model: type[models.Model]
    columns: tuple[Column, ...]
    right: str = "registry.read"
    filters: Mapping[str, list[str]] | None = None
    take_right: str = ""
    take_columns: tuple[str, ...] = ()
    take: Callable[[Line, Any], None] | None = None
    only: Mapping[str, Any] | None = None

    def filterset(self) -> type[django_filters.FilterSet]:
        """The filter form of this register."""
        fields = dict(self.filters or {})
        return filterset_factory(self.model, fields=fields)

    def rows(self) -> Any:
        """Its rows in the open territory."""
        return self.model._default_manager.filter(**dict(self.only or {}))

    def history(self, row_id: int) -> Any:
        """Earlier states of a row, newest first."""
        return History.objects.filter(table=self.model._meta.db_table, row_id=row_id).order_by("-pk")


_known: dict[str, Ledger] = {}


def register(ledger: Ledger) -> Ledger:
    """Make a register known; its pages appear by themselves."""
    if ledger.key in _known:
        raise ValueError(f"ledger {ledger.key} declared twice")
    _known[ledger.key] = ledger
    return ledger


def known() -> dict[str, Ledger]:
    """All registers by key."""
    return dict(_known)


def ledger(key: str) -> Ledger:
    """A register. Raises UserError for an unknown key."""
    if key not in _known:
        raise UserError(f"没有台账 {key!r}", f"可用：{'、'.join(_known)}")
    return _known[key]
