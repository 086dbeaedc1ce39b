"""How a case stands: gaps until help is in place, what is missing for an elimination, warnings that refuse nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection

from shouwang.assistance.matching import Given, gaps, hint, matches
from shouwang.assistance.models import AfterFields, HelpVisit, Measure, Plan, Responsible, RiskGone
from shouwang.cases.field_models import Problem
from shouwang.cases.limits import number
from shouwang.cases.models import Case
from shouwang.engine.tables.words import ABLE
from shouwang.kernel.dates import income_year
from shouwang.kernel.money import yuan_text
from shouwang.screening.application_book import book_for

NATURAL = "natural"
ABLE_PERSONS = """SELECT count(*) FROM registry_year_sheet s WHERE s.household_id = %s AND s.person_id IS NOT NULL AND s.retracted_at IS NULL
AND s.year = (SELECT max(year) FROM registry_year_sheet WHERE household_id = %s AND retracted_at IS NULL) AND s.data->>'skill' = ANY (%s)"""


@dataclass(frozen=True)
class Standing:
    """Everything the plan page and the guards ask about a case."""

    plan: Plan | None
    measures: list[Measure]
    responsible: Responsible | None
    gaps: list[str]
    hint: str
    visit_overdue: bool

    @property
    def in_place(self) -> bool:
        """帮扶到位: only when nothing is missing."""
        return not self.gaps


def standing(case: Case, on: date) -> Standing:
    """The help of a case as of a day."""
    plan = Plan.objects.filter(case_id=case.pk, made_on__lte=on).first()
    measures = measures_of(case, on)
    responsible = (
        Responsible.objects.filter(household_id=case.household_id, since__lte=on).order_by("-since", "-pk").first()
    )
    if responsible is not None and responsible.until is not None and responsible.until <= on:
        responsible = None
    given = [_given(m) for m in measures]
    able = plan is not None and plan.able and plan.willing
    missing = gaps(case.risks, given, responsible is not None, able, on)
    last = (
        HelpVisit.objects.filter(household_id=case.household_id, visited_on__lte=on)
        .order_by("-visited_on", "-pk")
        .first()
    )
    every = number(case.area_code, "visit_interval_days", on)
    since = last.visited_on if last else case.decided_on
    overdue = (
        every is not None and since is not None and case.state == "monitored" and since + timedelta(days=every) < on
    )
    return Standing(plan, measures, responsible, missing, hint(case.risks, given), overdue)


def measures_of(case: Case, on: date) -> list[Measure]:
    """Measures that were not cancelled by a day."""
    found = Measure.objects.filter(case_id=case.pk).order_by("pk")
    return [m for m in found if m.cancelled_on is None or m.cancelled_on > on]


def _given(measure: Measure) -> Given:
    return Given(measure.risk, measure.column, measure.value, measure.started_on)


def is_able(household_id: int) -> bool | None:
    """Whether a member can work, by the newest yearly sheets; None when no sheet tells."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM registry_year_sheet WHERE household_id = %s AND person_id IS NOT NULL AND retracted_at IS NULL",
            [household_id],
        )
        if not cursor.fetchone()[0]:
            return None
        cursor.execute(ABLE_PERSONS, [household_id, household_id, list(ABLE)])
        return bool(cursor.fetchone()[0])


def risks_seen(case: Case, on: date) -> dict[str, RiskGone]:
    """The latest look at each risk."""
    return {g.risk: g for g in RiskGone.objects.filter(case_id=case.pk, seen_on__lte=on).order_by("seen_on", "pk")}


def elimination_gaps(case: Case, on: date, kind: str) -> list[str]:
    """What refuses an elimination: a risk without evidence, without a started matching measure (unless 自然消除), an item not met, income."""
    seen, found = risks_seen(case, on), []
    given = [_given(m) for m in measures_of(case, on)]
    if not case.risks:
        found.append("没有写风险类型")
    for risk in case.risks:
        look = seen.get(risk)
        if look is None or not look.gone:
            found.append(f"风险“{risk}”没有已消除的依据")
        if kind != NATURAL and not any(matches(m, risk) and m.started_on and m.started_on <= on for m in given):
            found.append(f"风险“{risk}”没有已开始的对应措施")
    problems = Problem.objects.filter(household_id=case.household_id, kind="item", closed_on__isnull=True)
    found += [f"“{p.title}”还没有解决" for p in problems]
    return found + income_gap(case, on)


def income_gap(case: Case, on: date) -> list[str]:
    """The income entered anew lies below the line in force; without a line nothing is said."""
    after = AfterFields.objects.filter(case_id=case.pk, entered_on__lte=on).order_by("-pk").first()
    if after is None:
        return []
    line = (
        book_for(case.area_code)
        .applied("monitoring_line", area=case.area_code, as_of=on, income_year=income_year(on))
        .value
    )
    if line is None or isinstance(line, str) or after.data["net"] >= int(line) * after.data["persons"]:
        return []
    return [f"人均纯收入 {yuan_text(after.data['per_head'])} 元，低于监测范围 {yuan_text(int(line))} 元"]


def elimination_warnings(case: Case, on: date) -> list[str]:
    """What an elimination should be asked about; it refuses nothing."""
    months = number(case.area_code, "observation_months", on)
    if case.decided_on is None or months is None:
        return []
    over = (on.year - case.decided_on.year) * 12 + on.month - case.decided_on.month - (on.day < case.decided_on.day)
    return [f"认定 {over} 个月，不满 {months} 个月的观察期"] if over < months else []
