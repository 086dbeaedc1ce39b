"""数据质量: what is stated and corrected, the signs with their households, the sample to ask again, error rates."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from shouwang.accounts.audit.write import record
from shouwang.accounts.pages import page
from shouwang.cases.limits import number
from shouwang.income import rechecks
from shouwang.income.asked import year_of
from shouwang.income.quality import Sign, place, quality
from shouwang.kernel.areas import COUNTY_DIGITS
from shouwang.registry.models import Household
from shouwang.registry.queries import shown_name
from shouwang.ui.paging import whole

NAMED, MOST_EACH = 12, 20


@page("income.read")
def report(request: Any) -> HttpResponse:
    """The report of a year."""
    year, area, today = year_of(request), request.GET.get("area", ""), timezone.localdate()
    found = quality(area, year, today)
    ids = {h for s in found.signs for f in s.findings for h in f.households[:NAMED]}
    homes = Household.objects.in_bulk(list(ids))
    record("list", "income", "quality", role=request.holder.role, rows=len(homes))
    context = {"q": found, "year": year, "area": area, "signs": [(s, _lines(s, homes)) for s in found.signs],
               "by_village": [(place(k), w, n) for k, (w, n) in rechecks.error_rates(area, "area_code", year).items()],
               "by_visitor": [(k, w, n) for k, (w, n) in rechecks.error_rates(area, "visitors", year).items()]}  # fmt: skip
    return render(request, "income/quality.html", context)


def _lines(sign: Sign, homes: dict[int, Household]) -> list[tuple[str, str, list[tuple[int, str, str]], int]]:
    """(village, text, named households, further ones) of a sign."""
    found = []
    for f in sign.findings:
        named = [(h, shown_name(homes[h].head_name), homes[h].village) for h in f.households[:NAMED] if h in homes]
        found.append((place(f.area), f.text, named, len(f.households) - len(named)))
    return found


@page("income.read")
def sample(request: Any) -> HttpResponse:
    """抽样复核: the draw of a seed, the same for everybody; what was asked again."""
    year, area, today = year_of(request), request.GET.get("area", ""), timezone.localdate()
    seed = request.GET.get("seed", "").strip()[:20] or f"{today:%Y-%m}"
    each = (
        whole(request.GET.get("each"))
        or number((area or request.holder.area_code)[:COUNTY_DIGITS], "income_sample_each", today)
        or 5
    )
    listed = bool(request.GET.get("listed"))
    drawn = rechecks.sample(area, year, seed, min(each, MOST_EACH), listed)
    homes = Household.objects.in_bulk([d.household_id for d in drawn])
    record("sample", "income", seed, role=request.holder.role, rows=len(drawn))
    rows = [
        (d, homes[d.household_id], shown_name(homes[d.household_id].head_name))
        for d in drawn
        if d.household_id in homes
    ]
    done = [d.recheck for d in drawn if d.recheck is not None]
    context = {
        "rows": rows,
        "year": year,
        "area": area,
        "seed": seed,
        "each": each,
        "listed": listed,
        "done": len(done),
        "wrong": sum(r.wrong for r in done),
    }
    return render(request, "income/sample.html", context)
