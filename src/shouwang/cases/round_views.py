"""Pages of screening rounds: begin, coverage by village, the households due, the visit on a phone, the end; leaflets given."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from shouwang.accounts.audit.write import record
from shouwang.accounts.pages import page
from shouwang.cases import items as guarantees
from shouwang.cases import rounds as actions
from shouwang.cases.asked import day, item_answers, maybe_day, names
from shouwang.cases.field_models import Round, RoundLine
from shouwang.cases.leaflets import LEAFLETS, give_leaflet
from shouwang.cases.words import CONCLUSIONS, DEPARTMENTS, MANNERS, PRIORITY, RISKS, ROUND_KINDS
from shouwang.kernel.errors import UserError
from shouwang.regions.queries import name_of
from shouwang.registry.models import Household
from shouwang.registry.queries import my_range, shown_name
from shouwang.ui.paging import page_by_id


@page("cases.read", methods=("GET", "POST"))
def rounds(request: Any) -> HttpResponse:
    """Rounds, newest first; township and county begin one."""
    if request.method == "POST":
        if "round.write" not in request.holder.kind.rights:
            raise UserError("您的岗位不能发起排查", "请乡镇或县里发起")
        sent = request.POST
        area = sent.get("area", "") or request.holder.area_code
        made = actions.open_round(
            (area, *my_range(area)), sent.get("kind", ""), sent.get("title", ""), sent.get("event", ""), day(sent, "starts_on", default_today=True),
            maybe_day(sent, "due"), request.holder, timezone.now(),
        )  # fmt: skip
        return redirect("cases:round", made.pk)
    own = my_range("")
    query = (
        Round.objects.all()
        if len(request.holder.area_code) < 12
        else Round.objects.filter(pk__in=RoundLine.objects.values("round_id"))
    )
    found = page_by_id(query, request.GET.dict())
    rows = [(r, name_of(r.area_code), ROUND_KINDS[r.kind]) for r in found.rows]
    mine = (
        RoundLine.objects.filter(area_code__gte=own[0], area_code__lt=own[1])
        .order_by("-round_id")
        .values_list("round_id", flat=True)
        .distinct()[:5]
    )
    year_done = Round.objects.filter(kind="concentrated", starts_on__year=timezone.localdate().year).exists()
    return render(
        request,
        "cases/rounds.html",
        {
            "year_done": year_done,
            "rows": rows,
            "page": found,
            "kinds": ROUND_KINDS,
            "today": timezone.localdate(),
            "mine": list(mine),
        },
    )


@page("cases.read", methods=("GET", "POST"))
def round_page(request: Any, round_id: int) -> HttpResponse:
    """One round: coverage by village, the households due (those to visit first on top)."""
    found = Round.objects.filter(pk=round_id).first()
    if found is None and not RoundLine.objects.filter(round_id=round_id).exists():
        raise Http404
    if request.method == "POST":
        if found is None or "round.write" not in request.holder.kind.rights:
            raise UserError("您的岗位不能结束排查", "请发起的乡镇或县里结束")
        actions.close_round(found, request.holder, timezone.localdate())
        messages.success(request, _("排查已结束"))
        return redirect("cases:round", round_id)
    area, only = request.GET.get("area", ""), request.GET.get("only", "due")
    lo, hi = my_range(area)
    lines = RoundLine.objects.filter(round_id=round_id, area_code__gte=lo, area_code__lt=hi)
    if only == "due":
        lines = lines.filter(visited_on__isnull=True)
    elif only == "first":
        lines = lines.filter(visited_on__isnull=True).exclude(groups=[])
    elif only == "found":
        lines = lines.filter(clue_id__isnull=False)
    shown = page_by_id(lines, request.GET.dict(), newest_first=False)
    homes = Household.objects.in_bulk([line.household_id for line in shown.rows])
    record("list", "round", round_id, role=request.holder.role, rows=len(shown.rows))
    rows = [
        (
            line,
            homes[line.household_id],
            shown_name(homes[line.household_id].head_name),
            [PRIORITY.get(g, g) for g in line.groups],
        )
        for line in shown.rows
        if line.household_id in homes
    ]
    villages = [(c, name_of(c.area[:9]), name_of(c.area)) for c in actions.coverage(round_id)]
    context = {"round": found, "round_id": round_id, "rows": rows, "page": shown, "villages": villages, "only": only, "area": area, "conclusions": CONCLUSIONS,
               "total": sum(c.households for c, *_ in villages), "visited": sum(c.visited for c, *_ in villages)}  # fmt: skip
    return render(request, "cases/round.html", context)


@page("case.visit", methods=("GET", "POST"))
def visit(request: Any, line_id: int) -> HttpResponse:
    """A visit on a phone: one screen, "unchanged" by default; only what is unknown or old is asked."""
    line = RoundLine.objects.filter(pk=line_id).first()
    home = Household.objects.filter(pk=line.household_id).first() if line else None
    if line is None or home is None:
        raise Http404
    today, sent = timezone.localdate(), request.POST
    if request.method == "POST":
        said = actions.Visit(
            names(sent.get("visitors", "")), day(sent, "on", default_today=True), sent.get("manner", ""), sent.get("conclusion", ""), sent.get("reason", ""),
            sent.get("referred_to", ""), False, sent.get("client_id", "")[:40], sent.get("risk_type", ""),
        )  # fmt: skip
        actions.record_visit(line, said, request.holder, timezone.now(), today)
        guarantees.set_items(home, item_answers(sent), said.visited_on, request.holder, timezone.now(), today)
        for kind in LEAFLETS:
            if sent.get(f"leaflet_{kind}"):
                give_leaflet(home, kind, said.visited_on, timezone.now())
        messages.success(request, _("已记下") + f"：{shown_name(home.head_name)}")
        following = (
            RoundLine.objects.filter(round_id=line.round_id, area_code=line.area_code, visited_on__isnull=True)
            .order_by("pk")
            .first()
        )
        return redirect("cases:visit", following.pk) if following else redirect("cases:round", line.round_id)
    last = (
        RoundLine.objects.filter(area_code=line.area_code, recorded_by=request.holder.user_id)
        .order_by("-recorded_at")
        .first()
    )
    lines = guarantees.card(home, today)
    context = {
        "line": line, "home": home, "head": shown_name(home.head_name), "groups": [PRIORITY.get(g, g) for g in line.groups], "today": today,
        "asked": [i for i in lines if i.state != "yes"], "known": [i for i in lines if i.state == "yes"], "conclusions": CONCLUSIONS,
        "manners": MANNERS, "departments": DEPARTMENTS, "risks": RISKS, "leaflets": LEAFLETS,
        "visitors": line.visitors or (last.visitors if last else request.holder.user.name),
    }  # fmt: skip
    return render(request, "cases/visit.html", context)
