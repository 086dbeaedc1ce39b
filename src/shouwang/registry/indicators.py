"""What the register counts."""

from __future__ import annotations

from django.db.models import Count
from django.db.models.functions import Substr
from django.utils.translation import gettext_lazy as _

from shouwang.ledgers.indicators import Indicator, declare
from shouwang.registry.models import Household, StatusSpell


def _households(lo: str, hi: str, digits: int) -> dict[str, int]:
    found = Household.objects.filter(area_code__gte=lo, area_code__lt=hi, dissolved_on__isnull=True)
    return dict(found.annotate(place=Substr("area_code", 1, digits)).values_list("place").annotate(n=Count("id")))


def _monitored(lo: str, hi: str, digits: int) -> dict[str, int]:
    kinds = ("unstable", "edge", "sudden", "prevention")
    found = StatusSpell.objects.filter(
        area_code__gte=lo, area_code__lt=hi, kind__in=kinds, until__isnull=True, retracted_at__isnull=True
    )
    return dict(
        found.annotate(place=Substr("area_code", 1, digits))
        .values_list("place")
        .annotate(n=Count("household_id", distinct=True))
    )


HOUSEHOLDS = declare(Indicator("households", _("农户数"), _("户"), _households, "/households/?area={area}"))
MONITORED = declare(Indicator("monitored", _("监测对象"), _("户"), _monitored, "/ledgers/statuses/"))
