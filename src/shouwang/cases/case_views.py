"""Pages of cases: lists, one case as a timeline with its clocks and what can be done now, sittings for a batch."""

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
from shouwang.cases.clocks import total_clock
from shouwang.cases.clue_views import FORMS as KINDS
from shouwang.cases.clue_views import sent_file
from shouwang.cases.effects import ELIMINATIONS
from shouwang.cases.items import card
from shouwang.cases.limits import PUBLICITY, limit, words
from shouwang.cases.models import Case, Paper, Sitting
from shouwang.cases.papers import COMPARED
from shouwang.cases.procedure import procedure
from shouwang.cases.replay import as_of, slow_step
from shouwang.cases.sitting_papers import FORMS, forms_of, public_lines, rows_of
from shouwang.cases.steps import set_risks, take
from shouwang.cases.words import CATEGORIES, RISKS
from shouwang.documents.actions import keep
from shouwang.exchange.upload_stream import taken as uploaded
from shouwang.kernel.dates import parse_iso
from shouwang.kernel.errors import UserError
from shouwang.regions.queries import name_of
from shouwang.registry.queries import my_range, shown_name
from shouwang.ui.paging import page_by_id, whole

PAPER_KINDS = {
    "first_day": "公示首日照片",
    "last_day": "公示末日照片",
    "signature": "签字页",
    "form": "纸质表格",
    "visit": "入户照片",
}
MOST_IN_SITTING = 100
LARGEST_PAPER = 20_000_000
WEB_DAYS = 30


@page("cases.read")
def cases(request: Any) -> HttpResponse:
    """Cases by state."""
    area, state, today = request.GET.get("area", ""), request.GET.get("state", "running"), timezone.localdate()
    found = queries.cases_page(area, state, today, request.GET.dict())
    record("list", "case", role=request.holder.role, area=area or request.holder.area_code, rows=len(found.rows))
    batch = [a for a in procedure().actions.values() if a.batch and a.right in request.holder.kind.rights]
    context = {
        "rows": found.rows,
        "page": found,
        "state": state,
        "area": area,
        "states": procedure().states.values(),
        "batch": batch,
        "categories": CATEGORIES,
    }
    return render(request, "cases/cases.html", context)


@page("cases.read")
def case(request: Any, case_id: int) -> HttpResponse:
    """One case, today or as it stood on a day (`?on=`)."""
    found, today = queries.case_or_404(case_id), timezone.localdate()
    record("look", "case", case_id, role=request.holder.role, area=found.area_code, rows=1)
    on = parse_iso(request.GET.get("on", ""))
    shown = queries.case_card(found, today)
    rights = request.holder.kind.rights
    context = {
        "card": shown, "case": found, "home": shown.home, "table": procedure(), "state": procedure().states[found.state], "today": today,
        "may": [a for a in shown.actions if a.right in rights], "others": [a for a in shown.actions if a.right not in rights],
        "slow": slow_step(found, shown.steps), "past": as_of(found, on, timezone.now()) if on else None, "on": on,
        "track": _track(found, shown), "categories": CATEGORIES, "one_class": words(found.area_code, "monitored_classes", today) != "three_kinds",
        "pauses": procedure().pauses, "causes": words(found.area_code, "green_channel_causes", today), "compared": COMPARED, "risks": RISKS,
        "eliminations": ELIMINATIONS, "paper_kinds": PAPER_KINDS, "items": card(shown.home, today), "place": name_of(found.area_code),
        "ask_reason": _asks_reason(found, shown, today),
    }  # fmt: skip
    return render(request, "cases/case.html", context)


def _asks_reason(found: Case, shown: queries.CaseCard, today: Any) -> bool:
    """Amber or red and no reason written yet."""
    explained = any(s.action == "explain_delay" for s in shown.steps)
    return not explained and found.decided_on is None and total_clock(found, today).state in ("soon", "late")


def _track(found: Case, shown: queries.CaseCard) -> list[tuple[str, str, Any]]:
    """The course as a row of steps: title, done / now / next, day."""
    chain = procedure().states[found.state].chain
    wanted = (
        "apply",
        "visit",
        "review",
        "publish",
        "end_publicity",
        "township_review",
        "county_decide",
        "announce",
        "enter",
    )
    if chain == "eliminate" or found.state == "eliminated":
        wanted = (
            "propose",
            "e_visit",
            "e_review",
            "e_publish",
            "e_end_publicity",
            "e_township_review",
            "e_county_decide",
            "e_announce",
            "e_enter",
        )
    done = {s.action: s for s in shown.steps}
    now = next((a.key for a in shown.actions if a.key in wanted), "")
    return [
        (
            procedure().actions[a].title,
            "now" if a == now else "done" if a in done and a != now else "next",
            done[a].happened_on if a in done else None,
        )
        for a in wanted
    ]


@page("cases.read", methods=("POST",))
def step(request: Any, case_id: int) -> HttpResponse:
    """Carry out one action, or set the risks."""
    found = queries.case_or_404(case_id)
    if whole(request.POST.get("version")) != found.version:
        raise UserError("这个个案刚被别人办理过", "刷新页面，看过新的情况后再办")
    key = request.POST.get("action", "")
    if key == "risks":
        if "case.visit" not in request.holder.kind.rights:
            raise UserError("您的岗位不能改风险类型", "请负责的村或乡镇办理")
        chosen = [r for r in RISKS if r in request.POST.getlist("risk")]
        if not chosen:
            raise UserError("没有选风险类型", "至少选一个，最多五个")
        set_risks(found, chosen[:5], request.holder)
    else:
        take(found, key, taken(request.POST), request.holder, timezone.now(), timezone.localdate())
    messages.success(request, _("已记下"))
    return redirect("cases:case", case_id)


@page("cases.read", methods=("POST",))
def attach(request: Any, case_id: int) -> HttpResponse:
    """A scan or photo of a case's paper."""
    found = queries.case_or_404(case_id)
    if "case.visit" not in request.holder.kind.rights:
        raise UserError("您的岗位不能上传", "请负责的村或乡镇上传")
    kind = request.POST.get("kind", "")
    if kind not in PAPER_KINDS:
        raise UserError(f"没有材料类别 {kind!r}", f"选择：{'、'.join(PAPER_KINDS.values())}")
    file = request.FILES.get("files")
    with uploaded(file, "照片或扫描件") as data:
        if len(data) > LARGEST_PAPER:
            raise UserError("文件超过 20 MB", "压缩后再上传")
        document = keep(
            "attachment",
            PAPER_KINDS[kind],
            str(file.name),
            data,
            request.holder,
            timezone.now(),
            household_id=found.household_id,
        )
    Paper.objects.create(
        area_code=found.area_code, case_id=found.pk, household_id=found.household_id, kind=kind, document_id=document.pk,
        taken_on=day(request.POST, "on", default_today=True),
    )  # fmt: skip
    messages.success(request, _("已上传"))
    return redirect("cases:case", case_id)


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
    context = {"action": action, "rows": queries.case_lines(waiting, today), "today": today, "categories": CATEGORIES,
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
    if key not in FORMS or form not in KINDS:
        raise Http404
    record("print", "sitting", sitting_id, role=request.holder.role, area=found.area_code, rows=found.cases, paper=key)
    return sent_file(KINDS[form](FORMS[key][1](found, timezone.localdate())), form, f"{key}-{found.pk}")
