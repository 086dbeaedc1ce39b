"""一张图: towns and villages as points (no boundaries are openly available), each a way down to its households."""

from __future__ import annotations

import math
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from shouwang.accounts.pages import page
from shouwang.accounts.territory import current_scope
from shouwang.kernel.areas import CODE_LENGTH, LENGTHS
from shouwang.regions.models import Division
from shouwang.regions.queries import children, everyday, path_of
from shouwang.screening.application_book import book_for
from shouwang.screening.queries import counts_below, counts_by_rule, last_run
from shouwang.screening.tasks import COUNTY_DIGITS

WIDTH, HEIGHT, MARGIN = 760, 480, 40
SMALLEST, LARGEST = 5.0, 26.0


@page("map")
def area_map(request: Any) -> HttpResponse:
    """One indicator at a time: households with open signals, all or of one rule, by the areas below this one."""
    scope = current_scope()
    mine = scope.area if scope and scope.area != "00" else ""
    wanted = request.GET.get("area", "")
    area = wanted if wanted.startswith(mine) and wanted.isdigit() and len(wanted) in LENGTHS else mine
    rule = request.GET.get("rule", "")
    below = children(area) if len(area) < CODE_LENGTH else []
    digits = len(below[0].code) if below else CODE_LENGTH
    counts = counts_below(area, digits, rule)
    book = book_for(area[:COUNTY_DIGITS])
    dots, without = _dots(below, counts)
    ranked = sorted(below, key=lambda d: (-counts.get(d.code, 0), d.code))
    context = {
        "area": area,
        "path": [(code, name) for code, name in path_of(area) if code.startswith(mine)],
        "dots": dots,
        "without": without,
        "ranked": [(d, everyday(d.name), counts.get(d.code)) for d in ranked],
        "rules": [(c["rule"], book.rules[c["rule"]].title) for c in counts_by_rule(area) if c["rule"] in book.rules],
        "rule": rule,
        "deeper": digits < CODE_LENGTH,
        "total": sum(counts.values()),
        "run": last_run(),
        "size": (WIDTH, HEIGHT),
    }
    return render(request, "home/map.html", context)


def _dots(places: list[Division], counts: dict[str, int]) -> tuple[list[dict[str, Any]], list[str]]:
    """Points with radius by count; names of places without a point."""
    known = [p for p in places if p.lon is not None and p.lat is not None]
    without = [everyday(p.name) for p in places if p.lon is None]
    if not known:
        return [], without
    west, east = min(p.lon for p in known), max(p.lon for p in known)
    south, north = min(p.lat for p in known), max(p.lat for p in known)
    squeeze = math.cos(math.radians((south + north) / 2))
    scale = min((WIDTH - 2 * MARGIN) / max((east - west) * squeeze, 1e-6), (HEIGHT - 2 * MARGIN) / max(north - south, 1e-6))
    most = max([*counts.values(), 1])
    dots = []
    for p in known:
        count = counts.get(p.code)
        radius = SMALLEST + (LARGEST - SMALLEST) * math.sqrt((count or 0) / most)
        x = WIDTH / 2 + (p.lon - (west + east) / 2) * squeeze * scale
        y = HEIGHT / 2 - (p.lat - (south + north) / 2) * scale
        dots.append({"code": p.code, "name": everyday(p.name), "x": f"{x:.1f}", "y": f"{y:.1f}", "r": f"{radius:.1f}", "label_y": f"{y + radius + 13:.1f}", "count": count})
    dots.sort(key=lambda d: -float(d["r"]))
    return dots, without
