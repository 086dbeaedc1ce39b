"""Who owes which period: villages and townships monthly, the county monthly and each quarter; what is missing, due, done; whether sums agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Max, Min
from django.utils.timezone import localdate

from shouwang.cases.limits import number
from shouwang.income.kinds import COST, INCOME, TITLES
from shouwang.income.models import Summary
from shouwang.kernel.areas import CODE_LENGTH, COUNTY_DIGITS, TOWN_DIGITS
from shouwang.registry.models import Household, Membership
from shouwang.registry.queries import my_range

LEVELS = {"village": "村级核查", "township": "乡镇梳理", "county": "县级调度", "quarter": "县级季度报告"}
LEVEL_OF = {CODE_LENGTH: "village", TOWN_DIGITS: "township", COUNTY_DIGITS: "county"}
UNDER = {"county": ("township", "village"), "township": ("village",)}  # the levels that a level looks after
DIGITS_OF = {"village": CODE_LENGTH, "township": TOWN_DIGITS, "county": COUNTY_DIGITS, "quarter": COUNTY_DIGITS}
# The figure with the last day of a level, and whether it lies in the period's own month or the next.
DAY_OF = {
    "village": ("income_village_day", 0),
    "township": ("income_township_day", 0),
    "county": ("income_county_day", 1),
    "quarter": ("income_quarter_day", 1),
}
MONTHS, QUARTERS = 12, 4
SUMMED = ("households", "persons", *INCOME, COST)
SUM_TITLES = {"households": "户数", "persons": "人数", **TITLES}


@dataclass(frozen=True)
class Due:
    """A period of a level: its last day, and whether it is done, due or missing."""

    level: str
    period: str
    due: date
    state: str


def month_of(period: str) -> int:
    """The last month of a period: 2026-03 → 3, 2026-Q1 → 3."""
    part = period.partition("-")[2]
    return 3 * int(part[1:]) if part.startswith("Q") else int(part)


def due_day(area: str, level: str, period: str, today: date) -> date:
    """The last day of a period of a level."""
    name, later = DAY_OF[level]
    year, month = int(period[:4]), month_of(period) + later
    day = min(number(area, name, today) or 28, 28)
    return date(year + (month > MONTHS), (month - 1) % MONTHS + 1, day)


def periods_of(level: str, year: int) -> list[str]:
    """The periods that a level owes in a year."""
    if level == "quarter":
        return [f"{year}-Q{q}" for q in range(1, QUARTERS + 1)]
    return [f"{year}-{m:02d}" for m in range(1, MONTHS + 1)]


def first_owed(area: str) -> tuple[int, int]:
    """The month (year, month) from which periods are owed: when the register came in, or the first one that anybody closed."""
    lo, hi = my_range(area)
    here = {"area_code__gte": lo, "area_code__lt": hi}
    came = Membership.objects.filter(**here).aggregate(first=Min("recorded_at"))["first"]
    closed = Summary.objects.filter(**here).exclude(level="quarter").aggregate(first=Min("period"))["first"]
    months = [(int(closed[:4]), int(closed[5:]))] if closed else []
    months += [(localdate(came).year, localdate(came).month)] if came else []
    return min(months, default=(9999, 1))


def calendar(area: str, year: int, today: date) -> list[Due]:
    """The months of a village, township or county, and the quarters of a county; nothing for other areas."""
    level = LEVEL_OF.get(len(area), "")
    if not level:
        return []
    closed = Summary.objects.filter(area_code=area, period__startswith=f"{year}-")
    done = set(closed.values_list("level", "period"))
    first = first_owed(area)
    found = []
    for each in (level, "quarter") if level == "county" else (level,):
        for period in periods_of(each, year):
            if (year, month_of(period)) < first:
                continue
            due = due_day(area, each, period, today)
            state = "done" if (each, period) in done else "missing" if due < today else "due"
            found.append(Due(each, period, due, state))
    return found


def missing(area: str, year: int, today: date) -> list[tuple[str, str]]:
    """What should have been closed and was not."""
    return [(d.level, d.period) for d in calendar(area, year, today) if d.state == "missing"]


@dataclass(frozen=True)
class Below:
    """A month of the areas of one level: how many closed it, and which did not."""

    period: str
    level: str
    due: date
    done: int
    areas: int
    missing: tuple[str, ...]
    is_over: bool


def owing(area: str, level: str) -> list[str]:
    """The areas of a level below that have households, and so owe its periods."""
    lo, hi = my_range(area)
    codes = (
        Household.objects.filter(area_code__gte=lo, area_code__lt=hi, dissolved_on__isnull=True)
        .values_list("area_code", flat=True)
        .distinct()
    )
    return sorted({code[: DIGITS_OF[level]] for code in codes if len(code) == CODE_LENGTH})


def below(area: str, level: str, year: int, today: date) -> list[Below]:
    """The months of a year until now, for the areas of a level below."""
    areas, lo_hi = owing(area, level), my_range(area)
    closed = Summary.objects.filter(
        level=level, period__startswith=f"{year}-", area_code__gte=lo_hi[0], area_code__lt=lo_hi[1]
    )
    done: dict[str, set[str]] = {}
    for code, period in closed.values_list("area_code", "period"):
        done.setdefault(period, set()).add(code)
    first = first_owed(area)
    found = []
    for period in periods_of(level, year):
        due = due_day(area or (areas[0] if areas else ""), level, period, today)
        if not first <= (year, month_of(period)) <= (today.year, today.month):
            continue
        have = done.get(period, set())
        found.append(
            Below(
                period,
                level,
                due,
                len(have & set(areas)),
                len(areas),
                tuple(a for a in areas if a not in have),
                due < today,
            )
        )
    return found


def newest(area: str, level: str, period: str) -> Summary | None:
    """The current version of an area's own summary."""
    return Summary.objects.filter(area_code=area, level=level, period=period).order_by("-version").first()


def latest(area: str, level: str, period: str) -> list[Summary]:
    """The current version of every area below that closed a period."""
    lo, hi = my_range(area)
    found = Summary.objects.filter(level=level, period=period, area_code__gte=lo, area_code__lt=hi)
    newest = found.values("area_code").annotate(newest=Max("pk")).values("newest")
    return list(Summary.objects.filter(pk__in=newest).order_by("area_code"))


def last_period(area: str, level: str) -> str:
    """The newest period that any area of a level below has closed."""
    lo, hi = my_range(area)
    found = Summary.objects.filter(level=level, area_code__gte=lo, area_code__lt=hi).aggregate(newest=Max("period"))
    return found["newest"] or ""


@dataclass(frozen=True)
class Gap:
    """A sum of a higher level that is not what lies below it: title, what it says, what they add up to; whole numbers or fen."""

    key: str
    title: str
    own: int
    parts: int

    @property
    def difference(self) -> int:
        """Own minus parts."""
        return self.own - self.parts


def differences(upper: Summary, parts: Sequence[Summary]) -> list[Gap]:
    """A sum against what lies below it, where they differ; nothing: they agree to the fen."""
    gaps = [Gap(k, SUM_TITLES[k], int(upper.sums.get(k, 0)), sum(int(p.sums.get(k, 0)) for p in parts)) for k in SUMMED]
    return [g for g in gaps if g.difference]


@dataclass(frozen=True)
class Agreement:
    """A township's summary of a period beside its villages': how many of them closed it, and where the sums differ."""

    summary: Summary
    closed: int
    gaps: list[Gap]


def agreements(area: str, period: str) -> list[Agreement]:
    """Every township below that closed a period, beside its villages."""
    villages = latest(area, "village", period)
    found = []
    for town in latest(area, "township", period):
        parts = [v for v in villages if v.area_code.startswith(town.area_code)]
        found.append(Agreement(town, len(parts), differences(town, parts)))
    return found


def changes(summary: Summary | None, before: Summary | None) -> list[tuple[str, str, int, int | None]]:
    """(key, title, sum, change since the period before) of the summed columns."""
    if summary is None:
        return []
    then: dict[str, Any] = before.sums if before else {}
    now = {k: int(summary.sums.get(k, 0)) for k in SUMMED}
    return [(k, SUM_TITLES[k], value, value - int(then[k]) if k in then else None) for k, value in now.items()]
