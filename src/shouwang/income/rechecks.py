"""Asking again: a sample that anybody can draw again, and what the second pair found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection
from django.db.models import Count, Q
from django.utils.timezone import localdate

from shouwang.accounts.audit.write import record
from shouwang.accounts.models import Assignment
from shouwang.income.models import Recheck, Statement
from shouwang.kernel.errors import UserError, given_day, given_reason
from shouwang.registry.queries import my_range


def recheck(
    statement: Statement, checked_by: str, checked_on: date, wrong: bool, note: str, by: Assignment, at: datetime
) -> Recheck:
    """Another pair asked the household again."""
    if not checked_by.strip() or checked_by.strip() == statement.visitors.strip():
        raise UserError("复核人不能是原调查人", "由别的人复核")
    given_day(checked_on, localdate(at), "复核日期", "写复核的日期")
    made = Recheck.objects.create(
        area_code=statement.area_code, household_id=statement.household_id, statement_id=statement.pk, visitors=statement.visitors,
        checked_by=checked_by.strip()[:120], checked_on=checked_on, wrong=wrong, note=given_reason(note, "复核有误") if wrong else note[:200], recorded_at=at,
    )  # fmt: skip
    record("recheck", "household", statement.household_id, role=by.role, area=statement.area_code, wrong=wrong)
    return made


def error_rates(area: str, by: str, year: int) -> dict[str, tuple[int, int]]:
    """Wrong and checked of a year's statements, by `area_code` or `visitors`."""
    lo, hi = my_range(area)
    of_year = Statement.objects.filter(year=year, area_code__gte=lo, area_code__lt=hi).values("pk")
    found = Recheck.objects.filter(area_code__gte=lo, area_code__lt=hi, statement_id__in=of_year).values_list(by)
    return {key: (wrong, n) for key, n, wrong in found.annotate(n=Count("id"), wrong=Count("id", filter=Q(wrong=True)))}


@dataclass(frozen=True)
class Drawn:
    """A sampled household: its statement and whether it was asked again since."""

    household_id: int
    statement_id: int
    area: str
    visitors: str
    recheck: Recheck | None


SAMPLE = """SELECT household_id, id, area_code, visitors FROM (SELECT s.*, row_number() OVER (PARTITION BY area_code
    ORDER BY sha256(convert_to(%(seed)s || '·' || household_id, 'UTF8'))) AS place FROM income_statement s
    WHERE year = %(year)s AND NOT is_forecast AND replaced_at IS NULL AND window_kind <> 'trailing' AND area_code >= %(lo)s AND area_code < %(hi)s
    AND (NOT %(listed)s OR household_id IN (SELECT household_id FROM income_list_line l WHERE l.year = %(year)s AND l.left_on IS NULL
        AND l.area_code >= %(lo)s AND l.area_code < %(hi)s))) d
WHERE place <= %(each)s ORDER BY area_code, place"""


def sample(area: str, year: int, seed: str, each: int, listed: bool = False) -> list[Drawn]:
    """`each` households a village with a statement of the year, in the order of a hash of the seed and the household's id.

    The same for whoever draws it, and in no order that anybody chose. `listed`: only households on an income list.
    """
    lo, hi = my_range(area)
    with connection.cursor() as cursor:
        cursor.execute(SAMPLE, {"seed": seed, "year": year, "each": each, "listed": listed, "lo": lo, "hi": hi})
        chosen = cursor.fetchall()
    done = {r.statement_id: r for r in Recheck.objects.filter(statement_id__in=[c[1] for c in chosen]).order_by("pk")}
    return [Drawn(home, pk, code, visitors, done.get(pk)) for home, pk, code, visitors in chosen]
