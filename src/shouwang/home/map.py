"""一张图: towns and villages as points (no boundaries are openly available), each a way down to its households."""

from __future__ import annotations

from typing import Any

import polars as pl
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from shouwang.accounts.pages import page
from shouwang.accounts.territory import current_scope
from shouwang.kernel.areas import CODE_LENGTH, COUNTY_DIGITS, LENGTHS
from shouwang.ledgers.indicators import Indicator, known
from shouwang.regions.models import Division
from shouwang.regions.queries import children, everyday, path_of
from shouwang.registry.queries import my_range
from shouwang.reports.summary.town_map import HEIGHT, WIDTH, dots
from shouwang.screening.application_book import book_for
from shouwang.screening.queries import counts_below, counts_by_rule, last_run


@page("map")
def area_map(request: Any) -> HttpResponse:
    """One indicator at a time: households with open signals, all or of one rule, by the areas below this one."""
    scope = current_scope()
    mine = scope.area if scope and scope.area != "00" else ""
    wanted = request.GET.get("area", "")
    area = wanted if wanted.startswith(mine) and wanted.isdigit() and len(wanted) in LENGTHS else mine
    rule = "".join(c for c in request.GET.get("rule", "") if c.isalnum())[:8]
    mine_too = "registry.read" in request.holder.kind.rights
    choices = {k: i for k, i in known().items() if mine_too or not i.needs_persons}
    indicator = choices.get(request.GET.get("of", ""))
    below = children(area) if len(area) < CODE_LENGTH else []
    digits = len(below[0].code) if below else CODE_LENGTH
    counts = indicator.count(*my_range(area), digits) if indicator else counts_below(area, digits, rule)
    book = book_for(area[:COUNTY_DIGITS])
    shown, without = _dots(below, counts)
    ranked = sorted(below, key=lambda d: (-counts.get(d.code, 0), d.code))
    context = {
        "area": area,
        "path": [(code, name) for code, name in path_of(area) if code.startswith(mine)],
        "dots": shown,
        "without": without,
        "ranked": [(d, everyday(d.name), counts.get(d.code), _rows(indicator, rule, d.code)) for d in ranked],
        "rules": [(c["rule"], book.rules[c["rule"]].title) for c in counts_by_rule(area) if c["rule"] in book.rules],
        "rule": rule,
        "indicators": choices,
        "of": request.GET.get("of", "") if indicator else "",
        "unit": indicator.unit if indicator else _("户"),
        "deeper": digits < CODE_LENGTH,
        "total": sum(counts.values()),
        "run": last_run(),
        "size": (WIDTH, HEIGHT),
    }
    return render(request, "home/map.html", context)


def _dots(places: list[Division], counts: dict[str, int]) -> tuple[list[dict[str, Any]], list[str]]:
    """Points with radius by count and a label that covers little; names of places without a point."""
    names: dict[str, Division] = {}
    for place in places:
        name = everyday(place.name)
        names[name if name not in names else f"{name} {place.code}"] = place
    rows = [(name, p.lon, p.lat) for name, p in names.items() if p.lon is not None and p.lat is not None]
    points = pl.DataFrame(rows, schema={"name": pl.String, "lon": pl.Float64, "lat": pl.Float64}, orient="row")
    found, without = dots(points, {name: counts.get(p.code, 0) for name, p in names.items()})
    return [{"dot": d, "code": names[d.name].code, "known": names[d.name].code in counts} for d in found], without


def _rows(indicator: Indicator | None, rule: str, code: str) -> str:
    """Where the rows behind a number are."""
    return (indicator.rows if indicator else "/signals/?area={area}&rule={rule}").format(area=code, rule=rule)
