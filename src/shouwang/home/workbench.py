"""The first screen: what waits for this post, and how its area stands."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from shouwang.accounts.pages import page
from shouwang.cases import progress
from shouwang.exchange.models import Batch, Row
from shouwang.exchange.owed import calendar
from shouwang.exchange.subjects import title_of
from shouwang.kernel.areas import COUNTY_DIGITS
from shouwang.regions.queries import name_of
from shouwang.registry.models import Household, OwnHousehold, Transfer
from shouwang.registry.queries import shown_name
from shouwang.screening.application_book import book_for
from shouwang.screening.models import Signal
from shouwang.screening.queries import counts_below, counts_by_rule, last_run
from shouwang.worklist.queries import inbox

LOOKED_BACK = 365
SHOWN = 5


@page("home")
def workbench(request: Any) -> HttpResponse:
    """Cards by right; every number opens its rows."""
    rights, post = request.holder.kind.rights, request.holder
    today = timezone.localdate()
    context: dict[str, Any] = {"today": today, "tasks": inbox(post, today) if "work" in rights else []}
    if "map" in rights:
        counts = counts_by_rule("")
        book = book_for(post.area_code[:COUNTY_DIGITS])
        context["run"] = last_run()
        context["signals"] = sum(c["n"] for c in counts)
        context["rules"] = sorted(
            ((book.rules[c["rule"]].title, c["rule"], c["n"]) for c in counts if c["rule"] in book.rules),
            key=lambda r: -r[2],
        )[:6]
        digits = next((n for n in (2, 4, 6, 9, 12) if n > len(post.area_code)), 12)
        worst = sorted(counts_below("", digits, "").items(), key=lambda c: -c[1])[:3]
        context["worst"] = [(code, name_of(code), n) for code, n in worst]
    if "registry.read" in rights:
        context["households"] = Household.objects.filter(dissolved_on__isnull=True).count()
        context["with_signals"] = (
            Signal.objects.filter(closed_run__isnull=True, signal_class="risk")
            .values("household_id")
            .distinct()
            .count()
        )
    if "cases.read" in rights and not post.kind.own_only:
        context["funnel"] = progress.funnel("")
        steps = progress.days_by_step("", today - timedelta(days=LOOKED_BACK), today)
        context["slow"] = progress.slow_step(steps)
        context["late"] = sum(h.late for h in progress.holders("", today))
    if post.kind.own_only:
        own = OwnHousehold.objects.filter(user_id=post.user_id, until__isnull=True).values("household_id")
        context["own"] = [(h, shown_name(h.head_name)) for h in Household.objects.filter(pk__in=own).order_by("pk")]
    if "exchange.review" in rights:
        context["waiting"] = Row.objects.filter(status="to_confirm").count()
    if "exchange.read" in rights:
        context["open_batches"] = [
            (b, title_of(b.kind)) for b in Batch.objects.exclude(state__in=("done", "undone")).order_by("-pk")[:6]
        ]
        lines = [line for line in calendar(today, 1) if line.is_missing or line.months[-1].state in ("due", "late")]
        owed = [(title_of(line.expected.kind), line.months[-1], line.is_missing) for line in lines]
        context["owed"], context["owed_more"] = owed[:SHOWN], len(owed) - SHOWN
    if "transfer" in rights:
        context["offers"] = Transfer.objects.filter(state="offered", also_area__startswith=post.area_code).count()
    return render(request, "home/workbench.html", context)
