"""Background work on batches. Arguments are row ids alone; a killed worker's job starts again and finishes once."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from django.utils import timezone
from procrastinate.contrib.django import app

from shouwang.accounts.audit.write import record
from shouwang.accounts.enums import ALL_SUBJECTS, Depth
from shouwang.accounts.models import Assignment
from shouwang.accounts.territory import ActiveScope, beside, territory
from shouwang.exchange import actions, importing, registry_import
from shouwang.exchange.models import Batch
from shouwang.exchange.reading import described, opened
from shouwang.exchange.subjects import REGISTRY, REGISTRY_KINDS
from shouwang.kernel.areas import COUNTY_DIGITS
from shouwang.kernel.errors import UserError

SCREEN = "screening.batch"
ENDED = "上传人的授权已结束，文件没有导入"


def _rights(assignment_id: int, today: date) -> tuple[Assignment, ActiveScope]:
    """The requester's post as it is now. Raises UserError when it has ended."""
    post = Assignment.objects.select_related("user").get(pk=assignment_id)
    if (post.until is not None and post.until < today) or not post.user.is_active:
        raise UserError(ENDED, "由在岗人员重新上传")
    return post, post.scope()


def _working(scope: ActiveScope) -> ActiveScope:
    """The job links against the register of the requester's area, whatever subjects the requester sees."""
    return replace(scope, subjects=ALL_SUBJECTS, depth=Depth.PERSON, own_only=False)


def _guarded(batch_id: int, assignment_id: int, work: Callable[[Batch, ActiveScope], None]) -> None:
    """Run one step of a batch; what the user can mend is told on the batch, everything else is raised."""
    scope: ActiveScope | None = None
    try:
        _, scope = _rights(assignment_id, timezone.localdate())
        with territory(_working(scope)):
            batch = Batch.objects.get(pk=batch_id)
        work(batch, scope)
    except UserError as error:
        seen = scope or Assignment.objects.get(pk=assignment_id).scope()
        with territory(_working(seen)):
            what = {**Batch.objects.get(pk=batch_id).what, "refusal": error.what, "remedy": error.remedy}
            actions.note(batch_id, state=actions.REFUSED, what=what, step="")


@app.task(name="exchange.read", queue="files")
def read_batch(batch_id: int, assignment_id: int) -> None:
    """Open a file and say what it seems to be."""
    _guarded(batch_id, assignment_id, _read)


def _read(batch: Batch, scope: ActiveScope) -> None:
    if batch.state not in (actions.RECEIVED, actions.READING):
        return
    with territory(_working(scope)):
        actions.note(batch.pk, state=actions.READING, step="读取文件")
    with opened(batch, scope.subjects) as file:
        answer = file.answer
        if answer.is_refused:
            state = actions.LOCKED if answer.needs_password else actions.REFUSED
            changes: dict[str, Any] = {"state": state, "what": {"refusal": answer.refusal, "remedy": answer.remedy}}
        else:
            what = described(answer)
            if batch.what.get("password"):
                what["password"] = batch.what["password"]
            rows = sum(s.rows_in for s in answer.sheets)
            changes = {"state": actions.TO_CHECK, "what": what, "rows_in": rows, "kind": what["kind"]}
    with territory(_working(scope)):
        actions.note(batch.pk, step="", **changes)


@app.task(name="exchange.import", queue="files")
def import_batch(batch_id: int, assignment_id: int) -> None:
    """Import a confirmed file: rows and facts of a department, or the differences of a registry file."""
    _guarded(batch_id, assignment_id, _import)


def _import(batch: Batch, scope: ActiveScope) -> None:
    if batch.state not in (actions.QUEUED, actions.IMPORTING):
        return
    working = _working(scope)
    with territory(working):
        actions.note(batch.pk, state=actions.IMPORTING, step="读取文件")
    if batch.kind in REGISTRY_KINDS:
        _with_registry_files(batch, scope, _tell_differences)
        return
    with opened(batch, scope.subjects, batch.kind) as file:
        if file.answer.is_refused:
            raise UserError(file.answer.refusal, file.answer.remedy)
        with territory(working):
            actions.note(batch.pk, step="比对人员")
        prepared = importing.prepare(batch, file.sheets, working)
    rows_in = prepared.rows.height
    for piece in range(prepared.pieces):
        _, scope = _rights(batch.assignment_id, timezone.localdate())
        with territory(_working(scope)):
            importing.write_piece(batch, prepared, piece, timezone.now())
            actions.note(batch.pk, step="写入", rows_in=rows_in, done_rows=min((piece + 1) * importing.PIECE, rows_in))
    with territory(working):
        counts = importing.finish(batch, rows_in, timezone.now())
        record("import", "batch", batch.pk, rows=rows_in, **counts)
        _screen_later(batch)


@app.task(name="exchange.write_registry", queue="files")
def write_registry(batch_id: int, assignment_id: int) -> None:
    """Write a registry file whose differences somebody has seen."""
    _guarded(batch_id, assignment_id, _write_registry)


def _write_registry(batch: Batch, scope: ActiveScope) -> None:
    if batch.state != actions.IMPORTING:
        return
    _with_registry_files(batch, scope, _write)


def _with_registry_files(lead: Batch, scope: ActiveScope, work: Callable[[registry_import.Files], None]) -> None:
    """Open the leading file and its companions, and work on them in one territory."""
    with contextlib.ExitStack() as stack:
        with territory(_working(scope)):
            companions = list(Batch.objects.filter(pk__in=lead.what.get("companions", ())).order_by("id"))
        files = []
        for batch in (lead, *companions):
            file = stack.enter_context(opened(batch, (REGISTRY,), batch.kind))
            if file.answer.is_refused:
                raise UserError(file.answer.refusal, file.answer.remedy, where=batch.file_name)
            files.append((batch, file.sheets))
        stack.enter_context(territory(_working(scope)))
        work(files)


def _tell_differences(files: registry_import.Files) -> None:
    lead = files[0][0]
    found = registry_import.differences(files)
    actions.note(lead.pk, state=actions.DIFFERENCES, step="", what={**lead.what, "differences": found})


def _write(files: registry_import.Files) -> None:
    lead, at = files[0][0], timezone.now()
    counts, ends = registry_import.write(files, at, _progress(lead, files))
    for batch, _ in files:
        mine = ends[batch.pk]
        rows = sum(mine.values())
        what = {**batch.what, "written": counts if batch is lead else {}}
        actions.note(
            batch.pk, state=actions.DONE, finished_at=at, step="", what=what, rows_in=rows, done_rows=rows, **mine
        )
    record("import", "batch", lead.pk, rows=sum(sum(e.values()) for e in ends.values()), **counts)
    _screen_later(lead)


def _progress(lead: Batch, files: registry_import.Files) -> Callable[[str, int], None]:
    """Tells each step of a registry's writing on its batch while the one transaction goes on."""
    rows = sum(sheet.rows_in for _, sheets in files for sheet in sheets)
    sql = "UPDATE exchange_batch SET step = %s, done_rows = %s, rows_in = %s WHERE id = %s"
    return lambda step, done: beside(sql, [step, min(done, rows), rows, lead.pk])


def _screen_later(batch: Batch) -> None:
    """Screenings of one county run one after another."""
    lock = f"screening-{batch.area_code[:COUNTY_DIGITS]}"
    app.configure_task(SCREEN, lock=lock).defer(batch_id=batch.pk, assignment_id=batch.assignment_id)
