"""Lists of households, search, and hand-overs between areas."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from shouwang.accounts.audit.write import record
from shouwang.accounts.pages import page
from shouwang.accounts.territory import current_scope
from shouwang.kernel.areas import CODE_LENGTH
from shouwang.regions.queries import children, name_of, path_of
from shouwang.registry import actions, queries
from shouwang.registry.incoming import STATUS_TITLES
from shouwang.registry.models import Transfer
from shouwang.ui.paging import page_by_id, whole


@page("registry.read", methods=("GET", "POST"))
def households(request: Any) -> HttpResponse:
    """Households of an area page by page (GET), or those that a search finds (POST: what was typed stays out of the address)."""
    typed = request.POST.get("q", "").strip()
    area, status = request.GET.get("area", ""), request.GET.get("status", "")
    if request.method == "POST":
        rows, following = queries.search(typed), ""
        record("search", "household", role=request.holder.role, rows=len(rows))
    else:
        found = queries.households_page(area, status, request.GET.dict())
        rows, following = found.rows, found.next
        record("list", "household", role=request.holder.role, area=area or request.holder.area_code, rows=len(rows))
    statuses = queries.statuses_of(rows)
    scope = current_scope()
    here = area or (scope.area if scope else "")
    context = {
        "rows": [(h, queries.shown_name(h.head_name), statuses.get(h.pk, ())) for h in rows],
        "page": {"next": following},
        "typed": typed,
        "area": area,
        "path": path_of(area) if area else [],
        "below": children(here) if len(here) < CODE_LENGTH else [],
        "status": status,
        "statuses": STATUS_TITLES,
    }
    return render(request, "registry/households.html", context)


@page("transfer", methods=("GET", "POST"))
def transfers(request: Any) -> HttpResponse:
    """Hand-overs that this area gave or is offered."""
    if request.method == "POST":
        offer = Transfer.objects.filter(pk=whole(request.POST.get("transfer")) or 0).first()
        if offer is not None and "accept" in request.POST:
            household = actions.accept_transfer(offer, request.POST.get("village", ""), request.holder)
            messages.success(request, _("已接收，这一户的全部资料随户转来"))
            return redirect("home:household", household)
        if offer is not None:
            actions.refuse_transfer(offer, request.POST.get("why", ""), request.holder)
            messages.success(request, _("已退回"))
        return redirect("registry:transfers")
    scope = current_scope()
    found = page_by_id(Transfer.objects.all(), request.GET.dict())
    mine = scope.area if scope else ""
    rows = [
        (t, name_of(t.area_code), name_of(t.also_area), t.state == "offered" and t.also_area.startswith(mine))
        for t in found.rows
    ]
    villages = [
        v
        for town in ([mine] if len(mine) == 9 else [t.also_area[:9] for t, *_, open_ in rows if open_])
        for v in children(town)
    ]
    return render(request, "registry/transfers.html", {"rows": rows, "page": found, "villages": villages})
