"""Boards of incomes: by the areas below, with distribution, growth and why; signs of untrue figures."""

from __future__ import annotations

from typing import Any

import polars as pl
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from shouwang.accounts.audit.write import record
from shouwang.accounts.pages import page
from shouwang.cases.limits import number
from shouwang.income import listing, queries
from shouwang.income.drawing import drawn
from shouwang.income.explain import waterfall
from shouwang.income.kinds import COST, INCOME, TITLES
from shouwang.income.lists import LISTS
from shouwang.income.measures import exposure
from shouwang.income.targets import percent
from shouwang.income.views import year_of
from shouwang.kernel.areas import COUNTY_DIGITS
from shouwang.kernel.money import per_head
from shouwang.regions.queries import children, everyday, name_of


@page("income.read")
def board(request: Any) -> HttpResponse:
    """By the areas below: per-head income, kinds, wage share, lists; the distribution beside the mean."""
    year, area = year_of(request), request.GET.get("area", "")
    here = area or request.holder.area_code
    below = children(here) if len(here) < 12 else []
    digits = len(below[0].code) if below else 12
    frame = listing.assessed(area, year)
    known = frame.filter(pl.all_horizontal(pl.col(k).is_not_null() for k in (*INCOME, COST)) & (pl.col("persons") > 0))
    found = listing.boards(area, year, digits)
    share = number(here[:COUNTY_DIGITS], "price_exposure_pct", timezone.localdate())
    rows = [_place(r) for r in found.iter_rows(named=True)]
    record("list", "income", "board", role=request.holder.role, area=here, rows=len(rows))
    context = {
        "rows": rows,
        "year": year,
        "area": area,
        "name": name_of(here),
        "lists": [(k, t) for k, t in LISTS.items() if k in frame.columns],
        "all": _place(_sum(found)) if rows else None,
        "strip": _distribution(known),
        "bands": listing.bands(here, year, frame) if "below" in frame.columns else {},
        "exposed": exposure(area, year, share) if share is not None else [],
        "share": share,
        "growth": _told(listing.growth_of(frame)),
        "bars": drawn(waterfall(*listing.changes(frame))) if rows else [],
        "unknown": frame.height - known.height,
        "titles": TITLES,
    }
    return render(request, "income/board.html", context)


def _told(found: listing.Growth) -> list[tuple[str, str]]:
    """Both growth rates in words."""
    rates = ((_("全部"), found.all), (_("两年都有数据的户（固定组）"), found.constant))
    return [(title, percent(rate) if rate is not None else "") for title, rate in rates]


def _sum(found: pl.DataFrame) -> dict[str, Any]:
    return {"place": "", **{c: int(found[c].sum()) for c in found.columns if c != "place"}}


def _place(r: dict[str, Any]) -> dict[str, Any]:
    gross = sum(r[k] or 0 for k in INCOME)
    net = gross - (r[COST] or 0)
    return {
        **r,
        "name": everyday(name_of(r["place"])) if r["place"] else "",
        "net": net,
        "per_head": per_head(net, r["persons"] or 0),
        "wage_share": (r["wage"] or 0, gross),
    }


def _distribution(known: pl.DataFrame) -> list[tuple[str, int, int]]:
    """Households by per-head income in steps of 2,000 yuan: label, count, width of 1000."""
    if known.is_empty():
        return []
    net = sum(pl.col(k) for k in INCOME) - pl.col(COST)
    step = (
        known.select((net / pl.col("persons") / 200_000).floor().clip(0, 15).cast(pl.Int64).alias("s"))
        .group_by("s")
        .len()
        .sort("s")
    )
    most = int(step["len"].max() or 1)  # type: ignore[arg-type]
    return [
        (f"{s * 2000:,}–{(s + 1) * 2000:,}" if s < 15 else "30,000 以上", n, round(1000 * n / most))
        for s, n in step.iter_rows()
    ]


@page("income.read")
def quality(request: Any) -> HttpResponse:
    """数据质量: corrections, copied values, just above a line, visitors, rechecks."""
    year, area, today = year_of(request), request.GET.get("area", ""), timezone.localdate()
    found = queries.quality(area, year, today)
    record("list", "income", "quality", role=request.holder.role)
    context = {"q": found, "year": year, "copied": [(name_of(a), round(amount), len(h)) for a, amount, h in found.copied],
               "visitors": [(name_of(a), v, round(own), round(rest)) for a, v, own, rest in found.visitors],
               "by_village": [(name_of(k), w, n) for k, (w, n) in queries.error_rates(area, "area_code").items()],
               "by_visitor": [(k, w, n) for k, (w, n) in queries.error_rates(area, "visitors").items()]}  # fmt: skip
    return render(request, "income/quality.html", context)
