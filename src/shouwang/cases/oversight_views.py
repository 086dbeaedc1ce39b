"""Pages that look at the work: progress, doubts, the inspector's sample, problems and consultations, reports of households."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from shouwang.accounts.audit.write import record
from shouwang.accounts.enums import SUBJECTS
from shouwang.accounts.pages import page
from shouwang.accounts.secret_fields import show
from shouwang.cases import omissions, problems, progress, queries, reports, samples
from shouwang.cases.asked import day, maybe_day, names, number
from shouwang.cases.field_models import Consultation, Leaflet, Problem, Sample
from shouwang.cases.groups import counts as watched_groups
from shouwang.cases.models import Case, Clue, Report
from shouwang.cases.words import CATEGORIES, DEPARTMENTS, WATCHED
from shouwang.documents.actions import open_document
from shouwang.documents.models import Document
from shouwang.kernel.areas import COUNTY_DIGITS
from shouwang.kernel.errors import UserError
from shouwang.regions.queries import name_of
from shouwang.registry.models import Household
from shouwang.registry.queries import my_range, shown_name
from shouwang.screening.application_book import book_for
from shouwang.ui.paging import page_by_id


@page("cases.read")
def progress_page(request: Any) -> HttpResponse:
    """识别认定进度: funnel, who holds what, days a step, the slow step, last year and this."""
    area, today = request.GET.get("area", ""), timezone.localdate()
    year = (date(today.year, 1, 1), today)
    steps = progress.days_by_step(area, date(today.year - 1, today.month, 1), today)
    book = book_for(request.holder.area_code[:COUNTY_DIGITS])
    by_rule = [(r, book.rules[r.key].title if r.key in book.rules else r.key) for r in queries.rates("rule", area)]
    by_subject = [(r, SUBJECTS.get(r.key, r.key)) for r in queries.rates("subject", area)]
    lo, hi = my_range(area)
    given = dict(
        Leaflet.objects.filter(area_code__gte=lo, area_code__lt=hi)
        .values_list("kind")
        .annotate(n=Count("household_id", distinct=True))
    )
    homes = Household.objects.filter(area_code__gte=lo, area_code__lt=hi, dissolved_on__isnull=True).count()
    monitored = Case.objects.filter(area_code__gte=lo, area_code__lt=hi, state="monitored").count()
    groups = watched_groups(area)
    late = queries.cases_page(area, "late", today, {})
    context = {
        "funnel": progress.funnel(area),
        "holders": progress.holders(area, today),
        "steps": steps,
        "slow": progress.slow_step(steps),
        "area": area,
        "compared": progress.compared(area, (date(today.year - 1, 1, 1), date(today.year - 1, 12, 31)), year),
        "by_rule": by_rule,
        "by_subject": by_subject,
        "gone": progress.eliminated(area),
        "leaflets": [
            (_("申报政策（全部农户）"), given.get("apply", 0), homes),
            (
                _("帮扶政策（监测对象）"),
                given.get("help", 0),
                monitored,
            ),
        ],
        "misses": queries.misses(area),
        "groups": [({**CATEGORIES, **WATCHED}.get(k, k), n) for k, n in groups.by_group.items()],
        "watched": groups.watched,
        "monitored": groups.monitored,
        "late": late.rows,
        "name": name_of(area) if area else "",
    }
    return render(request, "cases/progress.html", context)


@page("cases.read")
def doubts(request: Any) -> HttpResponse:
    """疑点排查: one list at a time."""
    key = request.GET.get("list", omissions.HELPED)
    if key not in omissions.LISTS:
        raise Http404
    found = omissions.doubts(key, request.GET.get("area", ""), timezone.localdate())
    homes = Household.objects.in_bulk([d.household_id for d in found if d.household_id])
    rows = [
        (
            d,
            homes.get(d.household_id or 0),
            shown_name(homes[d.household_id].head_name) if d.household_id in homes else "",
            name_of(d.area),
        )
        for d in found
    ]
    record("list", "doubt", key, role=request.holder.role, rows=len(rows))
    return render(
        request, "cases/doubts.html", {"rows": rows, "key": key, "lists": omissions.LISTS, "most": omissions.AT_MOST}
    )


@page("sample.draw", methods=("GET", "POST"))
def sample_list(request: Any) -> HttpResponse:
    """Draw a sample, or look at earlier ones."""
    if request.method == "POST":
        wanted = {g: number(request.POST, g) for g in samples.GROUPS}
        made = samples.draw(
            request.POST.get("area", ""),
            request.POST.get("seed", ""),
            wanted,
            request.holder,
            timezone.now(),
            timezone.localdate(),
        )
        return redirect("cases:sample", made.pk)
    found = page_by_id(Sample.objects.all(), request.GET.dict())
    return render(
        request,
        "cases/samples.html",
        {"rows": [(s, name_of(s.area_code)) for s in found.rows], "page": found, "groups": samples.GROUPS},
    )


@page("sample.draw")
def sample(request: Any, sample_id: int) -> HttpResponse:
    """One sample: households, their files, what was changed after printing."""
    found = Sample.objects.filter(pk=sample_id).first()
    if found is None:
        raise Http404
    homes = Household.objects.in_bulk([line["household"] for line in found.households])
    rows = [
        (samples.GROUPS[line["group"]], homes[line["household"]], shown_name(homes[line["household"]].head_name))
        for line in found.households
        if line["household"] in homes
    ]
    record("look", "sample", sample_id, role=request.holder.role, rows=len(rows))
    edits = [(homes.get(h), what, at) for h, what, at in samples.edited_after(found)]
    return render(
        request, "cases/sample.html", {"sample": found, "rows": rows, "edits": edits, "place": name_of(found.area_code)}
    )


@page("cases.read", methods=("GET", "POST"))
def problem_list(request: Any) -> HttpResponse:
    """问题台账 and 会商纪要."""
    if request.method == "POST":
        _problem(request)
        return redirect("cases:problems")
    only, today = request.GET.get("only", "open"), timezone.localdate()
    query = Problem.objects.filter(closed_on__isnull=True) if only == "open" else Problem.objects.all()
    if request.GET.get("area"):
        lo, hi = my_range(request.GET["area"])
        query = query.filter(area_code__gte=lo, area_code__lt=hi)
    found = page_by_id(query, request.GET.dict())
    homes = Household.objects.in_bulk([p.household_id for p in found.rows if p.household_id])
    record("list", "problem", role=request.holder.role, rows=len(found.rows))
    rows = [
        (
            p,
            homes.get(p.household_id or 0),
            name_of(p.area_code),
            p.closed_on is None and p.due_on is not None and p.due_on < today,
        )
        for p in found.rows
    ]
    context = {
        "rows": rows,
        "page": found,
        "only": only,
        "today": today,
        "departments": DEPARTMENTS,
        "meetings": Consultation.objects.order_by("-pk")[:20],
    }
    return render(request, "cases/problems.html", context)


def _problem(request: Any) -> None:
    sent, now, today = request.POST, timezone.now(), timezone.localdate()
    if "clue.write" not in request.holder.kind.rights:
        raise UserError("您的岗位不能登记问题", "请负责的村、乡镇或县登记")
    if sent.get("what") == "close":
        found = Problem.objects.filter(pk=number(sent, "problem")).first()
        if found is None:
            raise UserError("没有这个问题", "刷新页面")
        problems.close_problem(
            found, day(sent, "on", default_today=True), sent.get("closing", ""), request.holder, today
        )
    elif sent.get("what") == "meeting":
        lines = tuple(
            (t.strip(), sent.get("holder", ""), maybe_day(sent, "due"))
            for t in sent.get("problems", "").splitlines()
            if t.strip()
        )
        said = problems.Said(
            day(sent, "on", default_today=True), sent.get("topic", ""), names("、".join(sent.getlist("department"))), sent.get("present", ""),
            sent.get("judged", ""), sent.get("agreed", ""), lines,
        )  # fmt: skip
        problems.hold_consultation(said, request.holder, now, today)
    else:
        problems.open_problem(
            request.holder.area_code,
            sent.get("title", ""),
            sent.get("holder", ""),
            day(sent, "on", default_today=True),
            request.holder,
            now,
            maybe_day(sent, "due"),
        )
    messages.success(request, _("已记下"))


@page("report.answer")
def report_list(request: Any) -> HttpResponse:
    """自主申报 that the township has to answer."""
    only = request.GET.get("only", "open")
    query = Report.objects.filter(answered_at__isnull=True) if only == "open" else Report.objects.all()
    found = page_by_id(query, request.GET.dict())
    record("list", "report", role=request.holder.role, rows=len(found.rows))
    return render(
        request,
        "cases/reports.html",
        {"rows": [(r, name_of(r.home_area)) for r in found.rows], "page": found, "only": only},
    )


@page("report.answer", methods=("GET", "POST"))
def one_report(request: Any, report_id: int) -> HttpResponse:
    """One report: link it to its household, answer it. Nobody removes it."""
    found = Report.objects.filter(pk=report_id).first()
    if found is None:
        raise Http404
    today, sent = timezone.localdate(), request.POST
    if request.method == "POST":
        if sent.get("what") == "link":
            home = Household.objects.filter(number=sent.get("household", "").strip()).first()
            if home is None:
                raise UserError(
                    f"户编号 {sent.get('household', '')[:30]!r} 不在您的范围内",
                    "先在“农户”里找到这一户；库外农户请县里先登记",
                )
            reports.link(found, home, timezone.now(), today, request.holder)
        else:
            reports.answer(
                found,
                sent.get("visitor", ""),
                maybe_day(sent, "visit_by"),
                sent.get("answer", ""),
                sent.get("ask_phone", ""),
                request.holder,
                timezone.now(),
                today,
            )
        messages.success(request, _("已记下"))
        return redirect("cases:report", report_id)
    record("reveal", "report", report_id, role=request.holder.role, area=found.area_code, reason="联系申报人", rows=1)
    home = Household.objects.filter(pk=found.household_id).first() if found.household_id else None
    clue = Clue.objects.filter(pk=found.clue_id).first() if found.clue_id else None
    likely = Household.objects.filter(area_code=found.home_area, head_name=found.name)[:5] if home is None else []
    context = {"report": found, "village": name_of(found.home_area), "phone": show("cases_report", "phone", found.pk, found.phone), "home": home, "clue": clue,
               "likely": likely, "today": today}  # fmt: skip
    return render(request, "cases/one_report.html", context)


@page("report.answer")
def report_voice(request: Any, report_id: int) -> HttpResponse:
    """The voice note."""
    found = Report.objects.filter(pk=report_id, voice_document__isnull=False).first()
    document = Document.objects.filter(pk=found.voice_document).first() if found else None
    if document is None:
        raise Http404
    return HttpResponse(
        open_document(document, request.holder, timezone.now()), content_type="application/octet-stream"
    )
