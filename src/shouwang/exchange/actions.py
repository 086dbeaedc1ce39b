"""What people do with files: hand one in, confirm what it is, undo it. Each in the caller's territory, with its audit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import PurePath
from typing import Any

from django.conf import settings
from django.db import connection

from shouwang.accounts.audit.write import record
from shouwang.accounts.models import Assignment
from shouwang.accounts.secret_fields import hide
from shouwang.documents.retention import kept_days
from shouwang.exchange.models import Batch
from shouwang.exchange.subjects import REGISTRY, REGISTRY_PARTS, feeds, subject_of, title_of
from shouwang.exchange.upload_stream import SealedUpload
from shouwang.kernel.errors import UserError, given_reason

RECEIVED, READING, TO_CHECK, QUEUED, IMPORTING = "received", "reading", "to_check", "queued", "importing"
DIFFERENCES, DONE, REFUSED, LOCKED, UNDONE = "differences", "done", "refused", "locked", "undone"
WAITING = "waiting"  # one part of a register delivered in several files
BUSY = (RECEIVED, READING, QUEUED, IMPORTING)
NAME_LENGTH = 200
ORPHAN_SECONDS = 86_400


def receive(upload: SealedUpload, by: Assignment, at: datetime) -> tuple[Batch, bool]:
    """Enter a file. The same content again is recognised: gives the batch that has it, and False."""
    scope = by.scope()
    same = (
        Batch.objects.filter(digest=upload.digest, area_code=by.area_code)
        .exclude(state__in=(REFUSED, UNDONE))
        .order_by("id")
        .first()
    )
    if same is not None:
        (settings.PLACE.uploads / upload.stored_as).unlink(missing_ok=True)
        return same, False
    subject = scope.subjects[0] if len(scope.subjects) == 1 else REGISTRY
    batch = Batch.objects.create(
        area_code=by.area_code, subject=subject, file_name=PurePath(upload.name or "").name[:NAME_LENGTH], digest=upload.digest,
        size=upload.size, stored_as=upload.stored_as, assignment_id=by.pk, received_at=at,
    )  # fmt: skip
    record("upload", "batch", batch.pk, role=by.role, rows=None)
    return batch, True


def unlock(batch: Batch, password: str) -> None:
    """Keep a workbook's password, encrypted, until the file has been read."""
    sealed = hide("exchange_batch", "password", batch.pk, password)
    batch.what = {"password": sealed.hex() if sealed else ""}
    batch.state = RECEIVED
    batch.save(update_fields=["what", "state"])


def confirm(
    batch: Batch, kind: str, start: date | None, end: date | None, chosen: Mapping[str, str], by: Assignment
) -> None:
    """The clerk says what the file is; the import may begin. Raises UserError when that cannot be."""
    if batch.state not in (TO_CHECK, REFUSED):
        raise UserError(f"文件“{batch.file_name}”现在不能确认（{batch.state}）", "刷新页面看它到了哪一步")
    if kind != REGISTRY and kind not in feeds():
        raise UserError(f"类别 {kind!r} 不认识", "从列表里选择")
    if subject_of(kind) not in by.scope().subjects:
        raise UserError("这类文件不属于您的部门", "请由对应的部门或县农业农村局上传")
    if start and end and start > end:
        raise UserError(f"期间起 {start} 晚于期间止 {end}", "改正期间")
    batch.kind, batch.subject = kind, subject_of(kind)
    batch.period_start, batch.period_end = start, end
    batch.mapping, batch.state, batch.step = dict(chosen), WAITING if kind in REGISTRY_PARTS else QUEUED, ""
    batch.save(update_fields=["kind", "subject", "period_start", "period_end", "mapping", "state", "step"])
    record("confirm", "batch", batch.pk, role=by.role, file_kind=kind)


def join(by: Assignment) -> Batch:
    """Import the waiting parts of a register together; gives the batch that leads. Raises UserError when a part lacks."""
    parts = list(Batch.objects.filter(state=WAITING, area_code=by.area_code).order_by("id"))
    lacking = [title_of(kind) for kind in REGISTRY_PARTS if kind not in {p.kind for p in parts}]
    if lacking:
        raise UserError(f"还缺{'、'.join(lacking)}", "上传并确认后再合并导入")
    lead = parts[0]
    lead.what = {**lead.what, "companions": [p.pk for p in parts[1:]]}
    Batch.objects.filter(pk__in=[p.pk for p in parts[1:]]).update(state=QUEUED, step="与其他登记文件合并")
    lead.state = QUEUED
    lead.save(update_fields=["what", "state"])
    record("join", "batch", lead.pk, role=by.role, rows=len(parts))
    return lead


def undo(batch: Batch, by: Assignment, reason: str, at: datetime) -> int:
    """Retract a batch: its facts no longer count, its history stays. Gives the number of facts retracted."""
    if batch.state not in (DONE, DIFFERENCES, TO_CHECK, WAITING, REFUSED, LOCKED):
        raise UserError(f"文件“{batch.file_name}”现在不能撤回", "导入完成后再撤回")
    if batch.subject == REGISTRY and batch.state == DONE:
        raise UserError("登记导出写入后不能整批撤回", "导入更正后的导出；每次改动都有历史")
    if batch.state == DONE:
        reason = given_reason(reason, "撤回已导入的文件")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE exchange_fact SET retracted_at = %s WHERE batch_id = %s AND retracted_at IS NULL", [at, batch.pk]
        )
        count: int = cursor.rowcount
    batch.state, batch.retracted_at, batch.retracted_by = UNDONE, at, by.user_id
    batch.save(update_fields=["state", "retracted_at", "retracted_by"])
    record("undo", "batch", batch.pk, role=by.role, reason=reason, rows=count)
    return count


def remove_old_uploads(at: datetime) -> int:
    """Delete the stored files of batches that ended long ago; rows, facts and counts stay. Gives their number."""
    old = list(
        Batch.objects.filter(
            state__in=(DONE, UNDONE, REFUSED), received_at__lt=at - timedelta(days=kept_days("upload"))
        ).exclude(stored_as="")
    )
    for batch in old:
        (settings.PLACE.uploads / batch.stored_as).unlink(missing_ok=True)
    Batch.objects.filter(pk__in=[b.pk for b in old]).update(stored_as="")
    return len(old)


def remove_orphans(at: datetime) -> int:
    """Delete stored files that no batch knows: of requests that were broken off. Gives their number."""
    known = set(Batch.objects.exclude(stored_as="").values_list("stored_as", flat=True))
    old = at.timestamp() - ORPHAN_SECONDS
    lost = [p for p in settings.PLACE.uploads.iterdir() if p.name not in known and p.stat().st_mtime < old]
    for path in lost:
        path.unlink(missing_ok=True)
    return len(lost)


def note(batch_id: int, **changes: Any) -> None:
    """Progress or outcome of a job on its batch."""
    Batch.objects.filter(pk=batch_id).update(**changes)
