"""Pages of clues: lists, dispatch by village with its load, one clue with its evidence and conclusion, a new clue, the feedback sheet."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from shouwang.accounts.audit.write import record
from shouwang.accounts.pages import page
from shouwang.cases import clues as actions
from shouwang.cases import queries
from shouwang.cases.asked import day, maybe_day, names
from shouwang.cases.hearing import Heard, hear
from shouwang.cases.limits import number
from shouwang.cases.models import Clue
from shouwang.cases.papers import feedback_sheet
from shouwang.cases.words import CLUE_STATES, DEPARTMENTS, MANNERS, RESULTS, RISKS, SOURCES
from shouwang.documents.sending import PRINTED, sent_printed
from shouwang.kernel.areas import CODE_LENGTH, COUNTY_DIGITS
from shouwang.kernel.errors import UserError
from shouwang.regions.queries import name_of
from shouwang.registry.models import Household
from shouwang.registry.queries import household_or_404, my_range
from shouwang.screening.application_book import book_for
from shouwang.ui.paging import whole

MOST_PRINTED = 200
HEARD_BY_PEOPLE = ("cadre", "hotline", "petition", "opinion", "inspection", "upper")


@page("cases.read")
def clues(request: Any) -> HttpResponse:
    """Clues by state. A village that opens its list has taken note of what was dispatched to it."""
    post, now = request.holder, timezone.now()
    state, area = request.GET.get("state", ""), request.GET.get("area", "")
    if len(post.area_code) == CODE_LENGTH and "case.visit" in post.kind.rights:
        actions.acknowledge(post.area_code, now)
        state = state or "dispatched"
    found = queries.clues_page(area, state, request.GET.dict())
    record("list", "clue", role=post.role, area=area or post.area_code, rows=len(found.rows))
    context = {"rows": found.rows, "page": found, "state": state, "area": area, "states": {**CLUE_STATES, "unseen": _("没有签收")},
               "sources": SOURCES, "results": RESULTS, "today": timezone.localdate(), "name": name_of(area) if area else ""}  # fmt: skip
    return render(request, "cases/clues.html", context)


@page("clue.dispatch", methods=("GET", "POST"))
def dispatch(request: Any) -> HttpResponse:
    """交办: how many new clues each village has, and what it has in hand, before they are handed over."""
    today = timezone.localdate()
    if request.method == "POST":
        given = actions.dispatch(
            request.POST.getlist("area"), maybe_day(request.POST, "due"), request.holder, timezone.now(), today
        )
        if not given:
            raise UserError("没有选择村，或所选的村没有新线索", "勾选要交办的村")
        messages.success(request, _("已交办：") + f"{sum(given.values())}")
        return redirect("cases:dispatch")
    lo, hi = my_range("")
    in_hand = actions.in_hand(lo, hi)
    caps: dict[str, int | None] = {}
    rows = []
    for area, count in actions.volumes(lo, hi).items():
        if area[:9] not in caps:
            caps[area[:9]] = number(area, "village_task_cap", today)
        open_now, cap = in_hand.get(area, 0), caps[area[:9]]
        over = cap is not None and count + open_now > cap
        rows.append((area, name_of(area[:9]), name_of(area), count, open_now, over, cap))
    context = {
        "rows": rows,
        "total": sum(r[3] for r in rows),
        "days": number(request.holder.area_code, "clue_check_days", today),
        "today": today,
    }
    return render(request, "cases/dispatch.html", context)


@page("cases.read", methods=("GET", "POST"))
def clue(request: Any, clue_id: int) -> HttpResponse:
    """One clue: all evidence, what is known, and its conclusion."""
    found = queries.clue_or_404(clue_id)
    if request.method == "POST":
        return _conclude(request, found)
    record("look", "clue", clue_id, role=request.holder.role, area=found.area_code, rows=1)
    home = Household.objects.filter(pk=found.household_id).first() if found.household_id else None
    (line,) = queries.clue_lines([found])
    may = found.state != "done" and "case.visit" in request.holder.kind.rights
    others = Clue.objects.filter(household_id=found.household_id).exclude(pk=found.pk).order_by("-pk") if home else []
    context = {"clue": found, "line": line, "home": home, "place": name_of(found.area_code), "evidence": queries.evidence_of(found), "may": may,
               "results": RESULTS, "manners": MANNERS, "departments": DEPARTMENTS, "sources": SOURCES, "today": timezone.localdate(), "others": others,
               "states": CLUE_STATES}  # fmt: skip
    return render(request, "cases/clue.html", context)


def _conclude(request: Any, found: Clue) -> HttpResponse:
    if "case.visit" not in request.holder.kind.rights:
        raise UserError("您的岗位不写核查结论", "请负责的村或乡镇核查")
    sent = request.POST
    if whole(sent.get("version")) != found.version:
        raise UserError("这条线索刚被别人处理过", "刷新页面看结论")
    said = actions.Conclusion(
        sent.get("result", ""), sent.get("reason", ""), sent.get("manner", ""), names(sent.get("visitors", "")), day(sent, "on", default_today=True),
        sent.get("referred_to", ""),
    )  # fmt: skip
    case = actions.conclude(found, said, request.holder, timezone.now(), timezone.localdate())
    messages.success(request, _("结论已记下"))
    return redirect("cases:case", case.pk) if case is not None else redirect("cases:clues")


@page("clue.write", methods=("GET", "POST"))
def new_clue(request: Any) -> HttpResponse:
    """A clue that people heard of: hotline, petition, public opinion, inspection, a list from above, a cadre."""
    sent, today = request.POST, timezone.localdate()
    number_or_id = request.GET.get("household", "") or sent.get("household", "")
    home = _household(number_or_id)
    if request.method == "POST":
        if home is None:
            raise UserError(f"户编号 {number_or_id[:30]!r} 不在您的范围内", "先在“农户”里找到这一户")
        if not sent.get("sentence", "").strip():
            raise UserError("没有写情况", "写清什么事、什么时候、影响有多大")
        heard = Heard(
            sent.get("source", ""),
            sent["sentence"],
            day(sent, "received_on", default_today=True),
            risk_type=sent.get("risk_type", ""),
        )
        made = hear(home, heard, timezone.now(), today, request.holder)
        messages.success(request, _("线索已登记"))
        return redirect("cases:clue", made.pk)
    context = {
        "home": home,
        "sources": [(k, SOURCES[k]) for k in HEARD_BY_PEOPLE],
        "risks": RISKS,
        "today": today,
        "asked": number_or_id,
    }
    return render(request, "cases/new_clue.html", context)


def _household(text: str) -> Household | None:
    """By number as written, or by the id in our own addresses."""
    found = Household.objects.filter(number=text.strip()).first()
    key = whole(text)
    return found or (Household.objects.filter(pk=key).first() if key else None)


@page("cases.read")
def feedback(request: Any, form: str) -> HttpResponse:
    """部门预警核查交办反馈单 of what is dispatched or open in an area, as docx or pdf."""
    if form not in PRINTED:
        raise Http404
    area = request.GET.get("area", "") or request.holder.area_code
    lo, hi = my_range(area)
    found = list(
        Clue.objects.filter(
            area_code__gte=lo, area_code__lt=hi, state=request.GET.get("state") or "dispatched"
        ).order_by("area_code", "pk")[:MOST_PRINTED]
    )
    today = timezone.localdate()
    record("print", "clue", role=request.holder.role, area=area, rows=len(found))
    content = feedback_sheet(area, found, book_for(request.holder.area_code[:COUNTY_DIGITS]), today)
    return sent_printed(content, form, f"feedback-{today}")


@page("cases.read")
def household_clues(request: Any, household_id: int) -> HttpResponse:
    """All clues of a household, open and closed."""
    home = household_or_404(household_id)
    rows = queries.clue_lines(list(Clue.objects.filter(household_id=home.pk).order_by("-pk")))
    context = {
        "rows": rows,
        "page": {"next": ""},
        "state": "",
        "area": "",
        "states": CLUE_STATES,
        "sources": SOURCES,
        "results": RESULTS,
        "today": timezone.localdate(),
        "name": home.number,
    }
    return render(request, "cases/clues.html", context)
