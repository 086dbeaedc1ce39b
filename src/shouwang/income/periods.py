"""Who owes which period: villages and townships monthly, the county monthly and each quarter; what is missing, due, done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from shouwang.cases.limits import number
from shouwang.income.kinds import COST, INCOME
from shouwang.income.models import Summary
from shouwang.kernel.areas import CODE_LENGTH, COUNTY_DIGITS, TOWN_DIGITS
from shouwang.registry.queries import my_range

LEVELS = {"village": "村级核查", "township": "乡镇梳理", "county": "县级调度", "quarter": "县级季度报告"}
LEVEL_OF = {CODE_LENGTH: "village", TOWN_DIGITS: "township", COUNTY_DIGITS: "county"}
DAY_OF = {
    "village": "income_village_day",
    "township": "income_township_day",
    "county": "income_county_day",
    "quarter": "income_county_day",
}
MONTHS, QUARTERS = 12, 4


@dataclass(frozen=True)
class Due:
    """A period of a level: its last day, and whether it is done, due or missing."""

    level: str
    period: str
    due: date
    state: str


def calendar(area: str, year: int, today: date) -> list[Due]:
    """The months of a village, township or county, and the quarters of a county; nothing for other areas."""
    level = LEVEL_OF.get(len(area), "")
    if not level:
        return []
    closed = Summary.objects.filter(area_code=area, period__startswith=str(year))
    done = set(closed.values_list("level", "period"))
    wanted = [(level, f"{year}-{m:02d}", m) for m in range(1, MONTHS + 1)]
    if level == "county":
        wanted += [("quarter", f"{year}-Q{q}", 3 * q) for q in range(1, QUARTERS + 1)]
    found = []
    for level, period, month in wanted:
        due = date(year, month, min(number(area, DAY_OF[level], today) or 28, 28))
        state = "done" if (level, period) in done else "missing" if due < today else "due"
        found.append(Due(level, period, due, state))
    return found


def missing(area: str, year: int, today: date) -> list[tuple[str, str]]:
    """What should have been closed and was not."""
    return [(d.level, d.period) for d in calendar(area, year, today) if d.state == "missing"]


def latest(area: str, level: str, period: str) -> list[Summary]:
    """The current version of every area below that closed a period."""
    lo, hi = my_range(area)
    found: dict[str, Summary] = {}
    for summary in Summary.objects.filter(level=level, period=period, area_code__gte=lo, area_code__lt=hi).order_by(
        "version"
    ):
        found[summary.area_code] = summary
    return [found[code] for code in sorted(found)]


def differences(township: Summary) -> dict[str, int]:
    """Township sum minus the sum of its villages, where they differ; nothing: they agree to the fen."""
    villages = latest(township.area_code, "village", township.period)
    keys = ("households", "persons", *INCOME, COST)
    gaps = {k: int(township.sums.get(k, 0)) - sum(int(v.sums.get(k, 0)) for v in villages) for k in keys}
    return {k: gap for k, gap in gaps.items() if gap}
