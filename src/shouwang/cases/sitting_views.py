"""Pages of sittings: one action for a batch of households, its papers, a publicity that may also be shown on the web."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from shouwang.accounts.audit.write import record
from shouwang.accounts.pages import page
from shouwang.cases import queries, sittings
from shouwang.cases.asked import day, names, taken
from shouwang.cases.limits import PUBLICITY, limit, words
from shouwang.cases.models import Case, Sitting
from shouwang.cases.procedure import procedure
from shouwang.cases.sitting_papers import FORMS, forms_of, public_lines, rows_of
from shouwang.cases.words import CATEGORIES
from shouwang.documents.sending import PRINTED, sent_printed
from shouwang.kernel.errors import UserError
from shouwang.regions.queries import name_of
from shouwang.registry.queries import my_range, shown_name
from shouwang.ui.paging import page_by_id

MOST_IN_SITTING = 100
WEB_DAYS = 30


@page("cases.read", methods=("GET", "POST"))
def new_sitting(request: Any) -> HttpResponse:
    """One action for several households: each with its own result."""
    key = request.GET.get("action", "") or request.POST.get("action", "")
    action = procedure().actions.get(key)
    if action is None or not action.batch:
        raise Http404
    if action.right not in request.holder.kind.rights:
        raise UserError(f"您的岗位不能{action.title}", "请负责这一步的村、乡镇或县办理")
    lo, hi = my_range(request.GET.get("area", ""))
    waiting = list(
        Case.objects.filter(state__in=action.origins, area_code__gte=lo, area_code__lt=hi).order_by("area_code", "pk")[
            :MOST_IN_SITTING
        ]
    )
    if request.method == "POST":
        return _hold(request, key, waiting)
    today = timezone.localdate()
    before = Sitting.objects.filter(action=key, recorded_by=request.user.pk).order_by("-pk").first()
    context = {
        "before": before,"action": action, "rows": queries.case_lines(waiting, today), "today": today, "categories": CATEGORIES,
               "one_class": words(request.holder.area_code, "monitored_classes", today) != "three_kinds"}  # fmt: skip
    return render(request, "cases/new_sitting.html", context)


def _hold(request: Any, key: str, waiting: list[Case]) -> HttpResponse:
    sent, lines = request.POST, []
    for found in waiting:
        if sent.get(f"c{found.pk}_in"):
            facts = taken(sent, f"c{found.pk}_")
            lines.append(sittings.Line(found, facts.agreed, facts.note, facts.data))
    held = sittings.hold(
        key, day(sent, "on", default_today=True), sent.get("place", ""), names(sent.get("people", "")), sent.get("note", ""), lines, request.holder,
        timezone.now(), timezone.localdate(),
    )  # fmt: skip
    for found, error in held.refused[:20]:
        messages.error(request, f"{queries.case_lines([found], timezone.localdate())[0].head}：{error.text}")
    if held.sitting is None:
        return redirect(f"{request.path}?action={key}")
    messages.success(request, f"{_('已办理')} {len(held.done)} / {len(lines)}")
    return redirect("cases:sitting", held.sitting.pk)


@page("cases.read")
def all_sittings(request: Any) -> HttpResponse:
    """Meetings, notices, reports and decisions."""
    found = page_by_id(Sitting.objects.all(), request.GET.dict())
    rows = [(s, procedure().actions[s.action].title, name_of(s.area_code)) for s in found.rows]
    return render(request, "cases/sittings.html", {"rows": rows, "page": found})


def _sitting(sitting_id: int) -> Sitting:
    found = Sitting.objects.filter(pk=sitting_id).first()
    if found is None:
        raise Http404
    return found


@page("cases.read", methods=("GET", "POST"))
def sitting(request: Any, sitting_id: int) -> HttpResponse:
    """One sitting with its households and papers; a publicity may also be shown on the web for its days, if the township says so."""
    found = _sitting(sitting_id)
    is_publicity = procedure().actions[found.action].paper == "publicity"
    if request.method == "POST":
        if "case.township" not in request.holder.kind.rights or not is_publicity:
            raise UserError("只有乡镇能把公示放到网页上", "纸质公示照常张贴")
        if "close" in request.POST:
            Sitting.objects.filter(pk=found.pk).update(web_token="", web_until=None, web_text=[])
        else:
            rule = limit(found.area_code, PUBLICITY, found.held_on)
            until = found.held_on + timedelta(days=rule.days if rule.days is not None else WEB_DAYS)
            Sitting.objects.filter(pk=found.pk).update(
                web_token=secrets.token_urlsafe(18), web_until=until, web_text=[list(r) for r in public_lines(found)]
            )
        record("web_notice", "sitting", found.pk, role=request.holder.role, area=found.area_code)
        return redirect("cases:sitting", sitting_id)
    record("look", "sitting", sitting_id, role=request.holder.role, area=found.area_code, rows=found.cases)
    rows = [(s, c, h, shown_name(h.head_name)) for s, c, h in rows_of(found)]
    context = {"sitting": found, "title": procedure().actions[found.action].title, "rows": rows, "forms": forms_of(found), "place": name_of(found.area_code),
               "is_publicity": is_publicity, "preview": public_lines(found) if is_publicity else [], "categories": CATEGORIES}  # fmt: skip
    return render(request, "cases/sitting.html", context)


@page("cases.read")
def sitting_paper(request: Any, sitting_id: int, key: str, form: str) -> HttpResponse:
    """A sitting's paper as docx or pdf."""
    found = _sitting(sitting_id)
    if key not in FORMS or form not in PRINTED:
        raise Http404
    record("print", "sitting", sitting_id, role=request.holder.role, area=found.area_code, rows=found.cases, paper=key)
    return sent_printed(FORMS[key][1](found, timezone.localdate()), form, f"{key}-{found.pk}")
