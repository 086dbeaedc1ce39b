"""Pages of incomes: lists with what is done, a household's statement and why it changed, boards, periods, quality."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from shouwang.accounts.audit.write import record
from shouwang.accounts.pages import page
from shouwang.cases.asked import day, maybe_day, names
from shouwang.documents.sending import PRINTED, sent_printed, sent_sheets
from shouwang.income import actions, listing, queries
from shouwang.income.drawing import drawn
from shouwang.income.forms import amount_of, form_rows, sent_lines
from shouwang.income.kinds import CONCEPTS, INCOME, SOURCES
from shouwang.income.lists import LISTS
from shouwang.income.measures import table as measures
from shouwang.income.models import ListLine, Statement
from shouwang.income.papers import LEDGER, confirmation, ledger_rows
from shouwang.income.statements import months_until, window_of
from shouwang.kernel.errors import UserError
from shouwang.kernel.money import per_head
from shouwang.regions.queries import name_of
from shouwang.registry.models import Household, Person
from shouwang.registry.outgoing import latest_year
from shouwang.registry.queries import household_or_404, my_range, shown_name
from shouwang.ui.paging import page_by_id, whole

MOST_LEDGER = 20_000


def year_of(request: Any) -> int:
    """The closed year that is looked at: asked for, else the newest of the register."""
    asked = whole(request.GET.get("year") or request.POST.get("year")) or 0
    return asked if 2000 < asked < 2100 else latest_year() or timezone.localdate().year - 1


@page("income.read", methods=("GET", "POST"))
def lists(request: Any) -> HttpResponse:
    """收入清单: tabs with counts, one list page by page; refreshed by the county or township."""
    area, key, year = request.GET.get("area", ""), request.GET.get("list", "fell"), year_of(request)
    if request.method == "POST":
        if "income.write" not in request.holder.kind.rights and "income.county" not in request.holder.kind.rights:
            raise UserError("您的岗位不能刷新清单", "请村、乡镇或县刷新")
        counts = listing.refresh("", year, timezone.localdate())
        record("lists", "income", year, role=request.holder.role, rows=counts["on"])
        messages.success(request, f"{_('清单已刷新')}：{counts['on']}")
        return redirect(f"{request.path}?year={year}")
    if key not in LISTS:
        raise Http404
    lo, hi = my_range(area)
    lines = ListLine.objects.filter(list_key=key, year=year, left_on__isnull=True, area_code__gte=lo, area_code__lt=hi)
    only = request.GET.get("only", "")
    if only == "no_reason":
        lines = lines.filter(reason="")
    elif only == "no_measure":
        lines = lines.filter(measure="")
    found = page_by_id(lines, request.GET.dict(), newest_first=False)
    homes = Household.objects.in_bulk([x.household_id for x in found.rows])
    record("list", "income", key, role=request.holder.role, area=area or request.holder.area_code, rows=len(found.rows))
    rows = [
        (x, homes[x.household_id], shown_name(homes[x.household_id].head_name))
        for x in found.rows
        if x.household_id in homes
    ]
    context = {"rows": rows, "page": found, "tabs": listing.tabs(area, year), "key": key, "year": year, "area": area, "only": only,
               "reasons": actions.REASONS, "name": name_of(area) if area else ""}  # fmt: skip
    return render(request, "income/lists.html", context)


@page("income.write", methods=("POST",))
def work(request: Any, line_id: int) -> HttpResponse:
    """What is done about a listed household, or its move to the clues."""
    line = ListLine.objects.filter(pk=line_id).first()
    if line is None:
        raise Http404
    sent = request.POST
    if sent.get("what") == "clue":
        clue_id = actions.to_clue(line, request.holder, timezone.now(), timezone.localdate())
        return redirect("cases:clue", clue_id)
    turned = {"yes": True, "no": False}.get(sent.get("turned", ""))
    said = {"reason": sent.get("reason", ""), "measure": sent.get("measure", "")[:120], "responsible": sent.get("responsible", "")[:60],
            "due_on": maybe_day(sent, "due_on"), "done_on": maybe_day(sent, "done_on"), "result": sent.get("result", "")[:200], "turned": turned}  # fmt: skip
    actions.work_on(line, said, request.holder)
    messages.success(request, _("已记下"))
    return redirect(f"/income/?list={line.list_key}&year={line.year}")


@page("income.write", methods=("POST",))
def bulk(request: Any) -> HttpResponse:
    """Give all households of a list that nobody answers for to one person, with a day."""
    sent, year = request.POST, year_of(request)
    person, key = sent.get("responsible", "").strip(), sent.get("list", "")
    if key not in LISTS or not person:
        raise UserError("没有写责任人，或没有选清单", "写责任人的姓名")
    lo, hi = my_range(sent.get("area", ""))
    free = ListLine.objects.filter(
        list_key=key, year=year, left_on__isnull=True, responsible="", area_code__gte=lo, area_code__lt=hi
    )
    count = free.update(responsible=person[:60], due_on=maybe_day(sent, "due_on"))
    record("list_work", "income", key, role=request.holder.role, rows=count)
    messages.success(request, f"{_('已分给')} {person}：{count}")
    return redirect(f"/income/?list={key}&year={year}")


@page("income.read")
def ledger(request: Any, key: str) -> HttpResponse:
    """A list as its ledger (xlsx)."""
    if key not in LISTS:
        raise Http404
    area, year = request.GET.get("area", ""), year_of(request)
    lo, hi = my_range(area)
    lines = ListLine.objects.filter(
        list_key=key, year=year, left_on__isnull=True, area_code__gte=lo, area_code__lt=hi
    ).order_by("area_code", "pk")
    rows = ledger_rows(list(lines[:MOST_LEDGER]))
    record("download", "income", key, role=request.holder.role, rows=len(rows))
    return sent_sheets([(LISTS[key], LEDGER, rows)], timezone.localdate(), f"{key}-{year}")


@page("income.read", methods=("GET", "POST"))
def household(request: Any, household_id: int) -> HttpResponse:
    """A household's income of a year: the statement with sources, why it changed, earlier versions, signature."""
    home, year = household_or_404(household_id), year_of(request)
    forecast = bool(request.GET.get("forecast") or request.POST.get("forecast"))
    if request.method == "POST":
        return _state(request, home, year, forecast)
    record("look", "household", household_id, role=request.holder.role, area=home.area_code, rows=1)
    statement = queries.statement_of(home.pk, year, forecast=forecast)
    bars = queries.waterfall_of(home.pk, year)
    people = Person.objects.filter(household_id=home.pk).order_by("number")
    left_out = {m[0]: m[2] for m in statement.members if not m[1]} if statement else {}
    net = sum(getattr(statement, k) for k in INCOME) - statement.cost if statement else None
    context = {
        "home": home, "head": shown_name(home.head_name), "year": year, "forecast": forecast, "statement": statement, "net": net,
        "per_head": per_head(net, statement.persons) if statement and net is not None else None, "kinds": form_rows(home, year, statement),
        "members": [(p.pk, shown_name(p.name), p.relation, p.pk not in left_out, left_out.get(p.pk, "")) for p in people], "sources": SOURCES,
        "measures": measures(), "bars": drawn(bars), "concept": CONCEPTS.get(statement.concept, "") if statement else "",
        "versions": Statement.objects.filter(household_id=home.pk, year=year, is_forecast=forecast).order_by("-version"), "today": timezone.localdate(),
        "months": months_until(window_of("income_year", year), statement.until) if forecast and statement and statement.until else None,
    }  # fmt: skip
    return render(request, "income/household.html", context)


def _state(request: Any, home: Household, year: int, forecast: bool) -> HttpResponse:
    if "income.write" not in request.holder.kind.rights:
        raise UserError("您的岗位不能填收入", "请村、乡镇或帮扶责任人填")
    sent, now, today = request.POST, timezone.now(), timezone.localdate()
    if sent.get("what") == "sign":
        statement = queries.statement_of(home.pk, year, forecast=forecast)
        if statement is None:
            raise UserError("还没有这一年的收入核算", "先填收入")
        actions.sign(statement, day(sent, "on", default_today=True), request.holder, today)
    elif sent.get("what") == "recheck":
        statement = queries.statement_of(home.pk, year)
        if statement is None:
            raise UserError("还没有这一年的收入核算", "先填收入")
        wrong = sent.get("wrong") == "yes"
        actions.recheck(
            statement,
            sent.get("checked_by", ""),
            day(sent, "on", default_today=True),
            wrong,
            sent.get("note", ""),
            request.holder,
            now,
        )
    else:
        people = list(Person.objects.filter(household_id=home.pk).values_list("pk", flat=True))
        counted = set(sent.getlist("member"))
        members = [(p, str(p) in counted, sent.get(f"why_{p}", "")) for p in people]
        total = amount_of(sent["total"].strip(), "总收入") if sent.get("total", "").strip() else None
        said = actions.Stated(
            year,
            members,
            sent_lines(sent),
            total,
            "、".join(names(sent.get("visitors", ""))),
            None,
            forecast,
            maybe_day(sent, "until"),
        )
        actions.enter(home, said, request.holder, now, sent.get("why", ""))
        listing.refresh("", year - forecast, today, [home.pk])
    messages.success(request, _("已记下"))
    return redirect(f"{request.path}?year={year}{'&forecast=1' if forecast else ''}")


@page("income.read")
def confirmation_paper(request: Any, household_id: int, form: str) -> HttpResponse:
    """收入明细确认表."""
    home, year = household_or_404(household_id), year_of(request)
    statement = queries.statement_of(home.pk, year, forecast=bool(request.GET.get("forecast")))
    if statement is None or form not in PRINTED:
        raise Http404
    record("print", "household", household_id, role=request.holder.role, area=home.area_code, rows=1)
    return sent_printed(confirmation(statement, home, timezone.localdate()), form, f"income-{household_id}-{year}")


def period_of(sent: Any, today: date) -> str:
    """The period that is closed: a month or a quarter of a year."""
    text = str(sent.get("period", "")).strip() or f"{today:%Y-%m}"
    if len(text) != 7 or not text[:4].isdigit() or text[4] != "-":
        raise UserError(f"期间 {text[:10]!r} 无法识别", "写 2026-03 或 2026-Q1")
    return text
