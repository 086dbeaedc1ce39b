"""增收调度: periods due, done, missing; sums that agree; the fifteen measures; targets; notes; the quarterly report."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from shouwang.accounts.audit.write import record
from shouwang.accounts.pages import page
from shouwang.cases.asked import number
from shouwang.documents.sending import PRINTED, sent_printed, sent_sheets
from shouwang.income import actions, listing, periods, queries
from shouwang.income.forms import amount_of
from shouwang.income.kinds import CONCEPTS, COST, INCOME, TITLES
from shouwang.income.measures import board as measures_board
from shouwang.income.models import Average, Note, Summary
from shouwang.income.papers import quarterly
from shouwang.income.views import period_of, year_of
from shouwang.kernel.areas import CODE_LENGTH, COUNTY_DIGITS
from shouwang.kernel.errors import UserError
from shouwang.regions.queries import name_of


@page("income.read", methods=("GET", "POST"))
def steering(request: Any) -> HttpResponse:
    """What the area owes and has closed; a period is closed here, prefilled from the statements."""
    today, year, area = timezone.localdate(), year_of(request), request.holder.area_code
    if request.method == "POST":
        _change(request, area)
        return redirect(f"{request.path}?year={year}")
    is_county = len(area) == COUNTY_DIGITS
    summaries = Summary.objects.filter(area_code=area).order_by("-pk")[:24]
    below = (
        [(s, name_of(s.area_code), periods.differences(s)) for s in periods.latest(area, "township", f"{today:%Y-%m}")]
        if is_county
        else []
    )
    context = {
        "calendar": periods.calendar(area, today.year, today), "levels": periods.LEVELS, "summaries": summaries, "below": below,
        "year": year, "today": today, "level": periods.LEVEL_OF.get(len(area), ""), "measures": measures_board("", year), "titles": TITLES, "kinds": INCOME,
        "targets": queries.targets_of(area[:COUNTY_DIGITS], today.year),
        "averages": Average.objects.order_by("area_code", "-year")[:20], "concepts": CONCEPTS, "notes": Note.objects.order_by("-pk")[:30],
        "note_kinds": actions.NOTE_KINDS, "sums": _sums(year),
    }  # fmt: skip
    return render(request, "income/steering.html", context)


def _sums(year: int) -> dict[str, int]:
    """The area's sums as they stand: what a closing is prefilled with."""
    found = listing.boards("", year, CODE_LENGTH)
    return {c: int(found[c].sum()) for c in ("households", "persons", *INCOME, COST)}


def _change(request: Any, area: str) -> None:
    sent, now, today = request.POST, timezone.now(), timezone.localdate()
    rights = request.holder.kind.rights
    if sent.get("what") == "close":
        level = periods.LEVEL_OF.get(len(area), "")
        period = period_of(sent, today)
        level = "quarter" if level == "county" and "Q" in period else level
        if not level or not ({"income.write", "income.county"} & rights):
            raise UserError("您的岗位不能关闭期间", "请村、乡镇或县办理")
        actions.close(
            area,
            level,
            period,
            _sums(year_of(request)),
            sent.get("proposals", ""),
            request.holder,
            now,
            today,
            sent.get("why", ""),
        )
    elif "income.county" not in rights:
        raise UserError("您的岗位不能登记", "请县农业农村局办理")
    elif sent.get("what") == "average":
        place = sent.get("area", "").strip() or area
        if place != area:
            raise UserError(f"区划 {place[:12]!r} 不是您的区域", "上级的平均收入由上级登记")
        actions.set_average(
            place,
            number(sent, "of_year"),
            sent.get("concept", "net"),
            amount_of(sent.get("per_head", ""), "人均收入"),
            sent.get("source", ""),
            request.holder,
            now,
        )
    else:
        actions.write_note(
            sent.get("kind", ""),
            number(sent, "of_year") or today.year,
            sent.get("title", ""),
            sent.get("text", ""),
            request.holder,
            now,
        )
    messages.success(request, _("已记下"))


@page("income.read")
def report(request: Any, form: str) -> HttpResponse:
    """季度报告 (docx, pdf) and 月调度表 (xlsx)."""
    today, year, area = timezone.localdate(), year_of(request), request.holder.area_code
    tabs = listing.tabs("", year)
    quarter = (today.month - 1) // 3 or periods.QUARTERS  # the last one that has ended
    record("print", "income", "report", role=request.holder.role, area=area)
    if form == "xlsx":
        rows = [(t.title, t.count, t.without_reason, t.without_measure, t.done) for t in tabs]
        header = ("清单", "户数", "没有原因", "没有措施", "已办结")
        return sent_sheets([("月调度表", header, rows)], today, f"dispatch-{today:%Y-%m}")
    if form not in PRINTED:
        raise Http404
    of_year = today.year - (quarter == periods.QUARTERS)
    period = f"{of_year}-Q{quarter}"
    summary = Summary.objects.filter(area_code=area, level="quarter", period=period).order_by("-version").first()
    return sent_printed(quarterly(area, of_year, quarter, tabs, summary, today), form, f"quarter-{period}")
