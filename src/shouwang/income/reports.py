"""月调度表 and 季度报告: by the areas below, with last period's change, targets, lists with the work on them, proposals and the three points."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from shouwang.cases.papers import place_of
from shouwang.documents.printed import Printed, Section
from shouwang.documents.sending import Plain
from shouwang.documents.sheet_writer import Cell, in_words
from shouwang.income import averages, listing, notes, periods
from shouwang.income.kinds import COST, INCOME, TITLES
from shouwang.income.lists import LISTS
from shouwang.income.targets import percent
from shouwang.kernel.areas import CODE_LENGTH
from shouwang.kernel.money import per_head, yuan, yuan_text
from shouwang.regions.queries import children, everyday, name_of

SUM_HEADER = ("区域", "户数", "人数", *(TITLES[k] for k in (*INCOME, COST)), "人均纯收入（元）", "工资性占比")
WORK_HEADER = ("清单", "区域", "户数", "没有原因", "没有措施", "落实率", "已办结", "已扭转")
NOTE_HEADER = ("类别", "区域", "题目", "措施", "责任人", "时限", "状态", "结果")
COUNTS = ("households", "persons")
NAMED = 60


def share(part: int, whole: int) -> str:
    """Part of whole in percent; nothing of nothing is blank."""
    return percent(Fraction(part, whole)) if whole else ""


def sum_row(name: str, r: Mapping[str, Any]) -> tuple[Cell, ...]:
    """One area's sums: counts, money as numbers, the wage share."""
    gross = sum(int(r[k] or 0) for k in INCOME)
    head = per_head(gross - int(r[COST] or 0), int(r["persons"] or 0))
    money = [yuan(int(r[k] or 0)) for k in (*INCOME, COST)]
    return (name, int(r["households"]), int(r["persons"]), *money, yuan(head), share(int(r["wage"] or 0), gross))


def below_digits(area: str) -> int:
    """How many digits the areas below have."""
    below = children(area) if len(area) < CODE_LENGTH else []
    return len(below[0].code) if below else CODE_LENGTH


def sum_rows(area: str, year: int) -> list[tuple[Cell, ...]]:
    """By the areas below, and their sum."""
    found = list(listing.boards(area, year, below_digits(area)).iter_rows(named=True))
    total = {c: sum(int(r[c] or 0) for r in found) for c in (*COUNTS, *INCOME, COST)}
    return [*(sum_row(everyday(name_of(r["place"])), r) for r in found), sum_row("合计", total)]


def work_rows(area: str, year: int) -> list[tuple[Cell, ...]]:
    """Every list by the areas below, and its sum."""
    rows: list[tuple[Cell, ...]] = []
    for key, title in LISTS.items():
        parts = listing.work_below(area, year, key, below_digits(area))
        rows += [_work(title, everyday(name_of(code)), tab) for code, tab in sorted(parts.items())]
    rows += [_work(tab.title, "合计", tab) for tab in listing.tabs(area, year)]
    return rows


def _work(title: str, place: str, t: listing.Tab) -> tuple[Cell, ...]:
    return (title, place, t.count, t.without_reason, t.without_measure, share(t.started, t.count), t.done, t.turned)


def note_rows(area: str, year: int, kinds: Iterable[str] | None = None) -> list[tuple[str, ...]]:
    """Notes with what became of them."""
    return [
        (notes.KINDS[n.kind], everyday(name_of(n.area_code)), n.title, n.measure, n.owner, str(n.due_on or ""), notes.state_of(n), n.outcome)
        for n in notes.notes_of(area, year, *(kinds or ())).order_by("kind", "area_code", "pk")
    ]  # fmt: skip


def change_rows(area: str, level: str, period: str) -> list[tuple[Cell, ...]]:
    """The period's sums with the change since the period before."""
    now, before = periods.newest(area, level, period), periods.newest(area, level, _before(period))
    return [
        (title, _value(key, value), None if change is None else _value(key, change))
        for key, title, value, change in periods.changes(now, before)
    ]


def _value(key: str, value: int) -> Cell:
    return value if key in COUNTS else yuan(value)


def _before(period: str) -> str:
    year, part = int(period[:4]), period[5:]
    if part.startswith("Q"):
        return f"{year}-Q{int(part[1:]) - 1}" if part != "Q1" else f"{year - 1}-Q{periods.QUARTERS}"
    return f"{year}-{int(part) - 1:02d}" if part != "01" else f"{year - 1}-{periods.MONTHS}"


def dispatch_sheets(area: str, level: str, year: int, period: str, today: date) -> list[Plain]:
    """月调度表: sums by area, lists with the work on them, who closed the month, proposals."""
    changes = change_rows(area, level, period)
    under = periods.UNDER.get(level, ())
    closed = [(periods.LEVELS[each], b.period, str(b.areas), str(b.done), _named(b.missing))
              for each in under for b in periods.below(area, each, int(period[:4]), today) if b.period == period]  # fmt: skip
    return [
        ("收入", SUM_HEADER, sum_rows(area, year)), ("清单和措施", WORK_HEADER, work_rows(area, year)), ("本期与上期", ("项目", "本期", "比上期"), changes),
        ("报送情况", ("级别", "期间", "应报", "已报", "未报"), closed), ("意见建议", NOTE_HEADER, note_rows(area, int(period[:4]), ("proposal",))),
    ]  # fmt: skip


def _named(areas: Sequence[str]) -> str:
    more = f" 等 {len(areas)} 个" if len(areas) > NAMED else ""
    return "、".join(everyday(name_of(a)) for a in areas[:NAMED]) + more


def quarterly(area: str, year: int, period: str, today: date) -> Printed:
    """季度报告: lists with how far the work is, sums by area, targets, what was proposed, the notes of the year. `year`: the closed income year."""
    tabs = listing.tabs(area, year)
    work = [in_words((t.title, *_work("", "", t)[2:])) for t in tabs]
    why = [
        (LISTS[k], reason or "没有原因", str(n))
        for k in ("fell", "will_fall", "below")
        for reason, n in listing.reasons(area, year, k)
    ]
    summary = periods.newest(area, "quarter", period)
    changes = (in_words(row) for row in change_rows(area, "quarter", period))
    changed = [(title, f"{said}（比上期 {change}）" if change else said) for title, said, change in changes]
    goals = [(g.concept, _goal(g)) for g in averages.goals_of(area, year)]
    rates = listing.growth_of(listing.assessed(area, year))
    grown = [("全部", _rate(rates.all)), (f"两年都有数据的 {rates.households} 户", _rate(rates.constant)),
             (f"其中人数没有变的 {rates.same_size_households} 户", _rate(rates.same_size))]  # fmt: skip
    sections = [
        Section("一、收入（按区域）", header=SUM_HEADER, rows=[in_words(r) for r in sum_rows(area, year)]), Section("二、人均纯收入增速", fields=grown),
        Section("三、增速目标", fields=goals),
        Section("四、清单和措施落实", header=("清单", "户数", "没有原因", "没有措施", "落实率", "已办结", "已扭转"), rows=work),
        Section("五、减收原因", header=("清单", "原因", "户数"), rows=why), Section("六、本期关闭的合计", fields=changed or [("", "本期还没有关闭")]),
        Section("七、工作意见建议", fields=[("建议", summary.proposals if summary else "")]),
        Section("八、风险点、增长点、发力点和计划", header=NOTE_HEADER, rows=note_rows(area, int(period[:4]))),
    ]  # fmt: skip
    quarter = period[-1]
    return Printed(
        f"{period[:4]}年第{quarter}季度增收监测调度报告",
        place_of(area),
        sections,
        f"{periods.LEVELS['quarter']} · {today}",
        today,
        wide=True,
    )


def _goal(goal: averages.Goal) -> str:
    found = goal.reached
    if found is None:
        return f"缺 {'、'.join(goal.missing)} 的平均收入"
    if found.met:
        return f"增速 {found.growth_text()}，达到"
    return f"增速 {found.growth_text()}，差 {found.gap_text()} 个百分点，人均差 {yuan_text(found.missing_fen())} 元"


def _rate(rate: Fraction | None) -> str:
    return "" if rate is None else percent(rate)


def ended_quarter(today: date) -> str:
    """The last quarter that has ended."""
    quarter = (today.month - 1) // 3 or periods.QUARTERS
    return f"{today.year - (quarter == periods.QUARTERS)}-Q{quarter}"
