"""动态清零: unchecked clues, open problems of the seven items, late measures, village by village. Households still monitored are no shortcoming."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, QuerySet

from shouwang.assistance.models import Measure, Responsible
from shouwang.cases.field_models import Problem
from shouwang.cases.limits import number
from shouwang.cases.models import Case, Clue
from shouwang.cases.words import OPEN_CLUES
from shouwang.registry.queries import my_range

# Decided cases that have no started measure so many days after the decision.
LATE_MEASURES = """
SELECT c.area_code, count(*) FROM cases_case c WHERE c.state = 'monitored' AND c.decided_on < %(before)s AND c.area_code >= %(lo)s AND c.area_code < %(hi)s
AND NOT EXISTS (SELECT 1 FROM assistance_measure m WHERE m.case_id = c.id AND m.started_on IS NOT NULL AND m.cancelled_on IS NULL) GROUP BY c.area_code
"""
# First act after discovery (干预): the first step of the case, green-channel help, or the first measure that started.
EARLY = """
SELECT count(*), percentile_cont(0.5) WITHIN GROUP (ORDER BY first_act - start), percentile_cont(0.5) WITHIN GROUP (ORDER BY judged - start),
    percentile_cont(0.5) WITHIN GROUP (ORDER BY decided_on - start), percentile_cont(0.5) WITHIN GROUP (ORDER BY helped - start)
FROM (SELECT c.clock_start AS start, c.decided_on,
    (SELECT min(s.happened_on) FROM cases_step s WHERE s.case_id = c.id AND s.action = 'review') AS judged,
    (SELECT min(m.started_on) FROM assistance_measure m WHERE m.case_id = c.id) AS helped,
    least((SELECT min(s.happened_on) FROM cases_step s WHERE s.case_id = c.id AND s.action <> 'open'), c.green_on,
        (SELECT min(k.checked_on) FROM cases_clue k WHERE k.id = c.clue_id),
        (SELECT min(m.started_on) FROM assistance_measure m WHERE m.case_id = c.id)) AS first_act
    FROM cases_case c WHERE c.area_code >= %(lo)s AND c.area_code < %(hi)s AND c.clock_start >= %(since)s AND c.clock_start <= %(until)s) x
"""


@dataclass(frozen=True)
class Line:
    """One village: clues not concluded (and late), problems open (and late), cases without a started measure past their days."""

    area: str
    clues: int
    late_clues: int
    problems: int
    late_problems: int
    late_measures: int

    @property
    def is_red(self) -> bool:
        """Something is over its limit."""
        return bool(self.late_clues or self.late_problems or self.late_measures)

    @property
    def is_clear(self) -> bool:
        """清零: nothing is open."""
        return not (self.clues or self.problems or self.late_measures)


def board(area: str, on: date) -> list[Line]:
    """Villages with something open as of a day, red first. Closed things count as they stood on that day."""
    lo, hi = my_range(area)
    inside = {"area_code__gte": lo, "area_code__lt": hi}
    clues = Clue.objects.filter(**inside, received_on__lte=on)
    open_clues = clues.filter(state__in=OPEN_CLUES) | clues.filter(checked_on__gt=on)
    problems = Problem.objects.filter(**inside, opened_on__lte=on)
    open_problems = problems.filter(closed_on__isnull=True) | problems.filter(closed_on__gt=on)
    measures = _late_measures(lo, hi, area, on)
    found = [
        _by_area(q)
        for q in (open_clues, open_clues.filter(due_on__lt=on), open_problems, open_problems.filter(due_on__lt=on))
    ]
    areas = sorted({*measures, *(a for f in found for a in f)})
    clue, late_clue, problem, late_problem = found
    lines = [
        Line(a, clue.get(a, 0), late_clue.get(a, 0), problem.get(a, 0), late_problem.get(a, 0), measures.get(a, 0))
        for a in areas
    ]
    return sorted(lines, key=lambda line: (not line.is_red, line.area))


def _by_area(query: QuerySet[Any]) -> dict[str, int]:
    return dict(query.values_list("area_code").annotate(n=Count("id")))


def _late_measures(lo: str, hi: str, area: str, on: date) -> dict[str, int]:
    days = number((area or lo)[:6], "measure_days", on)
    if days is None:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(LATE_MEASURES, {"lo": lo, "hi": hi, "before": on - timedelta(days=days)})
        return dict(cursor.fetchall())


def by_cause(area: str) -> list[tuple[str, int]]:
    """Open problems by cause: the bottom-line gauge."""
    lo, hi = my_range(area)
    found = Problem.objects.filter(closed_on__isnull=True, area_code__gte=lo, area_code__lt=hi).values_list("cause")
    return [(cause or "其他", n) for cause, n in found.annotate(n=Count("id")).order_by("-n")]


@dataclass(frozen=True)
class Early:
    """早发现 早研判 早审定 早帮扶 and (from the same stamps) 早干预: median days from the earliest receipt."""

    cases: int
    intervened: float | None
    judged: float | None
    decided: float | None
    helped: float | None


def early(area: str, since: date, until: date) -> Early:
    """The early figures of cases whose clock began in a period. 干预 is the first act after discovery, whatever it was."""
    lo, hi = my_range(area)
    with connection.cursor() as cursor:
        cursor.execute(EARLY, {"lo": lo, "hi": hi, "since": since, "until": until})
        return Early(*cursor.fetchone())


def without_help(area: str) -> tuple[int, int]:
    """Monitored cases without a measure, and without a responsible person."""
    lo, hi = my_range(area)
    monitored = Case.objects.filter(area_code__gte=lo, area_code__lt=hi, state="monitored")
    helped = Measure.objects.filter(cancelled_on__isnull=True).values("case_id")
    named = Responsible.objects.filter(until__isnull=True).values("household_id")
    return monitored.exclude(pk__in=helped).count(), monitored.exclude(household_id__in=named).count()
