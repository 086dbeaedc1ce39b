"""The calendar of what each department owes and when."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from shouwang.accounts.audit.write import record
from shouwang.accounts.pages import page
from shouwang.exchange import queries
from shouwang.exchange.models import Expected
from shouwang.exchange.subjects import SUBJECT_OF_KIND, feeds, subject_of, title_of
from shouwang.kernel.errors import UserError
from shouwang.ui.paging import whole


@page("exchange.read", methods=("GET", "POST"))
def calendar(request: Any) -> HttpResponse:
    """Who owes what, due when, delivered or not."""
    if request.method == "POST":
        if "calendar.write" not in request.holder.kind.rights:
            raise UserError("您的岗位不能改报送日历", "请县农业农村局设置")
        kind, day = request.POST.get("kind", ""), request.POST.get("due_day", "")
        if kind not in SUBJECT_OF_KIND or not 1 <= (whole(day) or 0) <= 28:
            raise UserError("类别或日期不对", "选择类别，写每月 1 至 28 日")
        Expected.objects.update_or_create(
            area_code=request.holder.area_code, kind=kind, defaults={"subject": subject_of(kind), "due_day": whole(day)}
        )
        record("calendar", "kind", kind, role=request.holder.role)
        return redirect("exchange:calendar")
    lines = [
        (title_of(e.kind), feeds()[e.kind].department, e, owed)
        for e, owed in queries.calendar(timezone.localdate())
        if e.kind in feeds()
    ]
    months = [o.month for o in lines[0][3]] if lines else []
    kinds = [(k, f.title) for k, f in feeds().items() if not f.is_registry]
    return render(request, "exchange/calendar.html", {"lines": lines, "months": months, "kinds": kinds})
