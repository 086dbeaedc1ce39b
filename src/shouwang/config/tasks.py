"""Periodic work of the platform: stalled jobs start again, the audit is sealed, its head goes out, old files go."""

from __future__ import annotations

from django.conf import settings
from django.utils import timezone
from procrastinate import JobContext
from procrastinate.contrib.django import app

from shouwang.accounts.audit.seal import export_head, seal_now
from shouwang.accounts.secret_fields import keys
from shouwang.accounts.territory import system_scope, territory
from shouwang.cases.tasks import day_of_cases, hour_of_clues
from shouwang.documents.actions import remove_expired
from shouwang.exchange.actions import remove_old_uploads, remove_orphans
from shouwang.exchange.reminders import remind
from shouwang.income.tasks import day_of_income

STALLED_SECONDS = 60


@app.periodic(cron="* * * * *")
@app.task(name="platform.retry_stalled", queue="platform", pass_context=True)
async def retry_stalled(context: JobContext, timestamp: int) -> None:
    """A killed worker leaves its job running in the books: put it back."""
    stalled = await context.app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_SECONDS)
    for job in stalled:
        await context.app.job_manager.retry_job(job)


@app.periodic(cron="* * * * *")
@app.task(name="platform.seal", queue="platform")
def seal(timestamp: int) -> None:
    """Seal what has been recorded since the last minute."""
    seal_now(keys(), timezone.now())


@app.periodic(cron="0 1 * * *")
@app.task(name="platform.daily", queue="platform")
def daily(timestamp: int) -> None:
    """Reminders of the day; files whose time is over."""
    with territory(system_scope("00")):
        remind(timezone.localdate())
        day_of_cases(timezone.localdate())
        remove_expired(timezone.now())
        remove_old_uploads(timezone.now())
        remove_orphans(timezone.now())
    day_of_income(timezone.localdate())


@app.periodic(cron="5 * * * *")
@app.task(name="platform.hourly", queue="platform")
def hourly(timestamp: int) -> None:
    """Clues that nobody has taken note of go one level up; files of broken-off requests go."""
    with territory(system_scope("00")):
        hour_of_clues(timezone.now(), timezone.localdate())
        remove_orphans(timezone.now())


@app.periodic(cron="10 0 * * *")
@app.task(name="platform.head", queue="platform")
def head(timestamp: int) -> None:
    """The day's head of the audit, to be kept elsewhere."""
    export_head(settings.PLACE.heads, timezone.now())
