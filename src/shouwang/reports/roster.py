"""监测对象花名册 and 不予纳入台账: one line a household, for reading and printing; numbers masked."""

from __future__ import annotations

from datetime import date

from shouwang.assistance.models import Measure, Responsible
from shouwang.cases.models import Case, Step
from shouwang.cases.papers import place_of
from shouwang.cases.procedure import title_of
from shouwang.cases.words import CATEGORIES
from shouwang.documents.printed import Printed, Section
from shouwang.engine.tables.words import MEASURES
from shouwang.registry.models import Household
from shouwang.registry.queries import my_range, shown_name

MONITORED = (
    "序号",
    "乡镇",
    "村",
    "户主",
    "户编号",
    "人口",
    "类别",
    "风险类型",
    "收到线索",
    "认定",
    "录入",
    "状态",
    "措施",
    "责任人",
    "消除",
)
REFUSED = ("序号", "乡镇", "村", "户主", "户编号", "人口", "收到线索", "不予纳入", "哪一步", "理由", "告知")
MOST = 5000


def monitored_lines(area: str) -> list[tuple[str, ...]]:
    """Every household that was decided in an area, with its help."""
    lo, hi = my_range(area)
    cases = list(
        Case.objects.filter(decided_on__isnull=False, area_code__gte=lo, area_code__lt=hi).order_by("area_code", "pk")[
            :MOST
        ]
    )
    homes = Household.objects.in_bulk([c.household_id for c in cases])
    measures: dict[int, list[str]] = {}
    for m in Measure.objects.filter(case_id__in=[c.pk for c in cases], cancelled_on__isnull=True).order_by("pk"):
        measures.setdefault(m.case_id, []).append(
            f"{MEASURES.get(m.column, m.column)}·{m.value}{'' if m.started_on else '（未开始）'}"
        )
    people = dict(
        Responsible.objects.filter(household_id__in=list(homes), until__isnull=True).values_list("household_id", "name")
    )
    return [
        (str(n), h.town, h.village, shown_name(h.head_name), h.number, str(c.persons or ""), CATEGORIES.get(c.category, ""), "、".join(c.risks),
         str(c.clock_start), str(c.decided_on), str(c.entered_on or ""), title_of(c.state), "；".join(measures.get(c.pk, ())), people.get(h.pk, ""),
         str(c.eliminated_on or ""))
        for n, c in enumerate(cases, start=1) if (h := homes.get(c.household_id)) is not None
    ]  # fmt: skip


def refused_lines(area: str) -> list[tuple[str, ...]]:
    """Every household that was not taken in, with the step, the reason, and when it was told."""
    lo, hi = my_range(area)
    cases = list(
        Case.objects.filter(state="not_included", area_code__gte=lo, area_code__lt=hi).order_by("area_code", "pk")[
            :MOST
        ]
    )
    homes = Household.objects.in_bulk([c.household_id for c in cases])
    refused: dict[int, Step] = {}
    told: dict[int, date] = {}
    for step in Step.objects.filter(case_id__in=[c.pk for c in cases]).order_by("pk"):
        if step.action == "tell_refusal":
            told[step.case_id] = step.happened_on
        elif step.to_state == "not_included":
            refused[step.case_id] = step
    return [
        (str(n), h.town, h.village, shown_name(h.head_name), h.number, str(c.persons or ""), str(c.clock_start), str(c.state_since),
         title_of(refused[c.pk].from_state) if c.pk in refused else "", refused[c.pk].note if c.pk in refused else "", str(told.get(c.pk, "")))
        for n, c in enumerate(cases, start=1) if (h := homes.get(c.household_id)) is not None
    ]  # fmt: skip


ROSTERS = {
    "monitored": ("监测对象花名册", MONITORED, monitored_lines),
    "refused": ("不予纳入台账", REFUSED, refused_lines),
}


def printed(key: str, area: str, today: date) -> Printed:
    """A roster as a document."""
    title, header, lines = ROSTERS[key]
    rows = lines(area)
    return Printed(
        title,
        f"{place_of(area)}　{today}　共 {len(rows)} 户",
        [Section("名单", header=header, rows=rows)],
        str(today),
        today,
        wide=True,
    )
