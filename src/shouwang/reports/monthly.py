"""防返贫监测月报: opening + new + rolled back − eliminated − gone = closing, households and persons; by risk; clues by source; what is open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection

from shouwang.assistance.board import without_help
from shouwang.cases.models import Case
from shouwang.cases.papers import place_of
from shouwang.cases.words import CATEGORIES, KINDS, RESULT_TITLES, SOURCES
from shouwang.documents.printed import Printed, Section
from shouwang.registry.queries import my_range

SPELLS = """
WITH spells AS (
    SELECT s.kind, s.since, s.until, s.source, s.household_id, coalesce(h.persons, 0) AS persons,
        CASE WHEN c.eliminated_on = s.until THEN c.elimination WHEN c.ended_on = s.until THEN 'gone' ELSE 'other' END AS how
    FROM registry_status_spell s JOIN registry_household h ON h.id = s.household_id
    LEFT JOIN LATERAL (SELECT eliminated_on, ended_on, elimination FROM cases_case c WHERE c.household_id = s.household_id
        AND (c.eliminated_on = s.until OR c.ended_on = s.until) LIMIT 1) c ON true
    WHERE s.retracted_at IS NULL AND s.kind = ANY (%(kinds)s) AND s.area_code >= %(lo)s AND s.area_code < %(hi)s)
SELECT kind, part, count(*), sum(persons) FROM (
    SELECT kind, persons, 'opening' AS part FROM spells WHERE coalesce(since, '-infinity') < %(first)s AND (until IS NULL OR until >= %(first)s)
    UNION ALL SELECT kind, persons, CASE WHEN source = '风险消除回退' THEN 'back' ELSE 'new' END FROM spells WHERE since >= %(first)s AND since <= %(last)s
    UNION ALL SELECT kind, persons, CASE how WHEN 'helped' THEN 'helped' WHEN 'natural' THEN 'natural' WHEN 'gone' THEN 'gone' ELSE 'other' END
        FROM spells WHERE until >= %(first)s AND until <= %(last)s
    UNION ALL SELECT kind, persons, 'closing' FROM spells WHERE coalesce(since, '-infinity') <= %(last)s AND (until IS NULL OR until > %(last)s)) x
GROUP BY kind, part
"""
PARTS = {
    "opening": "上月在册",
    "new": "新增",
    "back": "回退",
    "helped": "帮扶消除",
    "natural": "自然消除",
    "gone": "自然减少",
    "other": "其他减少（登记导入）",
    "closing": "期末在册",
}
GAIN, LOSS = ("opening", "new", "back"), ("helped", "natural", "gone", "other")
CLUES = """SELECT source, result, count(*), count(*) FILTER (WHERE case_id IN (SELECT id FROM cases_case WHERE decided_on IS NOT NULL)) FROM cases_clue
WHERE received_on >= %(first)s AND received_on <= %(last)s AND area_code >= %(lo)s AND area_code < %(hi)s GROUP BY source, result ORDER BY source, result"""


# Households in monitoring at the end of the month by risk: as our own case says, else as the newest yearly sheet does.
BY_RISK = """
WITH watched AS (
    SELECT DISTINCT household_id FROM registry_status_spell WHERE kind = ANY (%(kinds)s) AND retracted_at IS NULL AND area_code >= %(lo)s
    AND area_code < %(hi)s AND coalesce(since, '-infinity') <= %(last)s AND (until IS NULL OR until > %(last)s)),
own AS (SELECT household_id, unnest(risks) AS risk FROM cases_case WHERE decided_on IS NOT NULL AND state NOT IN ('eliminated', 'ended')),
sheet AS (
    SELECT DISTINCT ON (household_id) household_id, data FROM registry_year_sheet WHERE person_id IS NULL AND retracted_at IS NULL
    AND area_code >= %(lo)s AND area_code < %(hi)s ORDER BY household_id, year DESC)
SELECT risk, count(DISTINCT household_id) FROM (
    SELECT household_id, risk FROM own JOIN watched USING (household_id)
    UNION ALL SELECT s.household_id, r.risk FROM sheet s JOIN watched USING (household_id), unnest(ARRAY[s.data->>'risk1', s.data->>'risk2', s.data->>'risk3',
        s.data->>'risk4', s.data->>'risk5']) AS r(risk) WHERE r.risk <> '' AND NOT EXISTS (SELECT 1 FROM own WHERE own.household_id = s.household_id)) x
GROUP BY risk ORDER BY 2 DESC, 1
"""


@dataclass(frozen=True)
class Month:
    """Counts of a month: (kind, part) → (households, persons); by risk; clues (source, result, number, taken in); open matters."""

    first: date
    last: date
    counts: dict[tuple[str, str], tuple[int, int]]
    by_risk: list[tuple[str, int]]
    clues: list[tuple[str, str, int, int]]
    green: int
    without_measure: int
    without_responsible: int
    late: int

    def total(self, part: str) -> tuple[int, int]:
        """Households and persons of a part, over all kinds."""
        found = [v for (_k, p), v in self.counts.items() if p == part]
        return sum(v[0] for v in found), sum(v[1] for v in found)

    @property
    def adds_up(self) -> bool:
        """Whether opening and changes give the closing number, kind by kind."""
        return all(
            self._of(kind, n, GAIN) - self._of(kind, n, LOSS) == self._of(kind, n, ("closing",))
            for kind in {k for k, _p in self.counts}
            for n in (0, 1)
        )

    def _of(self, kind: str, n: int, parts: Sequence[str]) -> int:
        """Households (0) or persons (1) of a kind in some parts."""
        return sum(self.counts[(kind, p)][n] for p in parts if (kind, p) in self.counts)


def month(area: str, first: date, last: date) -> Month:
    """The month of an area, from the register's statuses and the cases."""
    lo, hi = my_range(area)
    params = {"first": first, "last": last, "lo": lo, "hi": hi, "kinds": list(KINDS)}
    with connection.cursor() as cursor:
        cursor.execute(SPELLS, params)
        counts = {(k, p): (int(n), int(people or 0)) for k, p, n, people in cursor.fetchall()}
        cursor.execute(CLUES, params)
        clues = cursor.fetchall()
        cursor.execute(BY_RISK, params)
        by_risk = cursor.fetchall()
    inside = Case.objects.filter(area_code__gte=lo, area_code__lt=hi)
    none, nobody = without_help(area)
    green = inside.filter(green_on__gte=first, green_on__lte=last).count()
    late = inside.filter(decided_on__isnull=True, due_on__lt=last).exclude(state__in=("not_included", "ended")).count()
    return Month(first, last, counts, by_risk, clues, green, none, nobody, late)


Table = tuple[str, tuple[str, ...], Sequence[tuple[str, ...]]]


def tables(found: Month) -> list[Table]:
    """The report's tables: (title, header, rows)."""
    kinds = [k for k in CATEGORIES if any(key[0] == k for key in found.counts)]
    zero = (0, 0)
    main = [
        (
            PARTS[p],
            *(f"{found.counts.get((k, p), zero)[0]} / {found.counts.get((k, p), zero)[1]}" for k in kinds),
            f"{found.total(p)[0]} / {found.total(p)[1]}",
        )
        for p in PARTS
    ]
    clues = [
        (str(SOURCES.get(s, s)), RESULT_TITLES.get(r, "没有结论"), str(n), str(taken)) for s, r, n, taken in found.clues
    ]
    open_now = [
        ("绿色通道", str(found.green)),
        ("没有措施", str(found.without_measure)),
        ("没有责任人", str(found.without_responsible)),
        ("超期未认定", str(found.late)),
    ]
    return [
        ("监测对象增减（户 / 人）", ("项目", *(CATEGORIES[k] for k in kinds), "合计"), main),
        ("在册户按风险类型（一户可有几种）", ("风险", "户"), [(r, str(n)) for r, n in found.by_risk]),
        ("线索：来源、核查结论、纳入", ("来源", "核查结论", "条", "纳入"), clues),
        ("需要关注", ("项目", "户"), open_now),
    ]


def printed(area: str, found: Month) -> Printed:
    """The report as a document."""
    check = "上月在册＋新增＋回退−消除−减少＝期末在册" if found.adds_up else "增减与期末不符，请核对身份台账"
    sections = [Section(title, header=header, rows=rows) for title, header, rows in tables(found)]
    return Printed(
        f"{found.first:%Y年%-m月}防返贫监测月报",
        f"{place_of(area)}　{check}",
        sections,
        f"{found.first} 至 {found.last}",
        found.last,
    )
