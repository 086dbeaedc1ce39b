"""Signals, screenings with their manifests, and the policy book."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from shouwang.accounts.audit.write import record
from shouwang.accounts.pages import page
from shouwang.kernel.areas import COUNTY_DIGITS
from shouwang.kernel.dates import parse_iso
from shouwang.kernel.errors import UserError
from shouwang.policy.figure_files import money_text
from shouwang.policy.rules import CLASS_LABELS
from shouwang.registry.models import Household
from shouwang.registry.queries import shown_name
from shouwang.screening import queries
from shouwang.screening.actions import enter_figure, retract_figure
from shouwang.screening.application_book import book_for
from shouwang.screening.models import LocalFigure, Run
from shouwang.screening.replay import replayed
from shouwang.screening.tasks import ask, later
from shouwang.ui.paging import page_by_id, whole


@page("screening.read")
def signals(request: Any) -> HttpResponse:
    """Open signals with their sentences."""
    area, rule, kind = request.GET.get("area", ""), request.GET.get("rule", ""), request.GET.get("class", "")
    book = book_for(request.holder.area_code[:COUNTY_DIGITS])
    found = queries.signals_page(area, rule, kind, request.GET.dict(), book)
    homes = Household.objects.in_bulk([s.signal.household_id for s in found.rows])
    record("list", "signal", role=request.holder.role, area=area or request.holder.area_code, rows=len(found.rows))
    counts = queries.counts_by_rule(area)
    context = {
        "rows": [
            (
                s,
                homes.get(s.signal.household_id),
                shown_name(homes[s.signal.household_id].head_name) if s.signal.household_id in homes else "",
            )
            for s in found.rows
        ],
        "page": found,
        "rules": [(c["rule"], book.rules[c["rule"]].title, c["n"]) for c in counts if c["rule"] in book.rules],
        "classes": CLASS_LABELS,
        "rule": rule,
        "kind": kind,
        "area": area,
        "run": queries.last_run(),
        "hidden": queries.hidden_assets(area),
    }
    return render(request, "screening/signals.html", context)


@page("screening.read", methods=("GET", "POST"))
def runs(request: Any) -> HttpResponse:
    """Screenings, newest first; the county may ask for one."""
    if request.method == "POST":
        if "screening.run" not in request.holder.kind.rights:
            raise UserError("您的岗位不能发起筛查", "请县农业农村局发起")
        as_of = parse_iso(request.POST.get("as_of", ""))
        if as_of is None:
            raise UserError(f"截止日 {request.POST.get('as_of', '')!r} 无法识别", "写 YYYY-MM-DD，如 2025-11-15")
        if Run.objects.filter(state__in=("waiting", "running"), manner="full").exists():
            raise UserError("已有一次筛查在进行", "等它完成")
        run = ask(request.holder.area_code, as_of, "full", request.user.pk, timezone.now())
        record("ask", "run", run.pk, role=request.holder.role)
        later(run)
        return redirect("screening:run", run.pk)
    return render(request, "screening/runs.html", {"page": page_by_id(Run.objects.all(), request.GET.dict())})


@page("screening.read", methods=("GET", "POST"))
def run(request: Any, run_id: int) -> HttpResponse:
    """One screening: its manifest, and on request a replay that must give the same."""
    found = Run.objects.filter(pk=run_id).first()
    if found is None:
        raise Http404
    if request.method == "POST":
        if "screening.run" not in request.holder.kind.rights:
            raise UserError("您的岗位不能重放筛查", "请县农业农村局操作")
        same = replayed(found)
        record("replay", "run", found.pk, role=request.holder.role, same=same)
        if same:
            messages.success(request, _("重放结果与当时完全一致"))
        else:
            messages.error(request, _("重放结果与当时不同：输入、政策或程序有变化"))
        return redirect("screening:run", found.pk)
    return render(request, "screening/run.html", {"run": found, "busy": found.state in ("waiting", "running")})


def _local_figure(request: Any) -> HttpResponse:
    """Enter or take back a figure of a local document."""
    if "figure.write" not in request.holder.kind.rights:
        raise UserError("您的岗位不能录入本地文件", "请县农业农村局录入")
    sent, now = request.POST, timezone.now()
    if sent.get("retract"):
        entry = LocalFigure.objects.filter(pk=whole(sent["retract"]) or 0).first()
        if entry is None:
            raise UserError("没有这条政策数", "刷新页面")
        retract_figure(entry, request.holder, now)
    else:
        since, issued = parse_iso(sent.get("since", "")), parse_iso(sent.get("issued", ""))
        if since is None or issued is None:
            raise UserError("没有写生效日期或发文日期", "写 YYYY-MM-DD")
        enter_figure(
            sent.get("figure", ""), sent.get("value", ""), since, parse_iso(sent.get("until", "")), sent.get("number", ""), issued,
            sent.get("article", ""), request.holder, now,
        )  # fmt: skip
    messages.success(request, _("已记下"))
    return redirect("screening:policy")


@page("policy.read", methods=("GET", "POST"))
def policy(request: Any) -> HttpResponse:
    """The rules of the area: sentence, figures in force with their source, how many they find here; local documents."""
    if request.method == "POST":
        return _local_figure(request)
    area = request.holder.area_code[:COUNTY_DIGITS]
    book = book_for(area)
    last = queries.last_run() if "screening.read" in request.holder.kind.rights else None
    day = last.as_of if last else timezone.localdate()
    counts = {c["rule"]: c["n"] for c in queries.counts_by_rule("")} if "map" in request.holder.kind.rights else {}
    rules = []
    for card in book.rules.values():
        figures = [(book.figure(n).title, book.applied(n, area=area or "00", as_of=day), n) for n in card.uses]
        lines = [(title, str(a.value) if a.value is not None else "", book.source_text(a)) for title, a, _n in figures]
        rules.append(
            (card, CLASS_LABELS[card.signal_class], lines, book.citation_text(card.citation), counts.get(card.code))
        )
    used = {name for card in book.rules.values() for name in card.uses}
    procedure = [
        (f.title, money_text(f, a.value) if a.value is not None else "", a.is_dagger, book.source_text(a), name)
        for name, f in book.figures.items() if name not in used and (a := book.applied(name, area=area or "00", as_of=timezone.localdate())) is not None
    ]  # fmt: skip
    local = LocalFigure.objects.filter(area=request.holder.area_code or "00", retracted_at__isnull=True).order_by("-pk")
    context = {
        "rules": rules,
        "day": day,
        "procedure": procedure,
        "local": local,
        "figures": [(n, f.title) for n, f in book.figures.items()],
    }
    return render(request, "screening/policy.html", context)
