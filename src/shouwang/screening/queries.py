"""Reads of signals: lists by rule, one household's, counts by area. Asset comparisons need the household's signature."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Sum

from shouwang.exchange.models import Batch, Row
from shouwang.policy.book import Book
from shouwang.policy.rules import CLASS_LABELS
from shouwang.registry.models import Consent
from shouwang.registry.queries import my_range
from shouwang.screening.models import AreaCount, NotAssessed, Run, Signal
from shouwang.ui.paging import Page, page_by_id

ASSET = "asset"


def with_consent(household_ids: list[int]) -> set[int]:
    """Households that allow their assets to be compared."""
    return set(
        Consent.objects.filter(household_id__in=household_ids, revoked_on__isnull=True).values_list(
            "household_id", flat=True
        )
    )


@dataclass(frozen=True)
class Shown:
    """A signal for people, with the rows behind it."""

    signal: Signal
    title: str
    class_label: str
    sources: list[str]


def of_household(household_id: int, book: Book) -> tuple[list[Shown], int]:
    """Open signals of a household, and how many more are not shown for want of a signature."""
    allowed = bool(with_consent([household_id]))
    signals = list(
        Signal.objects.filter(household_id=household_id, closed_run__isnull=True).order_by("signal_class", "rule")
    )
    shown = [s for s in signals if allowed or s.signal_class != ASSET]
    return [_shown(s, book, sources(s)) for s in shown], len(signals) - len(shown)


def sources(signal: Signal) -> list[str]:
    """The rows behind a signal: file, sheet, row."""
    rows = list(Row.objects.filter(pk__in=signal.facts).order_by("pk")[:20])
    names = dict(Batch.objects.filter(pk__in={r.batch_id for r in rows}).values_list("pk", "file_name"))
    return [f"{names.get(r.batch_id, '')} 第{r.row}行" for r in rows]


def _shown(signal: Signal, book: Book, where: list[str]) -> Shown:
    card = book.rules.get(signal.rule)
    return Shown(signal, card.title if card else signal.rule, CLASS_LABELS.get(signal.signal_class, ""), where)


def not_assessed_of(household_id: int, book: Book) -> list[tuple[str, str]]:
    """Rules that could say nothing about a household: title and reason."""
    found = NotAssessed.objects.filter(household_id=household_id).first()
    if found is None:
        return []
    return [
        (book.rules[code].title if code in book.rules else code, reason)
        for code, reason in sorted(found.reasons.items())
    ]


def signals_page(area: str, rule: str, kind: str, params: Mapping[str, str], book: Book) -> Page[Shown]:
    """Open signals, newest first; asset signals of households without a signature are left out (and counted elsewhere)."""
    lo, hi = my_range(area)
    query = Signal.objects.filter(closed_run__isnull=True, area_code__gte=lo, area_code__lt=hi)
    if rule:
        query = query.filter(rule=rule)
    if kind:
        query = query.filter(signal_class=kind)
    signed = Consent.objects.filter(revoked_on__isnull=True, area_code__gte=lo, area_code__lt=hi).values("household_id")
    query = query.exclude(signal_class=ASSET) | query.filter(signal_class=ASSET, household_id__in=signed)
    found = page_by_id(query, params)
    return Page([_shown(s, book, []) for s in found.rows], found.next)


def hidden_assets(area: str) -> int:
    """How many asset signals are not shown because the household has not signed."""
    lo, hi = my_range(area)
    signed = Consent.objects.filter(revoked_on__isnull=True, area_code__gte=lo, area_code__lt=hi).values("household_id")
    return (
        Signal.objects.filter(closed_run__isnull=True, signal_class=ASSET, area_code__gte=lo, area_code__lt=hi)
        .exclude(household_id__in=signed)
        .count()
    )


def counts_by_rule(area: str) -> list[dict[str, Any]]:
    """Rule, signals, households in an area; from the counts alone, so also at aggregate depth."""
    lo, hi = my_range(area)
    found = AreaCount.objects.filter(area_code__gte=lo, area_code__lt=hi).values("rule")
    return list(found.annotate(n=Sum("signals"), homes=Sum("households"), villages=Count("id")).order_by("rule"))


def counts_below(area: str, digits: int, rule: str) -> dict[str, int]:
    """Households with open signals by the first `digits` digits of the area code."""
    lo, hi = my_range(area)
    found = AreaCount.objects.filter(area_code__gte=lo, area_code__lt=hi)
    if rule:
        found = found.filter(rule=rule)
    counts: dict[str, int] = {}
    for code, n in found.values_list("area_code", "households"):
        counts[code[:digits]] = counts.get(code[:digits], 0) + n
    return counts


def last_run() -> Run | None:
    """The latest finished screening that the open territory sees."""
    return Run.objects.filter(state="done").order_by("-pk").first()
