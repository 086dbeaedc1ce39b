"""Pages of the help: the plan of a case, its papers, the household's file, the sample's files, 动态清零."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from shouwang.accounts.audit.write import record
from shouwang.accounts.models import User
from shouwang.accounts.pages import page
from shouwang.assistance import actions, board
from shouwang.assistance.archive import ALL_FORMS, sample_zip
from shouwang.assistance.matching import answers, is_sourced, table
from shouwang.assistance.models import AfterFields, HelpVisit, Measure
from shouwang.assistance.standing import elimination_gaps, elimination_warnings, is_able, risks_seen, standing
from shouwang.cases import items as guarantees
from shouwang.cases.asked import day, item_answers, number
from shouwang.cases.field_models import Sample
from shouwang.cases.leaflets import give_leaflet
from shouwang.cases.models import Case
from shouwang.cases.queries import case_or_404
from shouwang.cases.samples import GROUPS
from shouwang.cases.words import MANNERS
from shouwang.documents.actions import keep
from shouwang.documents.sending import PRINTED, sent_file, sent_printed
from shouwang.engine.tables.words import MEASURES
from shouwang.kernel.dates import parse_iso
from shouwang.kernel.errors import UserError
from shouwang.kernel.money import fen
from shouwang.regions.queries import name_of
from shouwang.registry.models import Household
from shouwang.registry.queries import household_or_404, shown_name


@page("cases.read", methods=("GET", "POST"))
def plan(request: Any, case_id: int) -> HttpResponse:
    """一户一策 of a case: what is missing, measures, the responsible person, visits, what shows that a risk is gone."""
    case, today = case_or_404(case_id), timezone.localdate()
    home = household_or_404(case.household_id)
    if request.method == "POST":
        if "plan.write" not in request.holder.kind.rights:
            raise UserError("您的岗位不能改帮扶计划", "请村、乡镇或帮扶责任人办理")
        warning = CHANGES.get(request.POST.get("what", ""), _unknown)(case, home, request)
        messages.warning(request, warning) if warning else messages.success(request, _("已记下"))
        return redirect("assistance:plan", case_id)
    record("look", "case", case_id, role=request.holder.role, area=case.area_code, rows=1)
    now = standing(case, today)
    seen = risks_seen(case, today)
    after = AfterFields.objects.filter(case_id=case.pk).order_by("-pk").first()
    context = {
        "case": case, "home": home, "head": shown_name(home.head_name), "now": now, "today": today, "place": name_of(case.area_code), "columns": MEASURES,
        "risks": [(r, seen.get(r), [MEASURES[c] for c in answers(r)], is_sourced(r)) for r in case.risks],
        "choices": [(MEASURES[c], [(f"{c}|{v}", v) for v in values]) for c, values in table()["values"].items()],
        "able": is_able(home.pk), "visits": HelpVisit.objects.filter(household_id=home.pk).order_by("-visited_on", "-pk")[:12], "manners": MANNERS,
        "missing": elimination_gaps(case, today, case.elimination) if case.state == "monitored" else [], "warnings": elimination_warnings(case, today),
        "after": after, "after_titles": actions.AFTER_TITLES, "flags": actions.FLAGS, "money": actions.MONEY_FIELDS, "items": guarantees.card(home, today),
        "column_of": MEASURES,
    }  # fmt: skip
    return render(request, "assistance/plan.html", context)


def _unknown(case: Case, home: Household, request: Any) -> str:
    raise UserError("没有这个操作", "刷新页面")


def _plan(case: Case, home: Household, request: Any) -> str:
    sent, now = request.POST, timezone.now()
    on = day(sent, "on", default_today=True)
    able, willing = bool(sent.get("able")), bool(sent.get("willing"))
    goal, effect = sent.get("goal", ""), sent.get("effect", "")
    actions.make_plan(case, on, able, willing, goal, request.holder, now, timezone.localdate(), effect)
    return ""


def _measure(case: Case, home: Household, request: Any) -> str:
    sent = request.POST
    column, _sep, value = sent.get("measure", "").partition("|")
    amount = _fen(sent.get("amount", ""))
    actions.add_measure(
        case,
        sent.get("risk", ""),
        column,
        value,
        day(sent, "on", default_today=True),
        sent.get("provider", ""),
        amount,
        request.holder,
        timezone.now(),
    )
    return ""


def _fen(text: str) -> int | None:
    if not text.strip():
        return None
    try:
        return fen(text.strip().replace(",", ""))
    except ValueError:
        raise UserError(f"金额 {text[:20]!r} 无法识别", "写元，最多两位小数，如 2000.00") from None


def _one(case: Case, request: Any) -> Measure:
    found = Measure.objects.filter(pk=number(request.POST, "measure"), case_id=case.pk).first()
    if found is None:
        raise UserError("没有这项措施", "刷新页面")
    return found


def _start(case: Case, home: Household, request: Any) -> str:
    actions.start_measure(
        _one(case, request), day(request.POST, "on", default_today=True), request.holder, timezone.localdate()
    )
    return ""


def _deliver(case: Case, home: Household, request: Any) -> str:
    sent = request.POST
    actions.deliver_measure(
        _one(case, request),
        day(sent, "on", default_today=True),
        sent.get("effect", ""),
        _fen(sent.get("amount", "")),
        request.holder,
        timezone.localdate(),
    )
    return ""


def _cancel(case: Case, home: Household, request: Any) -> str:
    actions.cancel_measure(
        _one(case, request), day(request.POST, "on", default_today=True), request.POST.get("why", ""), request.holder
    )
    return ""


def _responsible(case: Case, home: Household, request: Any) -> str:
    sent = request.POST
    user = (
        User.objects.filter(username__iexact=sent["username"].strip()).first()
        if sent.get("username", "").strip()
        else None
    )
    if sent.get("username", "").strip() and user is None:
        raise UserError("没有这个账号", "写帮扶责任人的账号名，或留空")
    return actions.name_responsible(
        home, sent.get("name", ""), sent.get("unit", ""), user, day(sent, "on", default_today=True), request.holder
    )


def _responsible_ended(case: Case, home: Household, request: Any) -> str:
    actions.end_responsible(home, day(request.POST, "on", default_today=True), request.holder)
    return ""


def _risk(case: Case, home: Household, request: Any) -> str:
    sent = request.POST
    actions.see_risk(
        case,
        sent.get("risk", ""),
        sent.get("gone") == "yes",
        day(sent, "on", default_today=True),
        sent.get("evidence", ""),
        request.holder,
        timezone.now(),
        timezone.localdate(),
    )
    return ""


def _after(case: Case, home: Household, request: Any) -> str:
    sent = request.POST
    said: dict[str, Any] = {k: {"yes": True, "no": False}.get(sent.get(k, "")) for k in actions.FLAGS}
    said |= {k: _fen(sent.get(k, "")) for k in actions.MONEY_FIELDS}
    actions.enter_after(case, said, day(sent, "on", default_today=True), request.holder, timezone.now())
    return ""


def _visit(case: Case, home: Household, request: Any) -> str:
    sent, on = request.POST, day(request.POST, "on", default_today=True)
    actions.visit(
        home,
        on,
        sent.get("visitors", ""),
        sent.get("manner", ""),
        sent.get("note", ""),
        sent.get("client_id", ""),
        request.holder,
        timezone.now(),
        timezone.localdate(),
    )
    guarantees.set_items(home, item_answers(sent), on, request.holder, timezone.now(), timezone.localdate())
    if sent.get("leaflet_help"):
        give_leaflet(home, "help", on, timezone.now())
    return ""


CHANGES = {
    "plan": _plan, "measure": _measure, "start": _start, "deliver": _deliver, "cancel": _cancel, "responsible": _responsible,
    "responsible_ended": _responsible_ended, "risk": _risk, "after": _after, "visit": _visit,
}  # fmt: skip


@page("cases.read")
def paper(request: Any, case_id: int, key: str, form: str) -> HttpResponse:
    """A paper of a case as docx or pdf."""
    case = case_or_404(case_id)
    if key not in ALL_FORMS or form not in PRINTED:
        raise Http404
    home = household_or_404(case.household_id)
    record("print", "case", case_id, role=request.holder.role, area=case.area_code, rows=1, paper=key)
    return sent_printed(ALL_FORMS[key][1](case, home, timezone.localdate()), form, f"{key}-{case_id}")


@page("sample.draw", methods=("POST",))
def sample_files(request: Any, sample_id: int) -> HttpResponse:
    """The files of all drawn households in one zip; from now on changes to them are shown."""
    found = Sample.objects.filter(pk=sample_id).first()
    if found is None:
        raise Http404
    homes = Household.objects.in_bulk([line["household"] for line in found.households])
    chosen = [
        (GROUPS[line["group"]], homes[line["household"]]) for line in found.households if line["household"] in homes
    ]
    today, now = timezone.localdate(), timezone.now()
    data = sample_zip(chosen, today)
    document = keep("export", f"抽查档案 {found.seed}", f"sample-{found.pk}.zip", data, request.holder, now)
    Sample.objects.filter(pk=found.pk, printed_at__isnull=True).update(printed_at=now, document_id=document.pk)
    record("export", "sample", found.pk, role=request.holder.role, rows=len(chosen))
    return sent_file(data, "zip", f"sample-{found.pk}")


@page("cases.read")
def bottom_line(request: Any) -> HttpResponse:
    """动态清零 on a day: villages, causes, early figures. A household that is still monitored is no shortcoming."""
    area, today = request.GET.get("area", ""), timezone.localdate()
    on = parse_iso(request.GET.get("on", "")) or today
    lines = board.board(area, on)
    causes = board.by_cause(area)
    most = max((n for _c, n in causes), default=1)
    context = {
        "lines": [(line, name_of(line.area[:9]), name_of(line.area)) for line in lines], "on": on, "area": area, "red": sum(line.is_red for line in lines),
        "causes": [(cause, n, round(1000 * n / most)) for cause, n in causes], "early": board.early(area, date(today.year, 1, 1), today),
        "without": board.without_help(area),
    }  # fmt: skip
    return render(request, "assistance/bottom_line.html", context)
