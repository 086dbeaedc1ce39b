"""Background work of clues and cases: taking up a screening, taking up a household's report, the day's reminders."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db.models import Count, QuerySet
from django.utils import timezone
from procrastinate.contrib.django import app

from shouwang.accounts.audit.write import record
from shouwang.accounts.territory import system_scope, territory
from shouwang.cases.clocks import refresh_due
from shouwang.cases.clues import NEW, escalate_unseen
from shouwang.cases.fusing import Screened, fuse
from shouwang.cases.models import Case, Report
from shouwang.cases.procedure import IDENTIFY, procedure
from shouwang.cases.reports import link
from shouwang.kernel.areas import COUNTY_DIGITS, TOWN_DIGITS
from shouwang.registry.models import Household
from shouwang.screening.application_book import book_for
from shouwang.screening.models import Run
from shouwang.screening.tasks import CLUES_TASK
from shouwang.worklist.actions import finish, open_task
from shouwang.worklist.clock import due_by, soon_days
from shouwang.worklist.models import Task


@app.task(name=CLUES_TASK, queue="screening")
def fuse_run(run_id: int) -> None:
    """Turn the signals of a finished screening into clues. May run twice: nothing is taken up twice."""
    with territory(system_scope("00")):
        run = Run.objects.get(pk=run_id)
    if run.state == "done":
        take_up(run, timezone.localdate(), timezone.now())


def take_up(run: Run, today: date, at: datetime) -> dict[str, int]:
    """Clues and evidence from a screening, in one transaction."""
    county = run.area_code[:COUNTY_DIGITS]
    with territory(system_scope(county)):
        screened = Screened(county, run.as_of, run.income_year or run.as_of.year)
        counts = fuse(screened, book_for(county), procedure().in_chain(IDENTIFY), today, at)
        record("fuse", "clue", run.pk, rows=counts["clues"], evidence=counts["evidence"], outside=counts["outside"])
        if counts["clues"]:
            waiting = counts["clues"] + counts["outside"]
            open_task(
                NEW,
                int(county),
                county,
                "clue.dispatch",
                "registry",
                "交办新线索",
                today,
                due_by("dispatch", today),
                waiting,
            )
    return counts


@app.task(name="cases.report", queue="platform")
def take_up_report(report_id: int) -> None:
    """A household's report: linked at once where its number is known, else a task of the township."""
    with territory(system_scope("00")):
        report = Report.objects.get(pk=report_id)
    today, now = timezone.localdate(), timezone.now()
    with territory(system_scope(report.area_code[:COUNTY_DIGITS])):
        open_task("report", report.pk, report.area_code, "report.answer", "registry", "答复自主申报", today, today, 1)
        home = Household.objects.filter(pk=report.household_id).first() if report.household_id else None
        if home is not None and report.clue_id is None:
            link(report, home, now, today, None)


def hour_of_clues(now: datetime, today: date) -> None:
    """Unseen clues rise to the township."""
    escalate_unseen(now, today)


def day_of_cases(today: date) -> None:
    """Due days anew; cases about to be late go to their township, late ones to the county."""
    refresh_due(today)
    undecided = Case.objects.filter(
        state__in=procedure().in_chain(IDENTIFY), decided_on__isnull=True, due_on__isnull=False
    )
    late = _by_town(undecided.filter(due_on__lt=today))
    soon = _by_town(undecided.filter(due_on__gte=today, due_on__lte=today + timedelta(days=soon_days())))
    for kind, towns in (("case", soon), ("late_case", late)):
        for task in Task.objects.filter(kind=kind, done_at__isnull=True):
            if str(task.object_id) not in towns:
                finish(kind, task.object_id, 0, None)
    for town, count in soon.items():
        open_task("case", int(town), town, "case.township", "registry", "个案快到时限，写明原因", today, today, count)
    for town, count in late.items():
        open_task(
            "late_case", int(town), town[:COUNTY_DIGITS], "case.county", "registry", "个案超过时限", today, today, count
        )


def _by_town(cases: QuerySet[Case]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for area, n in cases.values_list("area_code").annotate(n=Count("id")):
        counts[area[:TOWN_DIGITS]] = counts.get(area[:TOWN_DIGITS], 0) + n
    return counts
