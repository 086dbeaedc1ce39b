"""十五项措施: measures → households → yuan by kind."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render

from shouwang.accounts.audit.write import record
from shouwang.accounts.pages import page
from shouwang.income import listing
from shouwang.income.asked import year_of
from shouwang.income.drawing import drawn
from shouwang.income.explain import waterfall
from shouwang.income.kinds import INCOME, TITLES
from shouwang.income.measures import board, reached_households, table
from shouwang.registry.models import Household
from shouwang.registry.queries import shown_name

SHOWN = 200


@page("income.read")
def measures(request: Any) -> HttpResponse:
    """All fifteen in four paths; below them how the four kinds changed, and the change of the total that they add up to."""
    year, area = year_of(request), request.GET.get("area", "")
    rows = board(area, year)
    bars = waterfall(*listing.changes(listing.assessed(area, year)))
    record("list", "income", "measures", role=request.holder.role, rows=len(rows))
    paths = [(TITLES[k], [r for r in rows if r.path == k]) for k in dict.fromkeys(r.path for r in rows)]
    context = {
        "paths": paths, "kinds": [TITLES[k] for k in INCOME], "totals": [sum(r.by_kind[k] for r in rows) for k in INCOME], "sum": sum(r.total for r in rows),
        "bars": drawn(bars) if bars[0].end else [], "change": bars[-1].end - bars[0].end, "year": year, "area": area,
    }  # fmt: skip
    return render(request, "income/measures.html", context)


@page("income.read")
def reached(request: Any, number: int) -> HttpResponse:
    """The households that a measure reached, with what it brought them."""
    if number not in table():
        raise Http404
    year, area = year_of(request), request.GET.get("area", "")
    found = reached_households(area, year, number, SHOWN)
    homes = Household.objects.in_bulk([h for h, *_rest in found])
    record("list", "income", f"measure-{number}", role=request.holder.role, rows=len(homes))
    rows = [
        (homes[h], shown_name(homes[h].head_name), TITLES[kind], item, amount)
        for h, kind, item, amount in found
        if h in homes
    ]
    entry = table()[number]
    context = {
        "number": number,
        "title": entry["title"],
        "path": TITLES[entry["path"]],
        "rows": rows,
        "year": year,
        "area": area,
        "shown": SHOWN,
    }
    return render(request, "income/reached.html", context)
