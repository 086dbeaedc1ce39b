"""Pages of files: hand in, look at the mapping, follow the import, send back what was rejected, undo."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from shouwang.accounts.audit.write import record
from shouwang.accounts.pages import page
from shouwang.documents import unmasked
from shouwang.documents.actions import MEDIA
from shouwang.exchange import actions, queries
from shouwang.exchange.models import Batch
from shouwang.exchange.rejects import rejects_workbook
from shouwang.exchange.subjects import REGISTRY, feeds_for, title_of
from shouwang.exchange.tasks import import_batch, read_batch, write_registry
from shouwang.exchange.upload_stream import LARGEST_MEGABYTES, SealedUpload
from shouwang.kernel.dates import parse_iso
from shouwang.kernel.errors import UserError
from shouwang.ui.paging import page_by_id


@page("exchange.read")
def batches(request: Any) -> HttpResponse:
    """Files that came in, newest first, and the place to drop new ones."""
    found = page_by_id(Batch.objects.all(), request.GET.dict())
    waiting = (
        Batch.objects.filter(state=actions.WAITING).count() if "registry.import" in request.holder.kind.rights else 0
    )
    context = {
        "rows": [(b, title_of(b.kind) if b.kind else "") for b in found.rows],
        "page": found,
        "waiting": waiting,
        "largest": LARGEST_MEGABYTES,
        "busy": any(b.state in actions.BUSY for b in found.rows),
    }
    template = "exchange/batch_table.html" if request.htmx else "exchange/batches.html"
    return render(request, template, context)


@page("exchange.upload", methods=("POST",))
def upload(request: Any) -> HttpResponse:
    """Take one or several files. Each is answered for: taken, known already, or refused with the reason."""
    handler = request.upload_handlers[0]
    taken = []
    for file in request.FILES.getlist("files"):
        if not isinstance(file, SealedUpload) or not file.size:
            messages.error(request, UserError(f"文件“{file.name}”是空的", "核对是否发错了文件").text)
            continue
        batch, is_new = actions.receive(file, request.holder, timezone.now())
        if not is_new:
            when = timezone.localtime(batch.received_at)
            messages.warning(
                request, f"文件“{file.name}”与 {when:%m-%d %H:%M} 收下的“{batch.file_name}”内容相同，没有重复导入"
            )
            continue
        read_batch.defer(batch_id=batch.pk, assignment_id=request.holder.pk)
        taken.append(batch)
    for name, what, remedy in getattr(handler, "refused", ()):
        messages.error(request, UserError(f"“{name}”：{what}", remedy).text)
    if not taken and not request.FILES and not getattr(handler, "refused", ()):
        messages.error(request, UserError("没有选择文件", "选择或拖入一个或几个表格").text)
    return redirect("exchange:batch", taken[0].pk) if len(taken) == 1 else redirect("exchange:batches")


@page("exchange.read")
def batch(request: Any, batch_id: int) -> HttpResponse:
    """One file: preview, progress or result, whatever it has reached."""
    found = queries.batch_or_404(batch_id)
    kinds = feeds_for(request.holder.scope().subjects)
    choices = [(REGISTRY, title_of(REGISTRY))] if REGISTRY in request.holder.scope().subjects else []
    context = {
        "batch": found,
        "title": title_of(found.kind) if found.kind else "",
        "kinds": [*choices, *((k, f.title) for k, f in kinds.items())],
        "busy": found.state in actions.BUSY,
        "is_registry": found.subject == REGISTRY,
        "may_write": "registry.import" in request.holder.kind.rights,
        "elsewhere": found.state == "done" and found.rows_in > 0 and found.rejected * 2 > found.rows_in,
        "start": found.what.get("start") or (found.period_start or ""),
        "end": found.what.get("end") or (found.period_end or ""),
    }
    template = "exchange/batch_body.html" if request.htmx else "exchange/batch.html"
    return render(request, template, context)


@page("exchange.upload", methods=("POST",))
def confirm(request: Any, batch_id: int) -> HttpResponse:
    """Say what the file is, and import it."""
    found = queries.batch_or_404(batch_id)
    chosen = {key[4:]: value for key, value in request.POST.items() if key.startswith("map:") and value}
    start, end = _day(request.POST.get("start", "")), _day(request.POST.get("end", ""))
    actions.confirm(found, request.POST.get("kind", ""), start, end, chosen, request.holder)
    if found.state == actions.QUEUED:
        import_batch.defer(batch_id=found.pk, assignment_id=request.holder.pk)
    return redirect("exchange:batch", found.pk)


def _day(text: str) -> date | None:
    if not text.strip():
        return None
    found = parse_iso(text)
    if found is None:
        raise UserError(f"日期 {text!r} 无法识别", "写 YYYY-MM-DD，如 2025-11-15")
    return found


@page("exchange.upload", methods=("POST",))
def unlock(request: Any, batch_id: int) -> HttpResponse:
    """The password of a locked workbook."""
    found = queries.batch_or_404(batch_id)
    if found.state != actions.LOCKED or not request.POST.get("password"):
        raise UserError("没有写密码，或文件不需要密码", "写打开这个文件的密码")
    actions.unlock(found, request.POST["password"][:128])
    read_batch.defer(batch_id=found.pk, assignment_id=request.holder.pk)
    return redirect("exchange:batch", found.pk)


@page("registry.import", methods=("POST",))
def join(request: Any) -> HttpResponse:
    """Import the parts of a register together."""
    lead = actions.join(request.holder)
    import_batch.defer(batch_id=lead.pk, assignment_id=request.holder.pk)
    return redirect("exchange:batch", lead.pk)


@page("registry.import", methods=("POST",))
def write(request: Any, batch_id: int) -> HttpResponse:
    """The differences have been seen: write them."""
    found = queries.batch_or_404(batch_id)
    if found.state != actions.DIFFERENCES:
        raise UserError("这个文件没有待写入的差异", "刷新页面看它到了哪一步")
    actions.note(found.pk, state=actions.IMPORTING, step="写入")
    record("write", "batch", found.pk, role=request.holder.role)
    write_registry.defer(batch_id=found.pk, assignment_id=request.holder.pk)
    return redirect("exchange:batch", found.pk)


@page("exchange.undo", methods=("POST",))
def undo(request: Any, batch_id: int) -> HttpResponse:
    """Retract a file."""
    found = queries.batch_or_404(batch_id)
    count = actions.undo(found, request.holder, request.POST.get("reason", "").strip(), timezone.now())
    messages.success(request, _("已撤回；不再算数的事实：") + str(count))
    return redirect("exchange:batch", found.pk)


@page("exchange.read")
def batch_rows(request: Any, batch_id: int, end: str) -> HttpResponse:
    """The rows that ended in one way."""
    found = queries.batch_or_404(batch_id)
    rows = queries.rows_page(found, end, request.GET.dict())
    record("look", "batch", found.pk, role=request.holder.role, rows=len(rows.rows), end=end)
    return render(
        request, "exchange/rows.html", {"batch": found, "page": rows, "end": end, "title": title_of(found.kind)}
    )


@page("exchange.read")
def rejects(request: Any, batch_id: int) -> HttpResponse:
    """The rejected rows as a workbook, to be sent back to whoever delivered them."""
    found = queries.batch_or_404(batch_id)
    reason = unmasked.allow("rejects", request.holder, request.GET.get("reason", ""))
    data, rows = rejects_workbook(found, unmasked.watermark(request.holder, timezone.localdate()))
    unmasked.leaves("rejects", request.holder, reason, rows, found.pk)
    response = HttpResponse(data, content_type=MEDIA[".xlsx"])
    response["Content-Disposition"] = f'attachment; filename="rejects-{found.pk}.xlsx"'
    return response
