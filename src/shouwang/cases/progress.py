"""识别认定进度: how many cases stand where, days between the stamps, the slow step without publicity, medians of two periods."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection
from django.db.models import Count

from shouwang.cases.models import Case, Clue
from shouwang.cases.procedure import ELIMINATE, HELP, IDENTIFY, State, procedure
from shouwang.cases.replay import PUBLICITY, STAMPS
from shouwang.cases.words import KINDS
from shouwang.registry.queries import my_range

# Days between one stamp and the stamp before it (the first counts from the clock's start), by action.
DAYS_BY_STEP = """
WITH stamps AS (
    SELECT s.case_id, s.action, s.happened_on, coalesce(lag(s.happened_on) OVER w, c.clock_start) AS before
    FROM cases_step s JOIN cases_case c ON c.id = s.case_id
    WHERE s.action = ANY (%(stamps)s) AND s.area_code >= %(lo)s AND s.area_code < %(hi)s AND s.happened_on >= %(since)s AND s.happened_on <= %(until)s
    WINDOW w AS (PARTITION BY s.case_id ORDER BY s.happened_on, s.id))
SELECT action, count(*), avg(happened_on - before), percentile_cont(0.5) WITHIN GROUP (ORDER BY happened_on - before), max(happened_on - before)
FROM stamps GROUP BY action
"""
MEDIAN = """
SELECT count(*), percentile_cont(0.5) WITHIN GROUP (ORDER BY decided_on - clock_start) FROM cases_case
WHERE decided_on IS NOT NULL AND decided_on >= %s AND decided_on <= %s AND area_code >= %s AND area_code < %s
"""


@dataclass(frozen=True)
class StepDays:
    """A step of identification: how many took it, mean, median and longest days since the stamp before."""

    action: str
    title: str
    count: int
    mean: Decimal
    median: float
    longest: int
    is_publicity: bool


def days_by_step(area: str, since: date, until: date) -> list[StepDays]:
    """By step, in the order of the table."""
    lo, hi = my_range(area)
    params = {"stamps": list(STAMPS), "lo": lo, "hi": hi, "since": since, "until": until}
    with connection.cursor() as cursor:
        cursor.execute(DAYS_BY_STEP, params)
        found = {row[0]: row for row in cursor.fetchall()}
    table = procedure().actions
    return [
        StepDays(a, table[a].title, found[a][1], found[a][2], found[a][3], found[a][4], a in PUBLICITY)
        for a in STAMPS
        if a in found
    ]


def slow_step(steps: Sequence[StepDays]) -> StepDays | None:
    """The step with the highest mean, publicity left out: its days are required."""
    without = [s for s in steps if not s.is_publicity]
    return max(without, key=lambda s: s.mean) if without else None


@dataclass(frozen=True)
class Holder:
    """Who holds how many cases: a state, the number in it, and how many of them are over their limit."""

    state: State
    count: int
    late: int


def holders(area: str, today: date) -> list[Holder]:
    """Cases by state, with the overdue ones."""
    lo, hi = my_range(area)
    cases = Case.objects.filter(area_code__gte=lo, area_code__lt=hi)
    counts = dict(cases.values_list("state").annotate(n=Count("id")))
    late = dict(cases.filter(decided_on__isnull=True, due_on__lt=today).values_list("state").annotate(n=Count("id")))
    shown = procedure().in_chain(IDENTIFY, HELP, ELIMINATE)
    return [Holder(procedure().states[s], counts.get(s, 0), late.get(s, 0)) for s in shown if counts.get(s)]


@dataclass(frozen=True)
class Funnel:
    """Clues → looked at → confirmed → decided → eliminated."""

    clues: int
    checked: int
    confirmed: int
    decided: int
    eliminated: int


def funnel(area: str) -> Funnel:
    """All that is in the books of an area."""
    lo, hi = my_range(area)
    clues = Clue.objects.filter(area_code__gte=lo, area_code__lt=hi)
    cases = Case.objects.filter(area_code__gte=lo, area_code__lt=hi)
    return Funnel(
        clues.count(), clues.filter(state="done").count(), clues.filter(result="confirmed").count(), cases.filter(decided_on__isnull=False).count(),
        cases.filter(eliminated_on__isnull=False).count(),
    )  # fmt: skip


@dataclass(frozen=True)
class Compared:
    """Median days from receipt to decision in two periods. `shortened`: true, false, or None where a period has no case."""

    before: float | None
    now: float | None
    shortened: bool | None


def median_days(area: str, since: date, until: date) -> float | None:
    """The median determination days of cases decided in a period."""
    lo, hi = my_range(area)
    with connection.cursor() as cursor:
        cursor.execute(MEDIAN, [since, until, lo, hi])
        return cursor.fetchone()[1]


def compared(area: str, before: tuple[date, date], now: tuple[date, date]) -> Compared:
    """Whether determination became shorter."""
    first, second = median_days(area, *before), median_days(area, *now)
    return Compared(first, second, None if first is None or second is None else second < first)


@dataclass(frozen=True)
class Eliminated:
    """风险消除率 with its two bases shown apart: households and persons ever identified, and of them eliminated."""

    households: int
    households_gone: int
    persons: int
    persons_gone: int


def eliminated(area: str) -> Eliminated:
    """Ever identified (status spells of the register, our own cases among them), and now without such a status."""
    lo, hi = my_range(area)
    with connection.cursor() as cursor:
        cursor.execute(ELIMINATED, {"lo": lo, "hi": hi, "kinds": list(KINDS)})
        return Eliminated(*cursor.fetchone())


# Ever identified: a status of the register (our own decisions among them), or a yearly sheet of the national system that says so.
ELIMINATED = """
WITH ever AS (
    SELECT household_id, bool_and(gone) AS gone FROM (
        SELECT s.household_id, s.until IS NOT NULL AS gone FROM registry_status_spell s
        WHERE s.retracted_at IS NULL AND s.kind = ANY (%(kinds)s) AND s.area_code >= %(lo)s AND s.area_code < %(hi)s
        UNION ALL SELECT y.household_id, true FROM registry_year_sheet y WHERE y.person_id IS NULL AND y.retracted_at IS NULL
            AND y.data->>'risk_gone' = 'true' AND y.area_code >= %(lo)s AND y.area_code < %(hi)s) x GROUP BY household_id)
SELECT count(*), count(*) FILTER (WHERE e.gone), coalesce(sum(h.persons), 0), coalesce(sum(h.persons) FILTER (WHERE e.gone), 0)
FROM ever e JOIN registry_household h ON h.id = e.household_id
"""
