"""Pages of every declared register: list with filters, one row's history, export, import with every line accounted for."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from shouwang.accounts.audit.write import record
from shouwang.accounts.pages import page
from shouwang.documents.sending import sent_sheets
from shouwang.exchange.upload_stream import taken
from shouwang.intake.reading import lines_under, read_sent
from shouwang.kernel.errors import UserError
from shouwang.ledgers.registers import Ledger, Line, known
from shouwang.ui.paging import page_by_id

MOST_EXPORTED = 50_000


def _ledger(request: Any, key: str) -> Ledger:
    found = known().get(key)
    if found is None or found.right not in request.holder.kind.rights:
        raise Http404
    return found


@page("registry.read")
def index(request: Any) -> HttpResponse:
    """All registers that the post may read."""
    mine = [ledger for ledger in known().values() if ledger.right in request.holder.kind.rights]
    return render(request, "ledgers/index.html", {"ledgers": mine})


@page("registry.read")
def rows(request: Any, key: str) -> HttpResponse:
    """A register, page by page."""
    ledger = _ledger(request, key)
    filters = ledger.filterset()(request.GET, queryset=ledger.rows())
    found = page_by_id(filters.qs, request.GET.dict())
    record("list", "ledger", key, role=request.holder.role, rows=len(found.rows))
    lines = [(row.pk, getattr(row, "household_id", None), [c.value(row) for c in ledger.columns]) for row in found.rows]
    context = {
        "ledger": ledger,
        "lines": lines,
        "page": found,
        "filters": filters,
        "may_take": ledger.take_right in request.holder.kind.rights,
    }
    return render(request, "ledgers/rows.html", context)


@page("registry.read")
def history(request: Any, key: str, row_id: int) -> HttpResponse:
    """What a row was before."""
    ledger = _ledger(request, key)
    if not ledger.rows().filter(pk=row_id).exists():
        raise Http404
    return render(
        request, "ledgers/history.html", {"ledger": ledger, "row_id": row_id, "changes": ledger.history(row_id)[:50]}
    )


@page("registry.export")
def export(request: Any, key: str) -> HttpResponse:
    """The register as a workbook, as far as the territory reaches."""
    ledger = _ledger(request, key)
    filters = ledger.filterset()(request.GET, queryset=ledger.rows())
    found = filters.qs.order_by("pk")[:MOST_EXPORTED]
    lines = [["" if (v := c.value(row)) is None else str(v) for c in ledger.columns] for row in found]
    record("download", "ledger", key, role=request.holder.role, rows=len(lines))
    titles = [str(c.title) for c in ledger.columns]
    return sent_sheets([(str(ledger.title)[:31], titles, lines)], timezone.localdate(), key)


@page("registry.read", methods=("POST",))
def take(request: Any, key: str) -> HttpResponse:
    """Enter the lines of a sheet: each is entered or refused with its row, value and remedy; the counts add up."""
    ledger = _ledger(request, key)
    if ledger.take is None or ledger.take_right not in request.holder.kind.rights:
        raise UserError("您的岗位不能导入这个台账", "请经办的乡镇或县农业农村局导入")
    lines = _lines(request.FILES.get("files"), ledger)
    refused = []
    for line in lines:
        try:
            with transaction.atomic():
                ledger.take(line, request.holder)
        except UserError as error:
            refused.append((line.row, error.what, error.remedy))
    record("take", "ledger", key, role=request.holder.role, rows=len(lines), refused=len(refused))
    messages.success(request, f"读入 {len(lines)} 行 = 记入 {len(lines) - len(refused)} + 退回 {len(refused)}")
    for row, what, remedy in refused[:20]:
        messages.error(request, f"第 {row} 行：{what} 处理办法：{remedy}")
    return redirect("ledgers:rows", key)


def _lines(file: Any, ledger: Ledger) -> list[Line]:
    with taken(file, "一个表格") as sent:
        grids = read_sent(str(file.name), sent)
    found = lines_under(grids, ledger.take_columns[:2])
    if not found:
        raise UserError(
            "没有找到表头，或表头下面没有行", f"表头写：{'、'.join(ledger.take_columns)}", where=str(file.name)
        )
    return [Line(row, cells) for row, cells in found]
