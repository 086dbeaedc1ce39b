"""The calendar of what each department owes and when."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from shouwang.accounts.audit.write import record
from shouwang.accounts.pages import page
from shouwang.exchange import owed
from shouwang.exchange.models import Expected
from shouwang.exchange.owed import INTERVALS
from shouwang.exchange.subjects import SUBJECT_OF_KIND, feeds, subject_of, title_of
from shouwang.kernel.errors import UserError
from shouwang.ui.paging import whole


@page("exchange.read", methods=("GET", "POST"))
def calendar(request: Any) -> HttpResponse:
    """Who owes what, due when, delivered or not."""
    if request.method == "POST":
        if "calendar.write" not in request.holder.kind.rights:
            raise UserError("您的岗位不能改报送日历", "请县农业农村局设置")
        kind, day = request.POST.get("kind", ""), whole(request.POST.get("due_day")) or 0
        every = whole(request.POST.get("every")) or 1
        if kind not in SUBJECT_OF_KIND or not 1 <= day <= 28 or every not in INTERVALS:
            raise UserError("类别、日期或间隔不对", "选择类别和间隔，写每月 1 至 28 日")
        said = {"subject": subject_of(kind), "due_day": day, "every_months": every}
        Expected.objects.update_or_create(
            area_code=request.holder.area_code,
            kind=kind,
            defaults=said,
            create_defaults={**said, "since": timezone.localdate()},
        )
        record("calendar", "kind", kind, role=request.holder.role)
        return redirect("exchange:calendar")
    known = feeds()
    lines = [
        (
            title_of(line.expected.kind),
            known[line.expected.kind].department,
            INTERVALS.get(line.expected.every_months, ""),
            line,
        )
        for line in owed.calendar(timezone.localdate())
        if line.expected.kind in known
    ]
    context = {
        "lines": lines,
        "months": [o.month for o in lines[0][3].months] if lines else [],
        "kinds": [(k, f.title) for k, f in known.items() if not f.is_registry],
        "intervals": INTERVALS,
    }
    return render(request, "exchange/calendar.html", context)
