"""Screening as background work: after a batch, for a new day, or anew."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django import app

from shouwang.accounts.audit.write import record
from shouwang.accounts.territory import beside, system_scope, territory
from shouwang.exchange.models import Batch
from shouwang.exchange.subjects import REGISTRY
from shouwang.kernel.areas import COUNTY_DIGITS
from shouwang.kernel.errors import UserError
from shouwang.screening.models import Run
from shouwang.screening.running import screen

STEP = "UPDATE screening_run SET step = %s WHERE id = %s"
TOUCHED = """
WITH direct AS (
    SELECT household_id AS id FROM exchange_fact WHERE batch_id = %(batch)s
    UNION SELECT p.household_id FROM exchange_candidate c JOIN exchange_row r ON r.id = c.row_id JOIN registry_person p ON p.id = c.person_id
        WHERE r.batch_id = %(batch)s
    UNION SELECT household_id FROM exchange_row WHERE batch_id = %(batch)s AND household_id IS NOT NULL),
marks AS (SELECT identity_digest AS i, phone_digest AS f FROM registry_person WHERE household_id IN (SELECT id FROM direct))
SELECT id FROM direct
UNION SELECT household_id FROM registry_person WHERE identity_digest IN (SELECT i FROM marks WHERE i IS NOT NULL)
UNION SELECT household_id FROM registry_person WHERE phone_digest IN (SELECT f FROM marks WHERE f IS NOT NULL)
"""


@app.task(name="screening.batch", queue="screening")
def screen_batch(batch_id: int, assignment_id: int) -> None:
    """Screen the households that a batch touched. A first screening, and one after a registry import, is whole."""
    with territory(system_scope("00")):
        batch = Batch.objects.get(pk=batch_id)
        area = batch.area_code[:COUNTY_DIGITS]
    with territory(system_scope(area)):
        last = Run.objects.filter(state="done").order_by("-id").first()
        if last is None or (batch.finished_at and last.manner == "full" and last.known_at >= batch.finished_at):
            return  # nobody has asked for a first screening yet, or it knew this file already
        hids: list[int] | None = None
        if batch.subject != REGISTRY:
            with connection.cursor() as cursor:
                cursor.execute(TOUCHED, {"batch": batch_id})
                hids = [row[0] for row in cursor.fetchall()]
        run = ask(area, last.as_of, "batch" if hids is not None else "full", 0, timezone.now(), batch_id)
    carry_out(run, hids)


@app.task(name="screening.full", queue="screening")
def screen_full(run_id: int) -> None:
    """Carry out a screening that somebody asked for."""
    with territory(system_scope("00")):
        run = Run.objects.get(pk=run_id)
    if run.state in ("waiting", "running"):
        carry_out(run, None)


def ask(area: str, as_of: date, manner: str, by: int, at: datetime, batch_id: int | None = None) -> Run:
    """Enter a screening. `known_at` is now: what is recorded later does not belong to it."""
    return Run.objects.create(area_code=area, manner=manner, as_of=as_of, known_at=at, batch_id=batch_id, asked_by=by)


def later(run: Run) -> None:
    """Carry a screening out in the background, after others of its county."""
    screen_full.configure(lock=f"screening-{run.area_code[:COUNTY_DIGITS]}").defer(run_id=run.pk)


CLUES_TASK = "cases.fuse"  # the part above that turns signals into clues


def then_clues(run: Run) -> None:
    """Ask for the clues of a finished screening, in the background, one county at a time."""
    county = run.area_code[:COUNTY_DIGITS]
    app.configure_task(CLUES_TASK, lock=f"clues-{county}", queue="screening").defer(run_id=run.pk)


def carry_out(run: Run, hids: Sequence[int] | None) -> Run:
    """Find and store in one transaction; progress is told beside it."""
    with territory(system_scope(run.area_code)):
        Run.objects.filter(pk=run.pk).update(state="running", started_at=timezone.now(), step="读取事实")
    try:
        with territory(system_scope(run.area_code)):
            manifest = screen(run, hids, _news(run), lambda step: beside(STEP, [step, run.pk]))
            Run.objects.filter(pk=run.pk).update(
                state="done", step="", finished_at=timezone.now(), manifest=manifest, income_year=manifest["income_year"],
                households=manifest["households"],
            )  # fmt: skip
            record("screen", "run", run.pk, rows=manifest["households"], **manifest["counts"])
            then_clues(run)
    except UserError as error:
        with territory(system_scope(run.area_code)):
            Run.objects.filter(pk=run.pk).update(
                state="failed", step="", manifest={"refusal": error.what, "remedy": error.remedy}
            )
    return run


def _news(run: Run) -> list[int]:
    """Rows of facts recorded since the run before."""
    before = Run.objects.filter(state="done", pk__lt=run.pk).order_by("-id").values_list("known_at", flat=True).first()
    if before is None:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT row_id FROM exchange_fact WHERE recorded_at > %s AND recorded_at <= %s AND retracted_at IS NULL",
            [before, run.known_at],
        )
        return [row[0] for row in cursor.fetchall()]
