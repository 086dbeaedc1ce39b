"""Reads of incomes: a household's statements and why they changed; signs of untrue figures; error rates of rechecks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.db.models import Count, Q, QuerySet

from shouwang.cases.limits import limit, number
from shouwang.income import truth
from shouwang.income.explain import Bar, waterfall
from shouwang.income.frames import SHEET_KEYS
from shouwang.income.kinds import CONCEPTS, COST, INCOME
from shouwang.income.models import Average, Item, Recheck, Statement
from shouwang.income.statements import MONTHS, same_basis
from shouwang.income.targets import Reached, city_target, county_target
from shouwang.registry.models import Household
from shouwang.registry.queries import my_range, newest_sheet

KINDS_OF_SHEET = dict(zip(SHEET_KEYS, (*INCOME, COST, "self_paid", "claims"), strict=True))


def statement_of(household_id: int, year: int, *, forecast: bool = False) -> Statement | None:
    """The current statement of a year."""
    return Statement.objects.filter(
        household_id=household_id, year=year, is_forecast=forecast, replaced_at__isnull=True
    ).first()


def amounts_of(household_id: int, year: int) -> dict[tuple[str, str], int] | None:
    """(kind, item) → fen of a closed year: the statement's items, else the yearly sheet's parts; None where nothing is known."""
    statement = statement_of(household_id, year)
    if statement is not None:
        found: dict[tuple[str, str], int] = {}
        for item in Item.objects.filter(statement_id=statement.pk):
            key = (item.kind, item.item)
            found[key] = found.get(key, 0) + item.amount
        return found
    sheet = newest_sheet(household_id, year)
    if sheet is None or any(sheet.data.get(k) is None for k in SHEET_KEYS[:5]):
        return None
    return {(KINDS_OF_SHEET[k], "登记"): int(sheet.data[k]) for k in SHEET_KEYS if sheet.data.get(k) is not None}


def waterfall_of(household_id: int, year: int) -> list[Bar]:
    """From the year before to this year; empty where one is not known."""
    first, second = statement_of(household_id, year - 1), statement_of(household_id, year)
    if first is not None and second is not None:
        same_basis(first.__dict__, second.__dict__)
    before, now = amounts_of(household_id, year - 1), amounts_of(household_id, year)
    return waterfall(before, now) if before is not None and now is not None else []


def known_lines(household: Household, year: int) -> list[tuple[str, str, int, str]]:
    """What need not be typed again: (kind, item, fen, where from) out of the yearly sheet."""
    amounts = amounts_of(household.pk, year)
    if amounts is None or statement_of(household.pk, year) is not None:
        return []
    defaults = {
        "wage": "务工工资",
        "business": "其他经营",
        "property": "其他财产",
        "transfer": "其他转移",
        "cost": "生产成本",
        "self_paid": "医疗自付",
        "claims": "其他理赔",
    }
    return [(kind, defaults[kind], amount, f"{year}年登记") for (kind, _), amount in amounts.items() if amount]


@dataclass(frozen=True)
class Quality:
    """Statements, corrections, and signs: copied values, just above the line, visitors unlike the others."""

    statements: int
    corrections: int
    unsigned: int
    copied: list[tuple[str, Fraction, list[int]]]
    above: int
    below: int
    visitors: list[tuple[str, str, float, float]]
    outliers: list[int]
    wages: list[int]


def quality(area: str, year: int, today: date) -> Quality:
    """The quality report of a year's statements."""
    lo, hi = my_range(area)
    county = (area or lo)[:6]
    every = Statement.objects.filter(year=year, is_forecast=False, area_code__gte=lo, area_code__lt=hi)
    current = every.filter(replaced_at__isnull=True)
    columns = ("household_id", "area_code", "visitors", "persons", *INCOME, COST)
    figures = [truth.Stated(r[0], r[1], r[2], sum(r[4:8]) - r[8], r[3]) for r in current.values_list(*columns) if r[3]]
    least, within = number(county, "copied_least", today), number(county, "just_above_pct", today)
    deviations, low = number(county, "visitor_deviations", today), limit(county, "lifted_watch", today).days
    fewest = number(county, "visitor_households_least", today)
    copied = truth.copied(figures, least) if least else {}
    above, below = truth.just_above(figures, low, within) if low and within is not None else (0, 0)
    effect = truth.visitor_effect(figures, deviations, fewest) if deviations and fewest else []
    times = number(county, "income_outlier_times", today)
    far = truth.outliers(figures, times) if times else []
    return Quality(
        current.count(), every.filter(version__gt=1).count(), current.filter(signed_on__isnull=True).count(),
        [(code, amount, homes) for (code, amount), homes in copied.items()], above, below, effect, far, _odd_wages(current, county, today))  # fmt: skip


def _odd_wages(current: QuerySet[Statement], county: str, today: date) -> list[int]:
    """Households with a wage of a year that is below one month's least or above twelve times the most."""
    least, most = limit(county, "monthly_wage_least", today).days, limit(county, "monthly_wage_most", today).days
    wages = Item.objects.filter(statement_id__in=current.values("pk"), kind="wage", amount__gt=0)
    odd = Q(pk__in=[])
    if least is not None:
        odd |= Q(amount__lt=least)
    if most is not None:
        odd |= Q(amount__gt=most * MONTHS)
    return sorted(set(wages.filter(odd).values_list("household_id", flat=True)))


def error_rates(area: str, by: str) -> dict[str, tuple[int, int]]:
    """Wrong and checked by `area_code` or `visitors`."""
    lo, hi = my_range(area)
    found = Recheck.objects.filter(area_code__gte=lo, area_code__lt=hi).values_list(by)
    return {key: (wrong, n) for key, n, wrong in found.annotate(n=Count("id"), wrong=Count("id", filter=Q(wrong=True)))}


def targets_of(area: str, year: int) -> list[tuple[str, Reached]]:
    """The growth target by concept (人均纯收入, 人均可支配收入): averages of different concepts are never mixed."""
    found = []
    for concept, title in CONCEPTS.items():
        known = Average.objects.filter(concept=concept)
        averages = {(a.area_code, a.year): a.per_head for a in known}
        reached = target_of(averages, area, year)
        if reached is not None:
            found.append((title, reached))
    return found


def target_of(averages: dict[tuple[str, int], int], area: str, year: int) -> Reached | None:
    """The growth target of a county (by its city's growth) or a city, from per-head averages in fen; None where one is missing."""
    here = {y: averages.get((area, y)) for y in (year - 2, year - 1, year)}
    if len(area) == len("2305"):
        if any(here[y] is None for y in here):
            return None
        return city_target(*(Fraction(here[y] or 0) for y in (year - 2, year - 1, year)))
    city = {y: averages.get((area[:4], y)) for y in (year - 2, year - 1)}
    if None in (here[year - 1], here[year], city[year - 2], city[year - 1]):
        return None
    bar = Fraction(city[year - 1] or 0, city[year - 2] or 1) - 1
    return county_target(Fraction(here[year - 1] or 0), Fraction(here[year] or 0), bar)
