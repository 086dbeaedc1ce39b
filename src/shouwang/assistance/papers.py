"""Papers of the help: 一户一策, 风险消除 附表 8/9/10, 走访记录."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from shouwang.assistance.actions import AFTER_TITLES, FLAGS
from shouwang.assistance.models import AfterFields, HelpVisit, Measure
from shouwang.assistance.standing import risks_seen, standing
from shouwang.cases.effects import ELIMINATIONS
from shouwang.cases.models import Case, Step
from shouwang.cases.papers import SIGN, items, members, place_of
from shouwang.cases.words import CATEGORIES, MANNER_TITLES
from shouwang.documents.printed import Printed, Section
from shouwang.engine.tables.words import MEASURES
from shouwang.kernel.money import yuan_text
from shouwang.registry.models import Household
from shouwang.registry.queries import shown_name


def _head(case: Case, home: Household) -> list[tuple[str, str]]:
    return [("户主", shown_name(home.head_name)), ("住址", place_of(home.area_code)), ("户编号", home.number), ("类别", CATEGORIES.get(case.category, "")),
            ("风险类型", "、".join(case.risks)), ("认定日期", str(case.decided_on or ""))]  # fmt: skip


def _measures(measures: list[Measure]) -> Section:
    rows = [
        (m.risk, MEASURES.get(m.column, m.column), m.value, m.provider, str(m.planned_on), str(m.started_on or ""), str(m.delivered_on or ""),
         yuan_text(m.amount) if m.amount is not None else "", m.effect)
        for m in measures
    ]  # fmt: skip
    return Section(
        "帮扶措施", header=("风险", "类别", "措施", "实施单位", "计划", "开始", "落实", "金额（元）", "成效"), rows=rows
    )


def _printed(title: str, home: Household, sections: list[Section], today: date, *, wide: bool = False) -> Printed:
    return Printed(
        title,
        f"{place_of(home.area_code)} · 户主 {shown_name(home.head_name)}",
        sections,
        f"{home.number} · {today}",
        today,
        wide,
    )


def plan(case: Case, home: Household, today: date) -> Printed:
    """一户一策帮扶计划."""
    now = standing(case, today)
    who = now.responsible
    fields = [*_head(case, home), ("帮扶责任人", f"{who.name} {who.unit}" if who else ""), ("目标", now.plan.goal if now.plan else ""),
              ("还缺什么", "；".join(now.gaps)), ("成效", now.plan.effect if now.plan else "")]  # fmt: skip
    return _printed(
        "监测对象一户一策帮扶计划",
        home,
        [
            Section("基本情况", fields=fields),
            _measures(now.measures),
            Section("签字", fields=[("户主", SIGN), ("帮扶责任人", SIGN)]),
        ],
        today,
        wide=True,
    )


def sheet_8(case: Case, home: Household, today: date) -> Printed:
    """附表8 风险消除信息采集表: the thirteen fields."""
    found = AfterFields.objects.filter(case_id=case.pk).order_by("-pk").first()
    rows = []
    for key, title in AFTER_TITLES.items():
        value = found.data.get(key) if found else None
        rows.append(
            (title, "" if value is None else ("是" if value else "否") if key in FLAGS else f"{yuan_text(value)} 元")
        )
    sections = [
        Section("基本情况", fields=_head(case, home)),
        members(home),
        Section("风险消除后", fields=rows),
        items(home, today),
        Section("签字", fields=[("调查人（2人）", SIGN), ("户主", SIGN)]),
    ]
    return _printed("附表8　风险消除信息采集表", home, sections, today)


def sheet_9(case: Case, home: Household, today: date) -> Printed:
    """附表9 帮扶措施落实情况表."""
    return _printed(
        "附表9　帮扶措施落实情况表",
        home,
        [
            Section("基本情况", fields=_head(case, home)),
            _measures(standing(case, today).measures),
            Section("签字", fields=[("调查人", SIGN), ("户主", SIGN)]),
        ],
        today,
        wide=True,
    )


def sheet_10(case: Case, home: Household, today: date) -> Printed:
    """附表10 风险消除评估表: each risk with its evidence."""
    seen = risks_seen(case, today)
    rows = [
        (
            r,
            "已消除" if r in seen and seen[r].gone else "未消除",
            str(seen[r].seen_on) if r in seen else "",
            seen[r].evidence if r in seen else "",
        )
        for r in case.risks
    ]
    fields = [*_head(case, home), ("消除方式", ELIMINATIONS.get(case.elimination, ""))]
    sections = [
        Section("基本情况", fields=fields),
        Section("逐项评估", header=("风险", "结论", "日期", "依据"), rows=rows),
        Section("签字", fields=[("调查人（2人）", SIGN), ("户主", SIGN)]),
    ]
    return _printed("附表10　风险消除评估表", home, sections, today)


def visits(case: Case, home: Household, today: date) -> Printed:
    """走访记录."""
    found = HelpVisit.objects.filter(household_id=home.pk).order_by("-visited_on", "-pk")[:60]
    follow = Step.objects.filter(case_id=case.pk, action="follow_up").order_by("-pk")
    rows = [(str(v.visited_on), v.visitors, MANNER_TITLES.get(v.manner, v.manner), v.note) for v in found]
    rows += [(str(s.happened_on), "、".join(s.people), "消除后跟踪", s.note) for s in follow]
    return _printed(
        "帮扶走访记录",
        home,
        [
            Section("走访", header=("日期", "走访人", "方式", "记录"), rows=rows),
            Section("签字", fields=[("户主", SIGN)]),
        ],
        today,
    )


FORMS: dict[str, tuple[str, Callable[[Case, Household, date], Printed]]] = {
    "plan": ("一户一策", plan), "sheet8": ("附表8 信息采集表", sheet_8), "sheet9": ("附表9 措施落实表", sheet_9), "sheet10": ("附表10 评估表", sheet_10),
    "visits": ("走访记录", visits),
}  # fmt: skip
