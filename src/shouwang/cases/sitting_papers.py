"""The papers of a sitting, one for several households: minutes with list and votes, publicity, announcement, report, reply with roster."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from shouwang.cases.limits import PUBLICITY, add_days, limit
from shouwang.cases.models import Case, Sitting, Step
from shouwang.cases.papers import place_of
from shouwang.cases.procedure import ELIMINATE, procedure
from shouwang.cases.words import CATEGORIES
from shouwang.documents.printed import Printed, Section
from shouwang.regions.queries import name_of
from shouwang.registry.models import Household
from shouwang.registry.queries import shown_name

Row = tuple[Step, Case, Household]


def rows_of(sitting: Sitting) -> list[Row]:
    """The households of a sitting in order."""
    steps = list(Step.objects.filter(sitting_id=sitting.pk).order_by("area_code", "pk"))
    cases = {c.pk: c for c in Case.objects.filter(pk__in=[s.case_id for s in steps])}
    homes = Household.objects.in_bulk([s.household_id for s in steps])
    return [
        (s, cases[s.case_id], homes[s.household_id]) for s in steps if s.case_id in cases and s.household_id in homes
    ]


def _is_out(sitting: Sitting) -> bool:
    """Whether the sitting is about an elimination."""
    return procedure().states[procedure().actions[sitting.action].origins[0]].chain == ELIMINATE


def minutes(sitting: Sitting, today: date) -> Printed:
    """民主评议记录, with attendance and votes household by household."""
    lines = []
    for n, (step, case, home) in enumerate(rows_of(sitting), start=1):
        votes = step.data.get("votes", {})
        result = "不同意" if step.data.get("agreed") is False else "同意"
        lines.append((str(n), shown_name(home.head_name), str(home.persons or ""), CATEGORIES.get(case.category, ""), str(votes.get("yes", "")),
                      str(votes.get("no", "")), str(votes.get("abstain", "")), result, step.note))  # fmt: skip
    head = [
        ("时间", str(sitting.held_on)),
        ("地点", sitting.place),
        ("参加人数", str(len(sitting.people))),
        ("议题", "风险消除评议" if _is_out(sitting) else "监测对象识别评议"),
        ("记录", sitting.note),
    ]
    header = ("序号", "户主", "人口", "类别", "同意", "不同意", "弃权", "结果", "说明")
    roll = [(str(n), who, "") for n, who in enumerate(sitting.people, start=1)]
    sections = [
        Section("会议", fields=head),
        Section("逐户评议", header=header, rows=lines),
        Section("签到册", header=("序号", "姓名", "签字"), rows=roll),
    ]
    return Printed("民主评议会议记录", place_of(sitting.area_code), sections, f"{sitting.held_on}", today)


def public_lines(sitting: Sitting) -> list[tuple[str, ...]]:
    """What may hang on a wall: no number, telephone, account, illness or disability; so no reasons at all."""
    return [
        (str(n), shown_name(home.head_name), name_of(home.area_code), str(home.persons or ""), CATEGORIES.get(case.category, ""))
        for n, (step, case, home) in enumerate(rows_of(sitting), start=1) if step.data.get("agreed") is not False
    ]  # fmt: skip


def publicity(sitting: Sitting, today: date) -> Printed:
    """公示, as it will hang."""
    rule = limit(sitting.area_code, PUBLICITY, sitting.held_on)
    last = add_days(sitting.held_on, rule.days, rule.counting) if rule.days is not None else None
    what = "拟消除风险的监测对象" if _is_out(sitting) else "拟纳入的监测对象"
    days = f"公示期 {sitting.held_on} 至 {last}（{rule.days} 天）" if last else f"公示期自 {sitting.held_on} 起"
    ask = [("有不同意见", "请在公示期内向村委会、乡镇反映，或拨打 12345；反映人信息保密"), ("公示期", days)]
    sections = [
        Section(what, header=("序号", "户主姓名", "村", "人口", "类别"), rows=public_lines(sitting)),
        Section("说明", fields=ask),
    ]
    return Printed(
        "公　示", place_of(sitting.area_code), sections, f"{name_of(sitting.area_code)}　{sitting.held_on}", today
    )


def announcement(sitting: Sitting, today: date) -> Printed:
    """公告, in the township's name."""
    what = "已消除风险的监测对象" if _is_out(sitting) else "认定的监测对象"
    section = Section(what, header=("序号", "户主姓名", "村", "人口", "类别"), rows=public_lines(sitting))
    return Printed(
        "公　告",
        place_of(sitting.area_code),
        [section],
        f"{name_of(sitting.area_code[:9])}人民政府　{sitting.held_on}",
        today,
    )


def _roster(sitting: Sitting) -> Section:
    lines = []
    for n, (step, case, home) in enumerate(rows_of(sitting), start=1):
        result = "不同意" if step.data.get("agreed") is False else "同意"
        lines.append((str(n), home.town, home.village, shown_name(home.head_name), home.number, str(home.persons or ""), CATEGORIES.get(case.category, ""),
                      "、".join(case.risks), str(case.clock_start), result, step.note))  # fmt: skip
    header = ("序号", "乡镇", "村", "户主", "户编号", "人口", "类别", "风险类型", "收到线索", "结果", "说明")
    return Section("花名册", header=header, rows=lines)


def township_report(sitting: Sitting, today: date) -> Printed:
    """乡镇审核报告."""
    head = [
        ("审核日期", str(sitting.held_on)),
        ("审核人", "、".join(sitting.people)),
        ("户数", f"{sitting.cases} 户，同意 {sitting.agreed} 户"),
        ("审核意见", sitting.note),
    ]
    return Printed(
        "乡镇审核报告",
        place_of(sitting.area_code),
        [Section("审核", fields=head), _roster(sitting)],
        f"{name_of(sitting.area_code[:9])}人民政府（盖章）　{sitting.held_on}",
        today,
        wide=True,
    )


def county_reply(sitting: Sitting, today: date) -> Printed:
    """县级审定批复附花名册."""
    head = [
        ("审定日期", str(sitting.held_on)),
        ("参加人", "、".join(sitting.people)),
        ("户数", f"{sitting.cases} 户，同意 {sitting.agreed} 户"),
        ("批复", sitting.note),
    ]
    title = "关于同意风险消除的批复" if _is_out(sitting) else "关于监测对象认定的批复"
    return Printed(
        title,
        place_of(sitting.area_code),
        [Section("审定", fields=head), _roster(sitting)],
        f"{name_of(sitting.area_code[:6])}农业农村局（盖章）　{sitting.held_on}",
        today,
        wide=True,
    )


def roster_only(sitting: Sitting, today: date) -> Printed:
    """A sitting without a form of its own: its list."""
    title = procedure().actions[sitting.action].title
    return Printed(
        f"{title}名单", place_of(sitting.area_code), [_roster(sitting)], str(sitting.held_on), today, wide=True
    )


FORMS: dict[str, tuple[str, Callable[[Sitting, date], Printed]]] = {
    "review": ("民主评议记录、签到册和票数", minutes), "publicity": ("公示", publicity), "announcement": ("公告", announcement),
    "township_report": ("乡镇审核报告", township_report), "county_reply": ("县级审定批复和花名册", county_reply), "list": ("名单", roster_only),
}  # fmt: skip


def forms_of(sitting: Sitting) -> list[tuple[str, str]]:
    """The forms that belong to a sitting: its own paper, and the list."""
    own = procedure().actions[sitting.action].paper
    return [(k, t) for k, (t, _) in FORMS.items() if k in (own, "list")]
