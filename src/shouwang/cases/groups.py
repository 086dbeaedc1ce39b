"""Watched groups: the three kinds, allowance, destitute. A household in two groups is watched once; only the kinds are monitoring objects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from shouwang.cases.words import KINDS, WATCHED
from shouwang.registry.models import StatusSpell
from shouwang.registry.queries import my_range


@dataclass(frozen=True)
class Groups:
    """Households watched (each once), by group, and those that are monitoring objects."""

    watched: int
    by_group: dict[str, int]
    monitored: int


def _open(area: str, kinds: Sequence[str]) -> QuerySet[StatusSpell]:
    lo, hi = my_range(area)
    found: QuerySet[StatusSpell] = StatusSpell.objects.filter(
        kind__in=kinds, until__isnull=True, retracted_at__isnull=True, area_code__gte=lo, area_code__lt=hi
    )
    return found


def counts(area: str) -> Groups:
    """The groups of an area now."""
    homes = Count("household_id", distinct=True)
    every = _open(area, [*WATCHED, "prevention"])
    by_group = dict(every.values_list("kind").annotate(n=homes))
    monitored = _open(area, KINDS).aggregate(n=homes)["n"]
    return Groups(every.aggregate(n=homes)["n"], by_group, monitored)
