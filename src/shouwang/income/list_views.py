"""收入清单: tabs with counts, one list page by page, the work on a line, many at once, the ledger."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from shouwang.accounts.audit.write import record
from shouwang.accounts.pages import page
from shouwang.cases.asked import maybe_day
from shouwang.documents.sending import PRINTED, sent_printed, sent_sheets
from shouwang.income import list_work, listing, queries
from shouwang.income.asked import year_of
from shouwang.income.lists import LISTS, unset
from shouwang.income.models import ListLine
from shouwang.income.papers import LEDGER, fall_share, fallen, ledger_document, ledger_rows
from shouwang.income.targets import percent
from shouwang.kernel.errors import UserError
from shouwang.regions.queries import name_of
from shouwang.registry.models import Household
from shouwang.registry.queries import shown_name
from shouwang.ui.paging import page_by_id

MOST_LEDGER, MOST_PRINTED = 20_000, 1_000
ONLY: dict[str, dict[str, Any]] = {
    "no_reason": {"reason": ""},
    "no_measure": {"measure": ""},
}


def may_refresh(request: Any) -> bool:
    """Whether the post may make the lists anew."""
    return bool({"income.write", "income.county"} & request.holder.kind.rights)


@page("income.read", methods=("GET", "POST"))
def lists(request: Any) -> HttpResponse:
    """One list, page by page; made anew on request."""
    area, key, year = request.GET.get("area", ""), request.GET.get("list", "fell"), year_of(request)
    if request.method == "POST":
        if not may_refresh(request):
            raise UserError("您的岗位不能刷新清单", "请村、乡镇或县刷新")
        counts = listing.refresh("", year, timezone.localdate())
        record("lists", "income", year, role=request.holder.role, rows=counts["on"])
        messages.success(request, f"{_('清单已刷新')}：{counts['on']}")
        return redirect(f"{request.path}?year={year}")
    if key not in LISTS:
        raise Http404
    only = request.GET.get("only", "")
    found = page_by_id(
        listing.on_list(area, year, key).filter(**ONLY.get(only, {})), request.GET.dict(), newest_first=False
    )
    record("list", "income", key, role=request.holder.role, area=area or request.holder.area_code, rows=len(found.rows))
    tabs = listing.tabs(area, year)
    context = {
        "rows": _rows(found.rows, year), "page": found, "tabs": tabs, "tab": next(t for t in tabs if t.key == key), "key": key, "year": year, "area": area,
        "only": only, "reasons": list_work.REASONS, "why": listing.reasons(area, year, key), "name": name_of(area) if area else "",
        "may_refresh": may_refresh(request), "next_year": year + 1, "running": key in listing.RUNNING, "last_year": year - 1,
        "unset": unset(listing.lines_for(area or request.holder.area_code, year)),
    }  # fmt: skip
    return render(request, "income/lists.html", context)


def _rows(
    lines: list[ListLine], year: int
) -> list[tuple[ListLine, Household, str, int | None, str, queries.Forecast | None]]:
    """(line, household, head, 减收额, 减幅, running forecast of the next year)."""
    ids = [x.household_id for x in lines]
    homes, running = Household.objects.in_bulk(ids), queries.forecasts(ids, year + 1)
    found = []
    for x in lines:
        if x.household_id in homes:
            home, share = homes[x.household_id], fall_share(x)
            said = "" if share is None else percent(share)
            found.append((x, home, shown_name(home.head_name), fallen(x), said, running.get(x.household_id)))
    return found


@page("income.write", methods=("POST",))
def work(request: Any, line_id: int) -> HttpResponse:
    """What is done about a listed household, or its move to the clues."""
    line = ListLine.objects.filter(pk=line_id).first()
    if line is None:
        raise Http404
    sent = request.POST
    if sent.get("what") == "clue":
        clue_id = list_work.to_clue(line, request.holder, timezone.now(), timezone.localdate())
        return redirect("cases:clue", clue_id)
    turned = {"yes": True, "no": False}.get(sent.get("turned", ""))
    said = {"reason": sent.get("reason", ""), "measure": sent.get("measure", "")[:120], "responsible": sent.get("responsible", "")[:60],
            "due_on": maybe_day(sent, "due_on"), "done_on": maybe_day(sent, "done_on"), "result": sent.get("result", "")[:200], "turned": turned}  # fmt: skip
    list_work.work_on(line, said, request.holder)
    messages.success(request, _("已记下"))
    return redirect(f"/income/?list={line.list_key}&year={line.year}")


@page("income.write", methods=("POST",))
def bulk(request: Any) -> HttpResponse:
    """Give all households of a list that nobody answers for to one person, with a day."""
    sent, year = request.POST, year_of(request)
    key, area = sent.get("list", ""), sent.get("area", "")
    if key not in LISTS:
        raise Http404
    person = sent.get("responsible", "").strip()
    count = list_work.give(listing.on_list(area, year, key), person, maybe_day(sent, "due_on"))
    record("list_work", "income", key, role=request.holder.role, rows=count)
    messages.success(request, f"{_('已分给')} {person}：{count}")
    return redirect(f"/income/?list={key}&year={year}&area={area}")


@page("income.read")
def ledger(request: Any, key: str, form: str) -> HttpResponse:
    """A list as its ledger: xlsx with every column, docx or pdf across the page."""
    if key not in LISTS or form not in ("xlsx", *PRINTED):
        raise Http404
    area, year, today = request.GET.get("area", ""), year_of(request), timezone.localdate()
    lines = list(listing.on_list(area, year, key).order_by("area_code", "pk")[: MOST_LEDGER + 1])
    most = MOST_LEDGER if form == "xlsx" else MOST_PRINTED
    if len(lines) > most:
        raise UserError(f"这张台账超过 {most} 户", "下载 Excel，或按乡镇、村下载")
    rows = ledger_rows(lines, year)
    record("download", "income", key, role=request.holder.role, rows=len(rows))
    if form == "xlsx":
        return sent_sheets([(LISTS[key], LEDGER, rows)], today, f"{key}-{year}")
    return sent_printed(
        ledger_document(key, area or request.holder.area_code, year, rows, today), form, f"{key}-{year}"
    )
