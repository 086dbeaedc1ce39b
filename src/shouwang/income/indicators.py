"""Income lists on the map."""

from __future__ import annotations

from django.db.models import Count
from django.db.models.functions import Substr
from django.utils.translation import gettext_lazy as _

from shouwang.income.models import ListLine
from shouwang.ledgers.indicators import ByArea, Indicator, declare


def _of(key: str) -> ByArea:
    def count(lo: str, hi: str, digits: int) -> dict[str, int]:
        found = ListLine.objects.filter(list_key=key, left_on__isnull=True, area_code__gte=lo, area_code__lt=hi)
        return dict(found.annotate(place=Substr("area_code", 1, digits)).values_list("place").annotate(n=Count("id")))

    return count


FELL = declare(Indicator("income_fell", _("减收户"), _("户"), _of("fell"), "/income/?list=fell&area={area}"))
BELOW = declare(Indicator("income_below", _("万元以下户"), _("户"), _of("below"), "/income/?list=below&area={area}"))
