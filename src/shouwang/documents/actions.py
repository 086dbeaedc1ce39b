"""Documents: numbered in their series, encrypted on disk, removed when their time is over. Reads are written down."""

from __future__ import annotations

import hashlib
import uuid
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection

from shouwang.accounts.audit.write import record
from shouwang.accounts.models import Assignment
from shouwang.accounts.secret_fields import keys
from shouwang.documents.models import Document
from shouwang.documents.retention import kept_days
from shouwang.kernel.errors import UserError
from shouwang.kernel.sealed_file import read_sealed, write_sealed

MEDIA = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".pdf": "application/pdf",
    ".zip": "application/zip",
}
LARGEST_ATTACHMENT = 20_000_000
ATTACHED = (".pdf", ".jpg", ".jpeg", ".png", ".docx", ".xlsx")


def keep(
    kind: str, title: str, file_name: str, data: bytes, by: Assignment, at: datetime, subject: str = "registry", *, unmasked: bool = False,
    household_id: int | None = None,
) -> Document:  # fmt: skip
    """Keep a file under the next number of its series in this area and year."""
    stored = uuid.uuid4().hex
    write_sealed(_folder() / stored, data, keys())
    days = kept_days(kind)
    made = Document.objects.create(
        area_code=by.area_code, subject=subject, kind=kind, number=_next_number(by.area_code, kind, at), title=title[:160], file_name=file_name[:160],
        media_type=MEDIA.get(Path(file_name).suffix, "application/octet-stream"), stored_as=stored, digest=hashlib.sha256(data).digest(),
        size=len(data), household_id=household_id, unmasked=unmasked, made_by=by.user_id, made_at=at, expires=at + timedelta(days=days),
    )  # fmt: skip
    record("keep", "document", made.pk, role=by.role, area=by.area_code)
    return made


def keep_attachment(
    title: str, file_name: str, data: bytes, by: Assignment, at: datetime, household_id: int
) -> Document:
    """Keep a scan or photo with a household. Raises UserError for what is no picture or paper, or too large."""
    name = file_name.replace("\\", "/").rsplit("/", 1)[-1]
    if not name.lower().endswith(ATTACHED) or len(data) > LARGEST_ATTACHMENT:
        raise UserError(f"附件“{name}”不能收下", f"可收 {'、'.join(ATTACHED)}，每个不超过 20 MB")
    return keep("attachment", title.strip() or name, name, data, by, at, household_id=household_id)


def _next_number(area: str, kind: str, at: datetime) -> str:
    """`2026-0007`, without a gap: the series of an area is locked while its next number is taken."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"document:{area}:{kind}"])
    count = Document.objects.filter(area_code=area, kind=kind, made_at__year=at.year).count()
    return f"{at.year}-{count + 1:04d}"


def open_document(document: Document, by: Assignment, at: datetime) -> bytes:
    """The file's bytes; the reading is in the audit before they leave. Raises UserError when its time is over."""
    if document.removed_at is not None or (document.expires and document.expires < at):
        raise UserError(f"文件 {document.number} 已过保存期", "需要时重新导出")
    if document.unmasked and document.made_by != by.user_id:
        raise UserError("含完整号码的文件只有导出人可以打开", "自己重新导出，写明理由")
    record("download", "document", document.pk, role=by.role, area=document.area_code)
    return read_sealed(_folder() / document.stored_as, keys())


def remove_expired(at: datetime) -> int:
    """Delete files whose time is over; the entry stays. Gives their number."""
    over = list(Document.objects.filter(expires__lt=at, removed_at__isnull=True))
    for document in over:
        (_folder() / document.stored_as).unlink(missing_ok=True)
    Document.objects.filter(pk__in=[d.pk for d in over]).update(removed_at=at)
    return len(over)


def _folder() -> Path:
    folder: Path = settings.PLACE.documents
    return folder
