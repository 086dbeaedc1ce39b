"""增收调度: periods due, done, missing; sums that agree; closing; targets and averages; the monthly table and the quarterly report."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from shouwang.accounts.audit.write import record
from shouwang.accounts.pages import page
from shouwang.cases.asked import maybe_day
from shouwang.documents.sending import PRINTED, sent_printed, sent_sheets
from shouwang.income import closing, dispatch, listing, periods, reports
from shouwang.income.asked import given_year, period_of, year_of
from shouwang.income.averages import CITY_DIGITS, Goal, goals_of
from shouwang.income.board_views import rates
from shouwang.income.forms import amount_of
from shouwang.income.kinds import CONCEPTS
from shouwang.income.models import Average, Summary
from shouwang.kernel.errors import UserError
from shouwang.kernel.money import yuan_text
from shouwang.regions.queries import children, everyday, name_of

SHOWN = 24


def level_of(area: str, period: str = "") -> str:
    """The level that closes a period in an area; blank: none."""
    level = periods.LEVEL_OF.get(len(area), "")
    return "quarter" if level == "county" and "Q" in period else level


def may_close(request: Any) -> bool:
    """Whether the post closes its area's periods."""
    return bool({"income.write", "income.county"} & request.holder.kind.rights) and bool(
        level_of(request.holder.area_code)
    )


@dataclass(frozen=True)
class Under:
    """A county seen from its city: what it has not closed, and how it stands to its target."""

    code: str
    name: str
    missing: list[tuple[str, str]]
    goals: list[Goal]
    is_empty: bool


@page("income.read", methods=("GET", "POST"))
def steering(request: Any) -> HttpResponse:
    """What the area owes and has closed, and what lies below it; a period is closed here, prefilled from the statements."""
    today, year, area = timezone.localdate(), year_of(request), request.holder.area_code
    if request.method == "POST":
        _close(request, area, year)
        return redirect(f"{request.path}?year={year}")
    level = level_of(area)
    frame = listing.assessed("", year)
    shown = request.GET.get("period") or periods.last_period("", "township")
    agreed = periods.agreements("", shown) if shown and level in periods.UNDER else []
    context = {
        "calendar": periods.calendar(area, today.year, today), "level": level, "year": year, "today": today, "next_year": year + 1, "period": shown,
        "below": [(periods.LEVELS[each], _below(each, today)) for each in periods.UNDER.get(level, ())],
        "summaries": [(s, periods.LEVELS[s.level]) for s in Summary.objects.filter(area_code=area).order_by("-pk")[:SHOWN]],
        "agreements": [(a, everyday(name_of(a.summary.area_code))) for a in agreed], "may_close": may_close(request),
        "sums": _now(frame, year) if level else [], "running": dispatch.running("", year + 1), **_targets(request, area, year, frame),
        "counties": _counties(area, year, today) if len(area) == CITY_DIGITS else [],
    }  # fmt: skip
    return render(request, "income/steering.html", context)


def _targets(request: Any, area: str, year: int, frame: pl.DataFrame) -> dict[str, Any]:
    """The goals, the growth of the group they are about, and the averages they are judged by."""
    group = frame.filter(pl.col("lifted") | pl.col("monitored"))
    return {
        "goals": goals_of(area, year), "growth": rates(listing.growth_of(group)), "averages": _averages(area), "concepts": CONCEPTS,
        "whose": [(code, name_of(code)) for code in dict.fromkeys((area, area[:CITY_DIGITS]))],
        "computed": listing.average_from(group) if "income.average" in request.holder.kind.rights else None,
    }  # fmt: skip


def _averages(area: str) -> list[tuple[Average, str, str]]:
    found = Average.objects.filter(area_code=area).order_by("of_area", "-year", "concept")[:SHOWN]
    return [(a, name_of(a.of_area), CONCEPTS[a.concept]) for a in found]


def _below(level: str, today: date) -> list[tuple[periods.Below, list[str]]]:
    """The year's months of a level below, with the names of who has not closed them."""
    return [(b, [everyday(name_of(a)) for a in b.missing]) for b in periods.below("", level, today.year, today)]


def _now(frame: pl.DataFrame, year: int) -> list[tuple[str, str]]:
    """The area's sums as they stand: what a closing is prefilled with."""
    sums = dispatch.sums_of("", year)
    return [
        (periods.SUM_TITLES[k], f"{sums[k]:,}" if k in reports.COUNTS else yuan_text(sums[k])) for k in periods.SUMMED
    ]


def _counties(area: str, year: int, today: date) -> list[Under]:
    """Every county of a city; one without a register owes nothing yet."""
    filled = set(periods.owing("", "county"))
    return [
        Under(c.code, everyday(c.name), periods.missing(c.code, today.year, today), goals_of(c.code, year), c.code not in filled)
        for c in children(area)
    ]  # fmt: skip


def _close(request: Any, area: str, year: int) -> None:
    sent, now, today = request.POST, timezone.now(), timezone.localdate()
    if sent.get("what") == "average":
        _average(request, area)
    else:
        if not may_close(request):
            raise UserError("您的岗位不能关闭期间", "请村、乡镇或县办理")
        period = period_of(sent, today)
        sums = dispatch.sums_of("", year)
        closing.close(
            area, level_of(area, period), period, sums, sent.get("proposals", ""), request.holder, now, today, sent.get("why", ""),
            sent.get("owner", ""), maybe_day(sent, "due_on"),
        )  # fmt: skip
    messages.success(request, _("已记下"))


def _average(request: Any, area: str) -> None:
    sent = request.POST
    if "income.average" not in request.holder.kind.rights:
        raise UserError("您的岗位不能登记平均收入", "请县或市农业农村局办理")
    whose = sent.get("area", "").strip() or area
    of_year, concept, source = (
        given_year(sent, "of_year", timezone.localdate().year - 1),
        sent.get("concept", "net"),
        sent.get("source", ""),
    )
    if sent.get("how") == "computed" and whose != area:
        raise UserError("本县不能计算全市的平均", "登记市里公布的数，写出处")
    if sent.get("how") == "computed":
        found = listing.average_of("", of_year)
        if found is None:
            raise UserError(f"{of_year} 年没有收入数据，算不出平均", "先导入那一年的登记，或手工登记公布的数")
        head, source = found[0], f"按本系统登记计算，脱贫户和监测对象 {found[1]} 户"
    else:
        head = amount_of(sent.get("per_head", ""), "人均收入")
    closing.set_average(area, of_year, concept, head, source, request.holder, timezone.now(), whose)


@page("income.read")
def report(request: Any, form: str) -> HttpResponse:
    """季度报告 (docx, pdf) of the last quarter that has ended, and 月调度表 (xlsx) of a month."""
    today, year, area = timezone.localdate(), year_of(request), request.holder.area_code
    record("print", "income", "report", role=request.holder.role, area=area)
    if form == "xlsx":
        period = period_of(request.GET, today)
        return sent_sheets(
            reports.dispatch_sheets(area, level_of(area), year, period, today), today, f"dispatch-{period}"
        )
    if form not in PRINTED:
        raise Http404
    period = request.GET.get("period", "") or reports.ended_quarter(today)
    if "Q" not in period_of({"period": period}, today):
        raise UserError(f"期间 {period[:10]!r} 不是季度", "写 2026-Q1")
    return sent_printed(reports.quarterly(area, year, period, today), form, f"quarter-{period}")
