"""`/api/v1`: tasks, registers, exports, the audit."""

# No deferred annotations here: the endpoint kit reads the types of wrapped functions as they stand.
from typing import Annotated, Any

from django.http import Http404
from django.utils import timezone
from ninja import Path, Schema
from pydantic import Field

from shouwang.accounts.audit.write import record
from shouwang.accounts.models import AuditEntry
from shouwang.accounts.tokens import endpoint
from shouwang.documents import unmasked
from shouwang.documents.models import Document
from shouwang.exchange.owed import calendar
from shouwang.exchange.subjects import title_of
from shouwang.home.api_kit import After, api, next_key
from shouwang.home.exports import EXPORTS, make_export
from shouwang.kernel.errors import UserError
from shouwang.ledgers.registers import known
from shouwang.ui.paging import page_by_id
from shouwang.worklist.queries import inbox


class ExportIn(Schema):
    """Which export, and why where it holds whole numbers."""

    kind: Annotated[str, Field(max_length=20)]
    reason: Annotated[str, Field(max_length=200)] = ""


@api.get("/tasks")
@endpoint("work")
def tasks(request: Any) -> dict[str, Any]:
    """What waits for the post."""
    found = inbox(request.holder, timezone.localdate())
    return {
        "items": [
            {"id": w.task.pk, "title": w.task.title, "due": w.task.due_on, "count": w.task.count, "below": w.below}
            for w in found
        ]
    }


@api.get("/deliveries")
@endpoint("exchange.read")
def deliveries(request: Any) -> dict[str, Any]:
    """Which department owes what this month."""
    items = [
        {
            "kind": line.expected.kind,
            "title": title_of(line.expected.kind),
            "due": line.months[-1].due,
            "state": line.months[-1].state,
            "last": line.last,
            "limit_days": line.limit,
            "stale": line.stale,
        }
        for line in calendar(timezone.localdate(), 1)
    ]
    return {"items": items}


@api.get("/ledgers/{key}")
@endpoint("registry.read")
def ledger(request: Any, key: Annotated[str, Path(pattern=r"^[a-z_]{1,30}$")], after: After = "") -> dict[str, Any]:
    """A register, by key."""
    found = known().get(key)
    if found is None or found.right not in request.holder.kind.rights or found.right not in request.auth.rights:
        raise Http404
    page = page_by_id(found.rows(), {"after": after})
    record("list", "ledger", key, role=request.holder.role, rows=len(page.rows))
    titles = [str(c.title) for c in found.columns]
    items = [
        {
            "id": row.pk,
            **{t: None if (v := c.value(row)) is None else str(v) for t, c in zip(titles, found.columns, strict=True)},
        }
        for row in page.rows
    ]
    return {"items": items, "next": next_key(page.next)}


@api.get("/exports")
@endpoint("registry.export")
def exports(request: Any, after: After = "") -> dict[str, Any]:
    """One's own exports."""
    mine = Document.objects.filter(
        kind__in=("export", "unmasked_export"), made_by=request.holder.user_id, removed_at__isnull=True
    )
    page = page_by_id(mine, {"after": after})
    return {
        "items": [{"id": d.pk, "number": d.number, "title": d.title, "expires": d.expires} for d in page.rows],
        "next": next_key(page.next),
    }


@api.post("/exports")
@endpoint("registry.export")
def new_export(request: Any, body: ExportIn) -> dict[str, Any]:
    """Ask for an export; it is made in the background and fetched from the page."""
    wanted = EXPORTS.get(body.kind)
    if wanted is None or wanted.right not in request.holder.kind.rights or wanted.right not in request.auth.rights:
        raise UserError("您的岗位不能做这个导出", "请县农业农村局导出")
    reason = unmasked.allow(body.kind, request.holder, body.reason) if wanted.unmasked else body.reason
    record("export_asked", "export", body.kind, role=request.holder.role, reason=reason)
    make_export.defer(kind=body.kind, assignment_id=request.holder.pk)
    return {"kind": body.kind}


@api.get("/audit")
@endpoint("audit.read")
def audit(request: Any, after: After = "") -> dict[str, Any]:
    """Who did and who looked."""
    page = page_by_id(AuditEntry.objects.all(), {"after": after})
    record("look", "audit", "", role=request.holder.role, rows=len(page.rows))
    items = [{"id": e.pk, "at": e.at, "actor": e.actor, "role": e.role, "action": e.action, "kind": e.kind, "object": e.object_id,
              "area": e.area_code, "rows": e.rows, "reason": e.reason} for e in page.rows]  # fmt: skip
    return {"items": items, "next": next_key(page.next)}
