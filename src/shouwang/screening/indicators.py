"""What screening counts: from counts alone, so also for those who see no persons."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shouwang.ledgers.indicators import Indicator, declare
from shouwang.screening.models import AreaCount


def _signals(lo: str, hi: str, digits: int) -> dict[str, int]:
    counts: dict[str, int] = {}
    for code, n in AreaCount.objects.filter(area_code__gte=lo, area_code__lt=hi).values_list("area_code", "signals"):
        counts[code[:digits]] = counts.get(code[:digits], 0) + n
    return counts


SIGNALS = declare(
    Indicator("signals", _("预警信号（全部规则）"), _("条"), _signals, "/signals/?area={area}", needs_persons=False)
)
