"""What a request asks about: year, month, period, area."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django.utils import timezone

from shouwang.kernel.errors import UserError
from shouwang.registry.outgoing import latest_year
from shouwang.ui.paging import whole

PERIOD = re.compile(r"20\d\d-(0[1-9]|1[0-2]|Q[1-4])")


def year_of(request: Any) -> int:
    """The closed year that is looked at: asked for, else the newest of the register."""
    asked = whole(request.GET.get("year") or request.POST.get("year")) or 0
    return asked if 2000 < asked < 2100 else latest_year() or timezone.localdate().year - 1


def given_year(sent: Any, name: str, default: int) -> int:
    """A year that a form must name; blank is the default. Raises UserError."""
    text = str(sent.get(name, "")).strip()
    found = whole(text) if text else default
    if found is None or not 2000 < found < 2100:
        raise UserError(f"年度 {text[:10]!r} 无法识别", "写四位年份，如 2025")
    return found


def month_of(request: Any) -> int:
    """The month of an identification (the twelve months before it count), or 0."""
    asked = whole(request.GET.get("month") or request.POST.get("month")) or 0
    return asked if 1 <= asked <= 12 else 0


def forecast_of(request: Any) -> bool:
    """Whether the running year's forecast is meant; the months before an identification have none."""
    return bool(request.GET.get("forecast") or request.POST.get("forecast")) and not month_of(request)


def period_of(sent: Any, today: date) -> str:
    """The period that is closed: a month or a quarter of a year that has begun."""
    text = str(sent.get("period", "")).strip() or f"{today:%Y-%m}"
    if not PERIOD.fullmatch(text):
        raise UserError(f"期间 {text[:10]!r} 无法识别", "写 2026-03 或 2026-Q1")
    part = text[5:]
    month = 3 * int(part[1:]) - 2 if part.startswith("Q") else int(part)
    if date(int(text[:4]), month, 1) > today:
        raise UserError(f"期间 {text} 还没有开始", "只能关闭已经开始的期间")
    return text
