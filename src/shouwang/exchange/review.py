"""The review queue: one row, its candidates beside it, one key to decide; names that are unique in their village in bulk."""

from __future__ import annotations

import random
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db import connection
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from shouwang.accounts.audit.write import record
from shouwang.accounts.pages import page
from shouwang.accounts.secret_fields import digest
from shouwang.exchange import queries
from shouwang.exchange.models import Batch, Decision, Row
from shouwang.exchange.remembered import decide, revoke
from shouwang.exchange.subjects import title_of
from shouwang.kernel.errors import UserError
from shouwang.kernel.identity import masked
from shouwang.ui.paging import page_by_id, whole

SAMPLE = 10
UNIQUE_METHODS = ("D3c", "D3b")
UNIQUE = """SELECT r.id, min(c.person_id) FROM exchange_row r JOIN exchange_candidate c ON c.row_id = r.id JOIN registry_person p ON p.id = c.person_id
WHERE r.status = 'to_confirm' AND r.method = ANY(%s) AND c.because LIKE '%%姓名相同%%' AND c.because LIKE '%%同村%%'
AND (SELECT count(*) FROM exchange_candidate o WHERE o.row_id = r.id) = 1
AND (SELECT count(*) FROM registry_person o WHERE o.name = p.name AND o.area_code = p.area_code) = 1
GROUP BY r.id ORDER BY r.id"""


@page("exchange.review")
def queue(request: Any) -> HttpResponse:
    """The next row to confirm, with what is needed to decide it."""
    batch_id = whole(request.GET.get("batch"))
    rows = queries.review_queue(request.GET.get("subject", ""), batch_id)
    skipped = [n for s in request.GET.get("skip", "").split(",") if (n := whole(s)) is not None][-200:]
    row = rows.exclude(pk__in=skipped).first()
    context = {"waiting": rows.count(), "row": row, "batch_id": batch_id or "", "skip": ",".join(map(str, skipped))}
    if row is not None:
        context |= _case(request, row)
        context["skip_next"] = ",".join(map(str, [*skipped, row.pk]))
    return render(request, "exchange/review.html", context)


def _case(request: Any, row: Row) -> dict[str, Any]:
    said = queries.written(row)
    record("look", "row", row.pk, role=request.holder.role, rows=1)
    return {
        "said": said,
        "said_number": masked(said.number) if said.number else "",
        "sides": queries.candidates(row, said),
        "batch": Batch.objects.filter(pk=row.batch_id).first(),
        "title": title_of(row.kind),
        "facts": queries.said_fields(row),
    }


@page("exchange.review", methods=("POST",))
def decide_row(request: Any, row_id: int) -> HttpResponse:
    """This candidate, or nobody."""
    row = Row.objects.filter(pk=row_id).first()
    if row is None:
        raise Http404
    person = request.POST.get("person", "")
    if person != "none" and whole(person) is None:
        raise UserError("没有选择", "选择一位候选人，或“都不是”")
    made = decide(row, None if person == "none" else int(person), request.holder, timezone.now())
    messages.success(request, _("已记下。") + (_("可在“已核对”里撤销。") if made.pk else ""))
    skipped = ",".join(s for s in request.POST.get("skip", "").split(",") if whole(s) is not None)
    return redirect(f"/review/?{urlencode({'batch': whole(request.POST.get('batch')) or '', 'skip': skipped})}")


@page("exchange.review")
def decided(request: Any) -> HttpResponse:
    """Decisions made, newest first; each can be revoked."""
    found = page_by_id(Decision.objects.all(), request.GET.dict())
    return render(request, "exchange/decided.html", {"page": found})


@page("exchange.review", methods=("POST",))
def revoke_decision(request: Any, decision_id: int) -> HttpResponse:
    """Take a decision back."""
    found = Decision.objects.filter(pk=decision_id).first()
    if found is None:
        raise Http404
    revoke(found, request.holder, timezone.now())
    messages.success(request, _("已撤销，这一行重新等待核对"))
    return redirect("exchange:decided")


@page("exchange.review", methods=("GET", "POST"))
def unique_names(request: Any) -> HttpResponse:
    """Names that occur once in their village: after a sample has been checked one by one, the rest in bulk."""
    with connection.cursor() as cursor:
        cursor.execute(UNIQUE, [list(UNIQUE_METHODS)])
        pairs = cursor.fetchall()
    sample = _sample(pairs)
    if request.method == "POST":
        checked = {whole(v) for v in request.POST.getlist("right")}
        if {row for row, _p in sample} - checked:
            raise UserError("抽查的行没有全部确认无误", "逐行核对；有一行不对就不要批量确认")
        at = timezone.now()
        rows = {r.pk: r for r in Row.objects.filter(pk__in=[row for row, _p in pairs])}
        for row_id, person_id in pairs:
            decide(rows[row_id], person_id, request.holder, at, "bulk")
        record("decide_bulk", "row", "", role=request.holder.role, rows=len(pairs), sample=len(sample))
        messages.success(request, _("批量确认的行数：") + str(len(pairs)))
        return redirect("exchange:review")
    shown = []
    for row in Row.objects.filter(pk__in=[row for row, _p in sample]).order_by("pk"):
        said = queries.written(row)
        shown.append((row, said, title_of(row.kind), queries.candidates(row, said)))
    return render(request, "exchange/unique.html", {"count": len(pairs), "sample": shown})


def _sample(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The same rows for the same queue, so that a reload does not offer easier ones."""
    seed = digest("sample", ",".join(str(row) for row, _p in pairs)) or b""
    return sorted(random.Random(seed).sample(pairs, min(SAMPLE, len(pairs))))
