"""三点清单、点上解剖、增收计划、意见建议: what is written down and what became of it; who has none."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from shouwang.accounts.audit.write import record
from shouwang.accounts.pages import page
from shouwang.cases.asked import maybe_day, number
from shouwang.income import notes, periods
from shouwang.income.asked import given_year
from shouwang.income.forms import amount_of
from shouwang.income.models import Note
from shouwang.kernel.errors import UserError
from shouwang.regions.queries import everyday, name_of
from shouwang.ui.paging import page_by_id, whole


def may_write(request: Any) -> bool:
    """Whether the post keeps notes: every level that has an income plan, and the city."""
    return bool({"income.write", "income.county", "income.average"} & request.holder.kind.rights)


@page("income.read")
def points(request: Any) -> HttpResponse:
    """Notes page by page, by kind and year; the points and plans that are missing."""
    area, today = request.holder.area_code, timezone.localdate()
    year, kind = given_year(request.GET, "of_year", today.year), request.GET.get("kind", "")
    wanted = notes.notes_of("", year, *([kind] if kind in notes.KINDS else []))
    found = page_by_id(wanted, request.GET.dict())
    level = periods.LEVEL_OF.get(len(area), "")
    below = [a for each in periods.UNDER.get(level, ()) for a in periods.owing("", each)]
    planless = notes.without_plan([area, *below], year) if level else []
    record("list", "income", "notes", role=request.holder.role, rows=len(found.rows))
    context = {
        "rows": [(n, notes.KINDS[n.kind], everyday(name_of(n.area_code)), notes.state_of(n)) for n in found.rows], "page": found, "kinds": notes.KINDS,
        "kind": kind, "of_year": year, "states": notes.STATES, "today": today, "may_write": may_write(request),
        "missing": notes.missing_points(area, year) if level == "county" else [], "planless": [(a, everyday(name_of(a))) for a in planless],
        "places": [(area, name_of(area)), *((a, everyday(name_of(a))) for a in below)],
    }  # fmt: skip
    return render(request, "income/points.html", context)


@page("income.read", methods=("POST",))
def write_point(request: Any) -> HttpResponse:
    """Keep a note, or tell what became of one."""
    if not may_write(request):
        raise UserError("您的岗位不能登记", "请村、乡镇或县办理")
    if request.POST.get("note"):
        _follow(request)
    else:
        _write(request)
    messages.success(request, _("已记下"))
    return redirect("income:points")


def _follow(request: Any) -> None:
    sent, today = request.POST, timezone.localdate()
    note = Note.objects.filter(pk=whole(sent["note"])).first()
    if note is None:
        raise Http404
    notes.follow(
        note, sent.get("state", ""), sent.get("outcome", ""), maybe_day(sent, "on") or today, request.holder, today
    )


def _write(request: Any) -> None:
    sent, now = request.POST, timezone.now()
    funds = amount_of(sent["funds"].replace(",", ""), "资金") if sent.get("funds", "").strip() else None
    more = notes.Followed(
        sent.get("measure", ""), sent.get("owner", ""), maybe_day(sent, "due_on"), households=number(sent, "households") or None, funds=funds
    )  # fmt: skip
    year = given_year(sent, "of_year", timezone.localdate().year)
    notes.write_note(
        sent.get("kind", ""), year, sent.get("title", ""), sent.get("text", ""), request.holder, now, more, sent.get("area", "")
    )  # fmt: skip
