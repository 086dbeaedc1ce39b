"""A household's income page: the statement with sources, the two years side by side and why they differ, versions, signature, recheck."""

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
from shouwang.cases.limits import number
from shouwang.documents.sending import PRINTED, sent_printed
from shouwang.income import listing, queries, rechecks
from shouwang.income.asked import forecast_of, month_of, year_of
from shouwang.income.drawing import drawn
from shouwang.income.entering import TRAILING, Basis, Line, Stated, basis_of, cost_ratios, enter, sign
from shouwang.income.forms import amount_of, form_groups, known_as_lines, lines_of, sent_lines
from shouwang.income.kinds import CONCEPTS, INCOME, SOURCES, TITLES, WINDOW_KINDS
from shouwang.income.known import known
from shouwang.income.measures import table as measures
from shouwang.income.models import Item, Statement
from shouwang.income.papers import confirmation
from shouwang.income.statements import months_until
from shouwang.kernel.areas import COUNTY_DIGITS
from shouwang.kernel.dates import age_on
from shouwang.kernel.errors import UserError
from shouwang.kernel.money import per_head
from shouwang.registry.models import Household, Person
from shouwang.registry.queries import household_or_404, shown_name
from shouwang.ui.paging import whole


@page("income.read", methods=("GET", "POST"))
def household(request: Any, household_id: int) -> HttpResponse:
    """One household's income of a year, of the running year (forecast), or of the twelve months before an identification."""
    home, year, month = household_or_404(household_id), year_of(request), month_of(request)
    forecast = forecast_of(request)
    if request.method == "POST":
        return _change(request, home, year, month, forecast)
    today = timezone.localdate()
    record("look", "household", household_id, role=request.holder.role, area=home.area_code, rows=1)
    basis = basis_of(home.area_code, year, today, month)
    statement = queries.statement_of(home, basis, forecast=forecast)
    people = list(Person.objects.filter(household_id=home.pk).order_by("number"))
    before = queries.year_of(home, year - 1, today)
    until = statement.until if statement and statement.until else min(today, basis.window.end)
    lines, over = _lines(home, statement, basis, year, until, forecast)
    found = queries.compared(home, year, today) if not forecast and not month else None
    left_out = {m[0]: m[2] for m in statement.members if not m[1]} if statement else {}
    net = sum(getattr(statement, k) for k in INCOME) - statement.cost if statement else None
    context = {
        "home": home, "head": shown_name(home.head_name), "year": year, "month": month, "forecast": forecast, "statement": statement, "net": net,
        "per_head": per_head(net, statement.persons) if statement and net is not None else None, "basis": basis, "today": today, "until": until,
        "window_title": WINDOW_KINDS.get(basis.kind, basis.kind), "concept": CONCEPTS.get(basis.concept, basis.concept),
        "groups": form_groups(lines, before.by_item() if before else {}, _earners(home.area_code, people, today), cost_ratios(home.area_code, year)),
        "over": over, "sources": SOURCES,
        "measures": measures(), "titles": TITLES, "compared": found, "bars": drawn(found.bars) if found else [],
        "members": [(p.pk, shown_name(p.name), p.relation, p.pk not in left_out, left_out.get(p.pk, "")) for p in people],
        "versions": queries.versions(home, basis, forecast=forecast),
        "months": months_until(basis.window, until) if forecast else None, "query": _query(year, month, forecast),
    }  # fmt: skip
    return render(request, "income/household.html", context)


def _earners(area: str, people: list[Person], today: date) -> dict[int, str]:
    """Who may have wages of their own: members of working age and older."""
    least = number(area[:COUNTY_DIGITS], "working_age_min", today) or 0
    return {p.pk: shown_name(p.name) for p in people if p.birth and age_on(p.birth, today) >= least}


def _lines(
    home: Household, statement: Statement | None, basis: Basis, year: int, until: date, forecast: bool
) -> tuple[list[Line], list[tuple[str, int, int]]]:
    """What the form shows: the statement's lines, else what is known; and kinds of which departments know more than the register."""
    of_year = year if not forecast and basis.kind != TRAILING else None
    found = known(home.area_code, basis.window, until, [home.pk], of_year)
    over = [(TITLES[kind], told, total) for kind, told, total in found.over.select("kind", "told", "sum").iter_rows()]
    if statement is not None:
        return lines_of(Item.objects.filter(statement_id=statement.pk)), over
    lines = known_as_lines(found.lines)
    return (lines if forecast else [x for x in lines if not x.expected]), over


def _query(year: int, month: int, forecast: bool) -> str:
    return f"year={year}{f'&month={month}' if month else ''}{'&forecast=1' if forecast else ''}"


def _change(request: Any, home: Household, year: int, month: int, forecast: bool) -> HttpResponse:
    if "income.write" not in request.holder.kind.rights:
        raise UserError("您的岗位不能填收入", "请村或乡镇填")
    sent, now, today = request.POST, timezone.now(), timezone.localdate()
    if sent.get("what") in ("sign", "recheck"):
        statement = queries.statement_of(home, basis_of(home.area_code, year, today, month), forecast=forecast)
        if statement is None:
            raise UserError("还没有这一年的收入核算", "先填收入")
        on = day(sent, "on", default_today=True)
        if sent["what"] == "sign":
            sign(statement, on, request.holder, today)
        else:
            wrong = sent.get("wrong") == "yes"
            rechecks.recheck(
                statement, sent.get("checked_by", ""), on, wrong, sent.get("note", ""), request.holder, now
            )
    else:
        people = list(Person.objects.filter(household_id=home.pk).values_list("pk", flat=True))
        counted = set(sent.getlist("member"))
        members = [(p, str(p) in counted, sent.get(f"why_{p}", "")) for p in people]
        total = amount_of(sent["total"].strip(), _("总收入")) if sent.get("total", "").strip() else None
        lines = sent_lines(sent)
        if any(x.person_id is not None and x.person_id not in people for x in lines):
            raise UserError("有一笔收入写在已不在本户的人名下", "刷新页面，把这笔写到本户成员名下")
        said = Stated(
            year,
            members,
            lines,
            total,
            "、".join(names(sent.get("visitors", ""))),
            None,
            forecast,
            maybe_day(sent, "until"),
            month,
            whole(sent.get("seen")),
        )
        enter(home, said, request.holder, now, sent.get("why", ""))
        if not month:
            listing.refresh("", year - forecast, today, [home.pk])
    messages.success(request, _("已记下"))
    return redirect(f"{request.path}?{_query(year, month, forecast)}")


@page("income.read")
def confirmation_paper(request: Any, household_id: int, form: str) -> HttpResponse:
    """收入明细确认表."""
    home, year = household_or_404(household_id), year_of(request)
    basis = basis_of(home.area_code, year, timezone.localdate(), month_of(request))
    statement = queries.statement_of(home, basis, forecast=forecast_of(request))
    if statement is None or form not in PRINTED:
        raise Http404
    record("print", "household", household_id, role=request.holder.role, area=home.area_code, rows=1)
    return sent_printed(confirmation(statement, home, timezone.localdate()), form, f"income-{household_id}-{year}")
