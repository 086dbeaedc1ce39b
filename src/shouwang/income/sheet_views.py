"""收入核算表: the prefilled sheet out, the filled one back with every row accounted for."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from shouwang.accounts.audit.write import record
from shouwang.accounts.pages import page
from shouwang.documents.sending import sent_file
from shouwang.exchange.upload_stream import taken
from shouwang.income import sheets
from shouwang.income.asked import year_of
from shouwang.income.lists import LISTS
from shouwang.income.sheet_back import read_back
from shouwang.kernel.areas import CODE_LENGTH
from shouwang.kernel.errors import UserError
from shouwang.regions.queries import children, everyday, name_of

MOST_TOLD = 40


@page("income.write", methods=("GET", "POST"))
def sheet(request: Any) -> HttpResponse:
    """Where sheets are fetched and handed back."""
    year, area = year_of(request), request.holder.area_code
    if request.method == "POST":
        return _taken(request, year)
    below = children(area) if len(area) < CODE_LENGTH else []
    places = [(area, name_of(area)), *((c.code, everyday(c.name)) for c in below)]
    context = {"year": year, "next_year": year + 1, "places": places, "lists": LISTS.items(), "most": sheets.MOST}
    return render(request, "income/sheet.html", context)


def _taken(request: Any, year: int) -> HttpResponse:
    forecast = bool(request.POST.get("forecast"))
    file = request.FILES.get("files")
    with taken(file, "一个收入核算表") as data:
        back = read_back("", year + forecast, forecast, str(file.name), data, request.holder, timezone.now())
    record("take", "income", year, role=request.holder.role, rows=back.read, refused=len(back.wrong))
    messages.success(
        request,
        f"读入 {back.read} 行 = 记入 {back.entered} + 没有变 {back.unchanged} + 空白 {back.blank} + 退回 {len(back.wrong)}",
    )
    for row, what in back.wrong[:MOST_TOLD]:
        messages.error(request, f"第 {row} 行：{what}")
    if len(back.wrong) > MOST_TOLD:
        messages.error(request, _("还有 %(n)s 行退回，先改上面的，再交一次。") % {"n": len(back.wrong) - MOST_TOLD})
    return redirect(f"{request.path}?year={year}")


@page("income.write")
def workbook(request: Any) -> HttpResponse:
    """The sheet of an area, or of a list in it."""
    area, year, key = request.GET.get("area", ""), year_of(request), request.GET.get("list", "")
    forecast = bool(request.GET.get("forecast"))
    if key and key not in LISTS:
        raise UserError(f"没有清单 {key[:20]!r}", f"选择：{'、'.join(LISTS)}")
    hids = sheets.listed(area, year, key) if key else None
    data, rows = sheets.workbook(area, year + forecast, timezone.localdate(), forecast, hids)
    record("download", "income", "sheet", role=request.holder.role, rows=rows)
    return sent_file(data, "xlsx", f"income-{year + forecast}{'-forecast' if forecast else ''}")
