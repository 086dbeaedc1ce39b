"""`/api/v1`: files, their rows, the review queue."""

# No deferred annotations here: the endpoint kit reads the types of wrapped functions as they stand.
from datetime import date
from typing import Annotated, Any

from django.http import Http404
from django.utils import timezone
from ninja import File, Path, Query, Schema
from ninja.files import UploadedFile
from pydantic import Field

from shouwang.accounts.audit.write import record
from shouwang.accounts.tokens import endpoint
from shouwang.exchange import actions as exchange_actions
from shouwang.exchange import queries as exchange_queries
from shouwang.exchange.models import Batch, Row
from shouwang.exchange.remembered import decide
from shouwang.exchange.tasks import import_batch, read_batch, write_registry
from shouwang.exchange.upload_stream import SealedUpload
from shouwang.home.api_kit import After, Id, Reason, api, next_key
from shouwang.kernel.errors import UserError
from shouwang.registry import queries
from shouwang.ui.paging import page_by_id


class Confirmation(Schema):
    """What a file is."""

    kind: Annotated[str, Field(max_length=40)]
    start: date | None = None
    end: date | None = None
    columns: dict[Annotated[str, Field(max_length=80)], Annotated[str, Field(max_length=40)]] = {}


class DecisionIn(Schema):
    """The candidate meant, or null for nobody."""

    person_id: Annotated[int, Field(ge=1, le=2**63 - 1)] | None


def _batch(b: Batch) -> dict[str, Any]:
    return {"id": b.pk, "file_name": b.file_name, "kind": b.kind, "subject": b.subject, "state": b.state, "rows_in": b.rows_in, "linked": b.linked,
            "to_confirm": b.to_confirm, "unmatched": b.unmatched, "rejected": b.rejected, "received_at": b.received_at,
            "refusal": b.what.get("refusal", ""), "remedy": b.what.get("remedy", "")}  # fmt: skip


@api.get("/batches")
@endpoint("exchange.read")
def batches(request: Any, after: After = "") -> dict[str, Any]:
    """Files that came in."""
    found = page_by_id(Batch.objects.all(), {"after": after})
    return {"items": [_batch(b) for b in found.rows], "next": next_key(found.next)}


@api.post("/batches")
@endpoint("exchange.upload")
def upload(request: Any, file: File[UploadedFile]) -> dict[str, Any]:
    """Hand in a file; it is read in the background."""
    taken: Any = file
    if not isinstance(taken, SealedUpload) or not taken.size:
        raise UserError("文件是空的", "核对是否发错了文件")
    batch, is_new = exchange_actions.receive(taken, request.holder, timezone.now())
    if is_new:
        read_batch.defer(batch_id=batch.pk, assignment_id=request.holder.pk)
    return {**_batch(batch), "new": is_new}


@api.get("/batches/{batch_id}")
@endpoint("exchange.read")
def batch(request: Any, batch_id: Id) -> dict[str, Any]:
    """One file."""
    found = exchange_queries.batch_or_404(batch_id)
    return {**_batch(found), "understood": {k: v for k, v in found.what.items() if k != "password"}}


@api.post("/batches/{batch_id}/confirm")
@endpoint("exchange.upload")
def confirm(request: Any, batch_id: Id, body: Confirmation) -> dict[str, Any]:
    """Say what it is, and import it."""
    found = exchange_queries.batch_or_404(batch_id)
    exchange_actions.confirm(found, body.kind, body.start, body.end, body.columns, request.holder)
    if found.state == exchange_actions.QUEUED:
        import_batch.defer(batch_id=found.pk, assignment_id=request.holder.pk)
    return _batch(found)


@api.post("/batches/{batch_id}/write")
@endpoint("registry.import")
def write(request: Any, batch_id: Id) -> dict[str, Any]:
    """Write a registry file whose differences have been seen."""
    found = exchange_queries.batch_or_404(batch_id)
    if found.state != exchange_actions.DIFFERENCES:
        raise UserError("这个文件没有待写入的差异", "看它到了哪一步")
    exchange_actions.note(found.pk, state=exchange_actions.IMPORTING)
    write_registry.defer(batch_id=found.pk, assignment_id=request.holder.pk)
    return {"id": found.pk}


@api.post("/batches/{batch_id}/undo")
@endpoint("exchange.undo")
def undo(request: Any, batch_id: Id, body: Reason) -> dict[str, Any]:
    """Retract a file."""
    found = exchange_queries.batch_or_404(batch_id)
    return {"retracted": exchange_actions.undo(found, request.holder, body.reason, timezone.now())}


@api.get("/batches/{batch_id}/rows/{end}")
@endpoint("exchange.read")
def rows(
    request: Any, batch_id: Id, end: Annotated[str, Path(pattern=r"^[a-z_]{1,12}$")], after: After = ""
) -> dict[str, Any]:
    """Rows by their end, numbers masked."""
    found = exchange_queries.rows_page(exchange_queries.batch_or_404(batch_id), end, {"after": after})
    record("look", "batch", batch_id, role=request.holder.role, rows=len(found.rows), end=end)
    return {
        "items": [
            {"id": r.pk, "sheet": r.sheet, "row": r.row, "text": text, "method": r.method, "reject": r.reject}
            for r, text in found.rows
        ],
        "next": next_key(found.next),
    }


@api.get("/review")
@endpoint("exchange.review")
def review(request: Any, batch: Annotated[int | None, Query(ge=1, le=2**63 - 1)] = None) -> dict[str, Any]:
    """The next rows to confirm, largest money first, with candidates."""
    items = []
    for row in exchange_queries.review_queue("", batch)[:20]:
        said = exchange_queries.written(row)
        sides = exchange_queries.candidates(row, said)
        items.append({"row_id": row.pk, "kind": row.kind, "amount": row.amount, "name": said.name,
                      "candidates": [{"person_id": s.person.pk, "name": queries.shown_name(s.person.name), "because": s.because} for s in sides]})  # fmt: skip
    record("look", "row", "", role=request.holder.role, rows=len(items))
    return {"items": items}


@api.post("/review/{row_id}")
@endpoint("exchange.review")
def decide_row(request: Any, row_id: Id, body: DecisionIn) -> dict[str, Any]:
    """Decide a row."""
    row = Row.objects.filter(pk=row_id).first()
    if row is None:
        raise Http404
    return {"decision_id": decide(row, body.person_id, request.holder, timezone.now()).pk}
