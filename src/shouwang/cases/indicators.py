"""What clues and cases count, for the map."""

from __future__ import annotations

from django.db.models import Count, QuerySet
from django.db.models.functions import Substr
from django.utils.translation import gettext_lazy as _

from shouwang.cases.models import Case, Clue
from shouwang.cases.words import OPEN_CLUES
from shouwang.ledgers.indicators import Indicator, declare


def _by_place(found: QuerySet[Clue] | QuerySet[Case], digits: int) -> dict[str, int]:
    return dict(found.annotate(place=Substr("area_code", 1, digits)).values_list("place").annotate(n=Count("id")))


def _open_clues(lo: str, hi: str, digits: int) -> dict[str, int]:
    return _by_place(Clue.objects.filter(area_code__gte=lo, area_code__lt=hi, state__in=OPEN_CLUES), digits)


def _running(lo: str, hi: str, digits: int) -> dict[str, int]:
    ended = ("monitored", "eliminated", "not_included", "ended")
    return _by_place(Case.objects.filter(area_code__gte=lo, area_code__lt=hi).exclude(state__in=ended), digits)


CLUES = declare(Indicator("open_clues", _("未核查的线索"), _("条"), _open_clues, "/clues/?area={area}"))
RUNNING = declare(Indicator("running_cases", _("办理中的个案"), _("户"), _running, "/cases/?area={area}"))
