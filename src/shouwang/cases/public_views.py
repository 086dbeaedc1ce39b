"""Pages without an account: 自主申报, its answer, and a publicity that the township chose to show. Small, plain, usable on slow networks."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.csrf import csrf_protect

from shouwang.accounts.models import Assignment
from shouwang.accounts.pages import public
from shouwang.cases.reports import Asked, answers, take_report
from shouwang.cases.tasks import take_up_report
from shouwang.cases.voice import keep_voice
from shouwang.cases.web_notice import shown_notice
from shouwang.cases.words import TROUBLES
from shouwang.kernel.errors import UserError
from shouwang.regions.queries import children, everyday, name_of

RESULT_WORDS = {
    "confirmed": "核实有困难，正在按程序办理", "no_risk": "核实过了，现在还不用纳入", "untrue": "核实过了，情况不一样", "referred": "已转给有关部门办",
    "repeated": "和以前的申报是同一件事",
}  # fmt: skip


def _county(request: Any) -> str:
    """The county of the form: the one of this site, or one that the address names among several."""
    served = sorted(
        set(Assignment.objects.filter(role="county", until__isnull=True).values_list("area_code", flat=True))
    )
    wanted = request.GET.get("c", "")
    if wanted in served:
        return str(wanted)
    if not served:
        raise Http404
    return str(served[0])


def _form(request: Any, error: UserError | None = None) -> HttpResponse:
    county = _county(request)
    towns = [(everyday(t.name), [(v.code, everyday(v.name)) for v in children(t.code)]) for t in children(county)]
    context = {"towns": towns, "troubles": TROUBLES, "error": error, "sent": request.POST, "county": name_of(county)}
    return render(request, "cases/report.html", context, status=422 if error else 200)


@public
@csrf_protect
def report(request: Any) -> HttpResponse:
    """Four fields, two lists, one button."""
    if request.method != "POST":
        return _form(request)
    sent = request.POST
    if sent.get("website"):  # a field that people do not see
        return _form(request)
    asked = Asked(
        sent.get("village", ""), sent.get("name", ""), sent.get("phone", ""), sent.get("identity", ""), sent.get("trouble", ""), sent.get("text", ""),
        sent.get("for_other", ""), bool(sent.get("authorised")),
    )  # fmt: skip
    try:
        report_id, receipt = take_report(asked, request.META.get("REMOTE_ADDR", ""))
    except UserError as error:
        return _form(request, error)
    voice = request.FILES.get("voice")
    if voice is not None:
        keep_voice(report_id, asked.village[:9], voice, timezone.now())
    take_up_report.defer(report_id=report_id)
    return render(
        request,
        "cases/receipt.html",
        {"receipt": receipt, "town": name_of(asked.village[:9]), "trouble": asked.trouble},
    )


@public
@csrf_protect
def report_answer(request: Any) -> HttpResponse:
    """Where a report stands: by receipt; the receipt lost: by name and telephone."""
    found: list[dict[str, Any]] | None = None
    if request.method == "POST":
        sent = request.POST
        found = [
            {**a, "town": name_of(str(a["area_code"])), "said": RESULT_WORDS.get(str(a["result"]), "")}
            for a in answers(sent.get("receipt", ""), sent.get("name", ""), sent.get("phone", ""))
        ]
    return render(request, "cases/report_answer.html", {"found": found})


@public
def notice(request: Any, token: str) -> HttpResponse:
    """A publicity on the web for its days; not for search engines."""
    shown = shown_notice(token, timezone.localdate())
    if shown is None:
        raise Http404
    response = render(request, "cases/notice.html", {"held_on": shown[0], "until": shown[1], "rows": shown[2]})
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response["Cache-Control"] = "no-store"
    return response
