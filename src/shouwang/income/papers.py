"""收入明细确认表 of a household, and the ledger of a list as a table and as a document."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

from shouwang.cases.papers import SIGN, members, place_of
from shouwang.documents.printed import Printed, Section
from shouwang.documents.sheet_writer import Cell, in_words
from shouwang.income.kinds import ALL, CONCEPTS, COST, INCOME, SOURCES, TITLES
from shouwang.income.lists import LISTS
from shouwang.income.models import Item, ListLine, Statement
from shouwang.income.queries import forecasts
from shouwang.income.targets import percent
from shouwang.kernel.money import per_head, yuan, yuan_text
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
    "下年已收到（元）",
    "截至",
    "下年预计（元）",
    "原因",
    "措施",
    "责任人",
    "时限",
    "是否扭转",
    "结果",
    "转线索",
)
# What fits across a printed page of the ledger: the numbers of these columns.
PRINTED_COLUMNS = (0, 2, 3, 5, 6, 7, 8, 9, 10, 11, 15, 16, 17, 18, 19)


def confirmation(statement: Statement, home: Household, today: date) -> Printed:
    """收入明细确认表, for the household to sign."""
    kinds = list(ALL)
    items = sorted(
        Item.objects.filter(statement_id=statement.pk), key=lambda i: (kinds.index(i.kind), i.expected, i.pk)
    )
    when = ("收到没有",) if statement.is_forecast else ()
    rows = [
        (TITLES[i.kind], i.item, yuan_text(i.amount), *(["预计" if i.expected else "已收到"] if when else []), SOURCES.get(i.source, i.source), i.evidence)
        for i in items
    ]  # fmt: skip
    header = ("类别", "项目", "金额（元）", *when, "来源", "依据")
    net = sum(getattr(statement, k) for k in INCOME) - statement.cost
    left = [why for _, is_in, why in statement.members if not is_in]
    head = [("户主", shown_name(home.head_name)), ("住址", place_of(home.area_code)), ("核算期", f"{statement.window_start} 至 {statement.window_end}"),
            ("口径", CONCEPTS.get(statement.concept, statement.concept)), ("计入人数", str(statement.persons)),
            ("不计入的理由", "；".join(left) or "无")]  # fmt: skip
    sums = [(TITLES[k], f"{yuan_text(getattr(statement, k))} 元") for k in (*INCOME, COST, "self_paid", "claims")]
    sums += [("纯收入", f"{yuan_text(net)} 元"), ("人均", f"{yuan_text(per_head(net, statement.persons) or 0)} 元")]
    title = "收入明细确认表（预计）" if statement.is_forecast else "收入明细确认表"
    sections = [Section("基本情况", fields=head), members(home), Section("明细", header=header, rows=rows),
                Section("合计", fields=sums), Section("签字", fields=[("户主", SIGN), ("调查人", statement.visitors)])]  # fmt: skip
    return Printed(
        title, f"{statement.year} 年度 · 第 {statement.version} 版", sections, f"{home.number} · {today}", today
    )


def fall_share(line: ListLine) -> Fraction | None:
    """减幅: the fall of what the household had (last year's a head, by this year's persons)."""
    known = line.fall is not None and line.fall > 0 and line.now is not None and line.now + line.fall > 0
    return Fraction(line.fall or 0, (line.now or 0) + (line.fall or 0)) if known else None


def ledger_rows(lines: Sequence[ListLine], year: int) -> list[tuple[Cell, ...]]:
    """A list as its ledger, money as numbers; blank where something is not known or did not fall."""
    ids = [line.household_id for line in lines]
    homes, running = Household.objects.in_bulk(ids), forecasts(ids, year + 1)
    rows: list[tuple[Cell, ...]] = []
    for n, line in enumerate(lines, start=1):
        home, ahead = homes.get(line.household_id), running.get(line.household_id)
        if home is None:
            continue
        share = fall_share(line)
        turned = "" if line.turned is None else "是" if line.turned else "否"
        rows.append((
            n, home.town, home.village, shown_name(home.head_name), home.number, "是" if line.backed else "否", _yes(line.able), yuan(line.before),
            yuan(line.now), yuan(fallen(line)), percent(share) if share is not None else "", line.largest, yuan(ahead.received if ahead else None),
            str(ahead.until or "") if ahead else "", yuan(ahead.net if ahead else None), line.reason, line.measure, line.responsible, str(line.due_on or ""),
            turned, line.result, "是" if line.clue_id else "",
        ))  # fmt: skip
    return rows


def fallen(line: ListLine) -> int | None:
    """减收额; None where the income did not fall."""
    return line.fall if line.fall is not None and line.fall > 0 else None


def ledger_document(key: str, area: str, year: int, rows: Sequence[tuple[Cell, ...]], today: date) -> Printed:
    """The ledger across the page, for the file and the wall."""
    header = tuple(LEDGER[n] for n in PRINTED_COLUMNS)
    table = Section(
        f"{len(rows)} 户", header=header, rows=[in_words([row[n] for n in PRINTED_COLUMNS]) for row in rows]
    )
    return Printed(f"{year}年度{LISTS[key]}台账", place_of(area), [table], f"{today}", today, wide=True)


def _yes(value: bool | None) -> str:
    return "不详" if value is None else "有" if value else "无"
