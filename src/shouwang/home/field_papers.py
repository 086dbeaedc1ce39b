"""Papers and sheets that join clues, cases and reports: the sheets of a round out and back, the monthly report."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from shouwang.accounts.audit.write import record
from shouwang.accounts.pages import page
from shouwang.cases.field_models import Round, RoundLine
from shouwang.cases.rounds import coverage
from shouwang.documents.sending import PRINTED, sent_file, sent_printed, sent_sheets
from shouwang.exchange.upload_stream import taken
from shouwang.kernel.dates import parse_iso
from shouwang.regions.queries import name_of
from shouwang.registry.queries import my_range
from shouwang.reports import monthly as reports
from shouwang.reports.roster import ROSTERS
from shouwang.reports.roster import printed as printed_roster
from shouwang.reports.round_sheets import read_back, workbook

MOST_ROWS, MOST_TOLD = 20_000, 30
SHEET_NAME = str.maketrans("/：、", "___")


def _round(round_id: int) -> tuple[str, date]:
    """Title and first day; a village sees its lines, not the round that a higher level opened, whose code then carries the day."""
    found = Round.objects.filter(pk=round_id).first()
    if found is not None:
        return found.title, found.starts_on
    line = RoundLine.objects.filter(round_id=round_id).first()
    if line is None:
        raise Http404
    return "排查", line.starts_on


@page("cases.read")
def round_sheet(request: Any, round_id: int) -> HttpResponse:
    """排查明细表 and 统计表 of an area, with row codes."""
    title, starts_on = _round(round_id)
    lo, hi = my_range(request.GET.get("area", ""))
    lines = list(
        RoundLine.objects.filter(round_id=round_id, area_code__gte=lo, area_code__lt=hi).order_by("area_code", "pk")[
            :MOST_ROWS
        ]
    )
    if not lines:
        raise Http404
    counts = [(f"{name_of(c.area[:9])} {name_of(c.area)}", c) for c in coverage(round_id)]
    record("print", "round", round_id, role=request.holder.role, rows=len(lines))
    return sent_file(workbook(title, starts_on, lines, counts), "xlsx", f"round-{round_id}")


@page("case.visit", methods=("POST",))
def round_return(request: Any, round_id: int) -> HttpResponse:
    """A filled sheet comes back: every row entered, blank, or named with what is wrong."""
    _, starts_on = _round(round_id)
    file = request.FILES.get("files")
    with taken(file, "填好的排查表") as data:
        back = read_back(
            round_id, starts_on, str(file.name), data, request.holder, timezone.now(), timezone.localdate()
        )
    record("take", "round", round_id, role=request.holder.role, rows=back.read, refused=len(back.wrong))
    counts = f"读入 {back.read} 行 = 记入 {back.entered} + 空白 {back.blank} + 有问题 {len(back.wrong)}"
    messages.success(request, f"{counts}；表里的村还差 {len(back.missing)} 户")
    for row, what in back.wrong[:MOST_TOLD]:
        messages.error(request, f"第 {row} 行：{what}")
    if back.missing:
        more = f" 等 {len(back.missing)} 户" if len(back.missing) > MOST_TOLD else ""
        messages.warning(request, f"还没有交回：{'、'.join(back.missing[:MOST_TOLD])}{more}")
    return redirect("cases:round", round_id)


@page("cases.read")
def monthly(request: Any, form: str) -> HttpResponse:
    """防返贫监测月报 as page (html), docx, pdf or xlsx; `?month=2026-03`, else the last whole month."""
    if form not in ("html", "xlsx", *PRINTED):
        raise Http404
    area = request.GET.get("area", "") or request.holder.area_code
    first = parse_iso(f"{request.GET.get('month', '')}-01") or (
        timezone.localdate().replace(day=1) - timedelta(days=1)
    ).replace(day=1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    found = reports.month(area, first, last)
    record("print", "monthly", f"{first:%Y-%m}", role=request.holder.role, area=area)
    if form == "html":
        return render(
            request,
            "home/monthly.html",
            {"tables": reports.tables(found), "month": found, "adds_up": found.adds_up, "name": name_of(area)},
        )
    if form == "xlsx":
        tables = [(t[:20].translate(SHEET_NAME), header, rows) for t, header, rows in reports.tables(found)]
        return sent_sheets(tables, last, f"monthly-{first:%Y-%m}")
    return sent_printed(reports.printed(area, found), form, f"monthly-{first:%Y-%m}")


@page("cases.read")
def roster(request: Any, key: str, form: str) -> HttpResponse:
    """监测对象花名册 or 不予纳入台账 of an area as docx, pdf or xlsx."""
    if key not in ROSTERS or form not in ("xlsx", *PRINTED):
        raise Http404
    area, today = request.GET.get("area", "") or request.holder.area_code, timezone.localdate()
    content = printed_roster(key, area, today)
    rows = content.sections[0].rows
    record("print", "roster", key, role=request.holder.role, area=area, rows=len(rows))
    if form == "xlsx":
        return sent_sheets([(ROSTERS[key][0], content.sections[0].header, rows)], today, key)
    return sent_printed(content, form, key)
