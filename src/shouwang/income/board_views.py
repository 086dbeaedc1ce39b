"""Boards of incomes: by the areas below with distribution, growth and why; the households behind a bar; who lives on which product."""

from __future__ import annotations

from typing import Any

import polars as pl
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shouwang.accounts.audit.write import record
from shouwang.accounts.pages import page
from shouwang.cases.limits import number
from shouwang.income import dispatch, listing
from shouwang.income.asked import year_of
from shouwang.income.drawing import drawn
from shouwang.income.explain import waterfall
from shouwang.income.frames import net
from shouwang.income.kinds import BUSINESS, COST, INCOME, ITEMS, TITLES
from shouwang.income.lists import LISTS
from shouwang.income.measures import exposed_households, exposure
from shouwang.income.reports import below_digits
from shouwang.income.targets import percent
from shouwang.kernel.areas import COUNTY_DIGITS
from shouwang.kernel.money import per_head
from shouwang.regions.queries import everyday, name_of
from shouwang.registry.models import Household
from shouwang.registry.queries import shown_name

GROUPS = {
    "all": gettext_lazy("所有登记户"),
    "target": gettext_lazy("脱贫户和监测对象"),
    "lifted": gettext_lazy("脱贫户"),
    "monitored": gettext_lazy("监测对象"),
}
SHOWN = 100


@page("income.read")
def board(request: Any) -> HttpResponse:
    """By the areas below: per-head income, kinds, wage share, lists; the distribution beside the mean."""
    year, area = year_of(request), request.GET.get("area", "")
    here = area or request.holder.area_code
    group = request.GET.get("group", "all")
    frame = _of_group(listing.assessed(area, year), group)
    known = frame.filter(pl.all_horizontal(pl.col(k).is_not_null() for k in (*INCOME, COST)) & (pl.col("persons") > 0))
    found = listing.rolled(frame, below_digits(here))
    share = number(here[:COUNTY_DIGITS], "price_exposure_pct", timezone.localdate())
    rows = [_place(r) for r in found.iter_rows(named=True)]
    record("list", "income", "board", role=request.holder.role, area=here, rows=len(rows))
    listed = [(k, t) for k, t in LISTS.items() if k in frame.columns]
    context = {
        "rows": [(r, [(k, r[k]) for k, _t in listed]) for r in rows], "year": year, "area": area, "name": name_of(here), "lists": listed,
        "all": _place(_sum(found)) if rows else None, "strip": _distribution(known), "group": group, "groups": GROUPS.items(),
        "bands": listing.bands(here, year, frame) if "below" in frame.columns else {},
        "exposed": exposure(area, year, share) if share is not None else [], "share": share, "growth": rates(listing.growth_of(frame)),
        "bars": drawn(waterfall(*listing.changes(frame))) if rows else [], "unknown": frame.height - known.height, "titles": TITLES,
        "running": dispatch.running(area, year + 1), "next_year": year + 1,
    }  # fmt: skip
    return render(request, "income/board.html", context)


def _of_group(frame: pl.DataFrame, group: str) -> pl.DataFrame:
    wanted = {
        "target": pl.col("lifted") | pl.col("monitored"),
        "lifted": pl.col("lifted"),
        "monitored": pl.col("monitored"),
    }
    return frame.filter(wanted[group]) if group in wanted else frame


def rates(found: listing.Growth) -> list[tuple[str, str]]:
    """The growth rates in words."""
    told = (
        (_("全部"), found.all),
        (f"{_('两年都有数据的户（固定组）')} {found.households:,}", found.constant),
        (f"{_('其中人数没有变的户')} {found.same_size_households:,}", found.same_size),
    )
    return [(title, percent(rate) if rate is not None else "") for title, rate in told]


def _sum(found: pl.DataFrame) -> dict[str, Any]:
    return {"place": "", **{c: int(found[c].sum()) for c in found.columns if c != "place"}}


def _place(r: dict[str, Any]) -> dict[str, Any]:
    gross = sum(r[k] or 0 for k in INCOME)
    own = gross - (r[COST] or 0)
    return {
        **r,
        "name": everyday(name_of(r["place"])) if r["place"] else "",
        "net": own,
        "per_head": per_head(own, r["persons"] or 0),
        "wage_share": (r["wage"] or 0, gross),
        "kinds": [(TITLES[k], r[k] or 0, gross) for k in INCOME],
    }


def _distribution(known: pl.DataFrame) -> list[tuple[str, int, int]]:
    """Households by per-head income in steps of 2,000 yuan: label, count, width of 1000."""
    if known.is_empty():
        return []
    step = (
        known.select((net() / pl.col("persons") / 200_000).floor().clip(0, 15).cast(pl.Int64).alias("s"))
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
def movers(request: Any, kind: str) -> HttpResponse:
    """The households behind a bar: whose income of a kind fell or rose most."""
    if kind not in (*INCOME, COST):
        raise Http404
    year, area = year_of(request), request.GET.get("area", "")
    found = listing.movers(area, year, kind)
    chosen = [found.head(SHOWN), found.tail(SHOWN).reverse()]
    falls, rises = ([(h, a, c) for h, a, c in part.iter_rows() if (c < 0) == (n == 0)] for n, part in enumerate(chosen))
    homes = Household.objects.in_bulk([h for h, *_rest in (*falls, *rises)])
    record("list", "income", f"movers-{kind}", role=request.holder.role, rows=len(homes))

    def named(lines: list[tuple[int, str, int]]) -> list[tuple[Household, str, int]]:
        return [(homes[h], shown_name(homes[h].head_name), c) for h, _a, c in lines if h in homes]

    counts = {"fell": found.filter(pl.col("change") < 0).height, "rose": found.filter(pl.col("change") > 0).height}
    parts = [(_("减少"), counts["fell"], named(falls)), (_("增加"), counts["rose"], named(rises))]
    here = name_of(area or request.holder.area_code)
    context = {"title": TITLES[kind], "parts": parts, "year": year, "area": area, "name": here, "shown": SHOWN}
    return render(request, "income/movers.html", context)


@page("income.read")
def product(request: Any) -> HttpResponse:
    """Who raises or grows a product: a fall of its price hits these, first those who live mostly on it."""
    item, year, area = request.GET.get("item", ""), year_of(request), request.GET.get("area", "")
    if item not in ITEMS[BUSINESS]:
        raise Http404
    today = timezone.localdate()
    share = number((area or request.holder.area_code)[:COUNTY_DIGITS], "price_exposure_pct", today)
    found = exposed_households(area, year, item, SHOWN)
    homes = Household.objects.in_bulk([h for h, *_rest in found])
    record("list", "income", "product", role=request.holder.role, rows=len(found))
    rows = [
        (homes[h], shown_name(homes[h].head_name), amount, total, share is not None and amount * 100 >= share * total)
        for h, amount, total in found
        if h in homes
    ]
    context = {
        "item": item,
        "items": ITEMS[BUSINESS],
        "rows": rows,
        "year": year,
        "area": area,
        "share": share,
        "shown": SHOWN,
        "name": name_of(area or request.holder.area_code),
    }
    return render(request, "income/product.html", context)
