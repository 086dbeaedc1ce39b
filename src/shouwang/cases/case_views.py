"""Pages of cases: lists, one case as a timeline with its clocks and what can be done now, sittings for a batch."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from shouwang.accounts.audit.write import record
from shouwang.accounts.pages import page
from shouwang.cases import queries
from shouwang.cases.asked import day, taken
from shouwang.cases.clocks import pauses_of, total_clock
from shouwang.cases.effects import ELIMINATIONS
from shouwang.cases.items import card
from shouwang.cases.limits import words
from shouwang.cases.models import Case, Paper, Step
from shouwang.cases.papers import COMPARED
from shouwang.cases.procedure import ELIMINATE, IDENTIFY, Action, procedure
from shouwang.cases.replay import as_of, slow_step
from shouwang.cases.steps import set_risks, take
from shouwang.cases.words import CATEGORIES, RISKS
from shouwang.documents.actions import keep_attachment
from shouwang.exchange.upload_stream import taken as uploaded
from shouwang.kernel.dates import parse_iso
from shouwang.kernel.errors import UserError
from shouwang.regions.queries import name_of
from shouwang.ui.paging import whole

PAPER_KINDS = {
    "first_day": "公示首日照片",
    "last_day": "公示末日照片",
    "signature": "签字页",
    "form": "纸质表格",
    "visit": "入户照片",
}


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
        "may": _offered(found, [a for a in shown.actions if a.right in rights]), "others": [a for a in shown.actions if a.right not in rights],
        "slow": slow_step(found, shown.steps), "past": as_of(found, on, timezone.now()) if on else None, "on": on,
        "track": _track(found, shown), "categories": CATEGORIES, "one_class": words(found.area_code, "monitored_classes", today) != "three_kinds",
        "pauses": procedure().pauses, "causes": words(found.area_code, "green_channel_causes", today), "compared": COMPARED, "risks": RISKS,
        "eliminations": ELIMINATIONS, "paper_kinds": PAPER_KINDS, "items": card(shown.home, today), "place": name_of(found.area_code),
        "people_before": _people_before(request, found),
        "ask_reason": _asks_reason(found, shown, today),
    }  # fmt: skip
    return render(request, "cases/case.html", context)


def _offered(found: Case, actions: list[Action]) -> list[Action]:
    """What makes sense now, the next step of the course first."""
    paused = any(until is None for _, until in pauses_of(found))
    pointless = {
        "comparison_back": found.comparison_sent_on is None or found.comparison_back_on is not None,
        "send_comparison": found.comparison_sent_on is not None,
        "answer_objection": not found.objection_open,
        "object": found.objection_open,
        "pause": paused,
        "resume": not paused,
        "help_first": found.green_on is not None,
    }
    kept = [a for a in actions if not pointless.get(a.key, False)]
    waits = found.comparison_sent_on is None or found.comparison_back_on is None
    return sorted(kept, key=lambda a: (a.side, not (waits and "comparison" in a.key), not a.to))


def _people_before(request: Any, found: Case) -> str:
    """Who went or sat last time this person entered something there."""
    last = Step.objects.filter(by=request.user.pk, area_code=found.area_code).exclude(people=[]).order_by("-pk").first()
    return "、".join(last.people) if last else ""


def _asks_reason(found: Case, shown: queries.CaseCard, today: Any) -> bool:
    """Amber or red and no reason written yet."""
    explained = any(s.action == "explain_delay" for s in shown.steps)
    return not explained and found.decided_on is None and total_clock(found, today).state in ("soon", "late")


def _track(found: Case, shown: queries.CaseCard) -> list[tuple[str, str, Any]]:
    """The course as a row of steps: title, done / now / next, day."""
    is_leaving = found.state == "eliminated" or procedure().states[found.state].chain == ELIMINATE
    wanted = procedure().course[ELIMINATE if is_leaving else IDENTIFY]
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
        document = keep_attachment(
            PAPER_KINDS[kind], str(file.name), data, request.holder, timezone.now(), found.household_id
        )
    Paper.objects.create(
        area_code=found.area_code, case_id=found.pk, household_id=found.household_id, kind=kind, document_id=document.pk,
        taken_on=day(request.POST, "on", default_today=True),
    )  # fmt: skip
    messages.success(request, _("已上传"))
    return redirect("cases:case", case_id)
