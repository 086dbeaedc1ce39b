"""收入明细确认表, the ledger of a list, 月调度表 and 季度报告."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from shouwang.cases.papers import SIGN, members, place_of
from shouwang.documents.printed import Printed, Section
from shouwang.income.actions import NOTE_KINDS
from shouwang.income.kinds import CONCEPTS, COST, INCOME, SOURCES, TITLES
from shouwang.income.models import Item, ListLine, Note, Statement, Summary
from shouwang.income.periods import LEVELS
from shouwang.income.targets import percent
from shouwang.kernel.money import per_head, yuan_text
from shouwang.registry.models import Household
from shouwang.registry.queries import shown_name

LEDGER = (
    "序号",
    "乡镇",
    "村",
    "户主",
    "户编号",
    "是否兜底户",
    "有无劳动力",
    "上年（元）",
    "本年（元）",
    "减收额（元）",
    "减幅",
    "减收最大项",
    "原因",
    "措施",
    "责任人",
    "时限",
    "是否扭转",
    "结果",
    "转线索",
)


def confirmation(statement: Statement, home: Household, today: date) -> Printed:
    """收入明细确认表, for the household to sign."""
    rows = [
        (
            TITLES[i.kind],
            i.item,
            yuan_text(i.amount),
            "预计" if i.expected else "",
            SOURCES.get(i.source, i.source),
            i.evidence,
        )
        for i in Item.objects.filter(statement_id=statement.pk).order_by("pk")
    ]
    net = sum(getattr(statement, k) for k in INCOME) - statement.cost
    head = [("户主", shown_name(home.head_name)), ("住址", place_of(home.area_code)), ("核算期", f"{statement.window_start} 至 {statement.window_end}"),
            ("口径", CONCEPTS.get(statement.concept, statement.concept)), ("计入人数", str(statement.persons))]  # fmt: skip
    sums = [(TITLES[k], f"{yuan_text(getattr(statement, k))} 元") for k in (*INCOME, COST, "self_paid", "claims")]
    sums += [("纯收入", f"{yuan_text(net)} 元"), ("人均", f"{yuan_text(per_head(net, statement.persons) or 0)} 元")]
    title = "收入明细确认表（预计）" if statement.is_forecast else "收入明细确认表"
    sections = [Section("基本情况", fields=head), members(home), Section("明细", header=("类别", "项目", "金额（元）", "", "来源", "依据"), rows=rows),
                Section("合计", fields=sums), Section("签字", fields=[("户主", SIGN), ("调查人", statement.visitors)])]  # fmt: skip
    return Printed(
        title, f"{statement.year} 年度 · 第 {statement.version} 版", sections, f"{home.number} · {today}", today
    )


def ledger_rows(lines: Sequence[ListLine]) -> list[tuple[str, ...]]:
    """A list as its ledger; blank where something is not known."""
    homes = Household.objects.in_bulk([line.household_id for line in lines])
    rows: list[tuple[str, ...]] = []
    for n, line in enumerate(lines, start=1):
        home = homes.get(line.household_id)
        if home is None:
            continue
        known = line.fall is not None and line.now is not None and line.now + line.fall > 0
        share = percent(Fraction(line.fall, line.now + line.fall)) if known else ""
        turned = "" if line.turned is None else "是" if line.turned else "否"
        rows.append((
            str(n), home.town, home.village, shown_name(home.head_name), home.number, "是" if line.backed else "否", _yes(line.able), _yuan(line.before),
            _yuan(line.now), _yuan(line.fall), share, line.largest, line.reason, line.measure, line.responsible, str(line.due_on or ""), turned, line.result,
            "是" if line.clue_id else "",
        ))  # fmt: skip
    return rows


def _yes(value: bool | None) -> str:
    return "不详" if value is None else "有" if value else "无"


def _yuan(value: int | None) -> str:
    return "" if value is None else yuan_text(value)


def quarterly(area: str, year: int, quarter: int, tabs: Sequence[Any], summary: Summary | None, today: date) -> Printed:
    """季度报告: lists with how far the work is, what was proposed, the notes of the year."""
    rows = [
        (
            t.title,
            str(t.count),
            str(t.without_reason),
            str(t.without_measure),
            str(t.done),
            percent(Fraction(t.done, t.count)) if t.count else "",
        )
        for t in tabs
    ]
    notes = [
        (NOTE_KINDS[n.kind], f"{n.title}：{n.text}") for n in Note.objects.filter(year=year).order_by("kind", "pk")[:40]
    ]
    sums = [(TITLES[k], f"{yuan_text(int(summary.sums.get(k, 0)))} 元") for k in (*INCOME, COST)] if summary else []
    sections = [
        Section("清单和措施落实", header=("清单", "户数", "没有原因", "没有措施", "已办结", "落实率"), rows=rows), Section("收入合计", fields=sums),
        Section("工作意见建议", fields=[("建议", summary.proposals if summary else "")]), Section("三点清单、点上解剖、计划", fields=notes),
    ]  # fmt: skip
    return Printed(
        f"{year}年第{quarter}季度增收监测调度报告", place_of(area), sections, f"{LEVELS['quarter']} · {today}", today
    )
