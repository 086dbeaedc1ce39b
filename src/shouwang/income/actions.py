"""Entering and correcting statements; what is done about a listed household; closing a period; averages, rechecks, notes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate

from shouwang.accounts.audit.write import record
from shouwang.accounts.models import Assignment
from shouwang.cases.hearing import Heard, hear
from shouwang.cases.limits import number, words
from shouwang.income.kinds import BUSINESS, BY_RATIO, CONCEPTS, COST, COST_RATIO, ITEMS, NOT_INCOME, SOURCES, TITLES
from shouwang.income.models import Average, Item, ListLine, Note, Recheck, Statement, Summary
from shouwang.income.statements import add_up, check_stated, window_of
from shouwang.kernel.errors import UserError, given_day, given_reason
from shouwang.kernel.money import per_head, yuan_text
from shouwang.registry.models import Household

REASONS = (
    "务工减少",
    "工资下降",
    "产业歉收",
    "价格下跌",
    "租金分红减少",
    "政策补助减少",
    "家庭人口变化",
    "因病因灾支出",
    "核算口径变化",
    "其他",
)
NOTE_KINDS = {
    "risk": "增收风险点",
    "growth": "增收增长点",
    "effort": "增收发力点",
    "anatomy": "点上解剖",
    "plan": "增收计划",
}


@dataclass(frozen=True)
class Line:
    """One amount: kind, item, fen, source, evidence; whose; expected or received; by which of the fifteen measures."""

    kind: str
    item: str
    amount: int
    source: str = "said"
    evidence: str = ""
    person_id: int | None = None
    expected: bool = False
    measure: int | None = None


@dataclass(frozen=True)
class Stated:
    """A statement as handed in: year, members (person id, counted, reason), lines, a stated total, visitors, signature."""

    year: int
    members: Sequence[tuple[int | None, bool, str]]
    lines: Sequence[Line]
    total: int | None = None
    visitors: str = ""
    signed_on: date | None = None
    is_forecast: bool = False
    until: date | None = None


def enter(household: Household, said: Stated, by: Assignment, at: datetime, why: str = "") -> Statement:
    """Keep a statement; an earlier one of the same year becomes an old version, and says why. All parts must add up."""
    lines = [*said.lines, *_cost_by_ratio(household.area_code, said)]
    totals = add_up((line.kind, line.amount) for line in lines)
    check_stated(totals, said.total)
    _check_lines(lines)
    counted = _counted(said.members)
    totals.per_head(counted)
    kind = words(household.area_code, "income_window_kind", at.date()) or "income_year"
    window = window_of(kind, said.year)
    with transaction.atomic():
        current = Statement.objects.select_for_update().filter(
            household_id=household.pk, year=said.year, is_forecast=said.is_forecast, replaced_at__isnull=True
        ).first()  # fmt: skip
        if current is not None:
            why = given_reason(why, "更正收入") if not said.is_forecast else why
            Statement.objects.filter(pk=current.pk).update(replaced_at=at)
        made = Statement.objects.create(
            area_code=household.area_code, household_id=household.pk, year=said.year, window_kind=kind, window_start=window.start, window_end=window.end,
            concept=words(household.area_code, "income_concept", at.date()) or "net", is_forecast=said.is_forecast, until=said.until, persons=counted,
            members=[list(m) for m in said.members], visitors=said.visitors.strip()[:120], signed_on=said.signed_on,
            version=current.version + 1 if current else 1, why=why[:200], recorded_by=by.user_id, recorded_at=at, **totals.by_kind(),
        )  # fmt: skip
        Item.objects.bulk_create(
            Item(area_code=household.area_code, statement_id=made.pk, household_id=household.pk, kind=x.kind, item=x.item, amount=x.amount,
                 person_id=x.person_id, expected=x.expected, source=x.source, evidence=x.evidence[:120], measure=x.measure)
            for x in lines
        )  # fmt: skip
    record(
        "statement",
        "household",
        household.pk,
        role=by.role,
        area=household.area_code,
        year=said.year,
        version=made.version,
    )
    return made


def _check_lines(lines: Sequence[Line]) -> None:
    for line in lines:
        if line.item in NOT_INCOME or any(word in line.item for word in ("贷款", "借款")):
            raise UserError(f"{line.item} 不是收入", "贷款、借款和一次性慰问不计入；卖产品的钱写在生产经营性收入")
        if line.item not in ITEMS[line.kind]:
            raise UserError(f"{TITLES[line.kind]}里没有“{line.item}”", f"选择：{'、'.join(ITEMS[line.kind])}")
        if line.source not in SOURCES:
            raise UserError(
                f"{line.item} {yuan_text(line.amount)} 元没有写来源", f"选择：{'、'.join(SOURCES.values())}"
            )


def _counted(members: Sequence[tuple[int | None, bool, str]]) -> int:
    for _person, is_in, reason in members:
        if not is_in and not reason.strip():
            raise UserError("有成员不计入而没有写理由", "逐人写明为什么不计入，如 已出嫁、服刑")
    return sum(is_in for _, is_in, _ in members)


def _cost_by_ratio(area: str, said: Stated) -> list[Line]:
    """Production cost by the local ratio, where nobody stated any cost."""
    if any(line.kind == COST for line in said.lines):
        return []
    found = []
    for line in said.lines:
        name = COST_RATIO.get(line.item) if line.kind == BUSINESS else None
        ratio = number(area, name, window_of("income_year", said.year).end) if name else None
        if ratio is not None and line.amount:
            found.append(
                Line(
                    COST,
                    BY_RATIO,
                    line.amount * ratio // 100,
                    "known",
                    f"{line.item} {ratio}%",
                    expected=line.expected,
                )
            )
    return found


def sign(statement: Statement, on: date, by: Assignment, today: date) -> None:
    """收入明细确认表 signed by the household."""
    since = localdate(statement.recorded_at)
    given_day(on, today, "签字日期", "写户主签字的日期", since=since, since_what="填写")
    Statement.objects.filter(pk=statement.pk, replaced_at__isnull=True).update(signed_on=on)
    record("statement_signed", "household", statement.household_id, role=by.role, area=statement.area_code)


def work_on(line: ListLine, said: dict[str, Any], by: Assignment) -> None:
    """Reason, measure, person, due day; later the result and whether the fall was turned."""
    if said.get("reason") and said["reason"] not in REASONS:
        raise UserError(f"没有原因 {said['reason']!r}", f"选择：{'、'.join(REASONS)}")
    if said.get("turned") is not None and not str(said.get("result") or line.result).strip():
        raise UserError("写了是否扭转，没有写结果", "写清现在的收入情况")
    kept = {
        k: v
        for k, v in said.items()
        if k in ("reason", "measure", "responsible", "due_on", "done_on", "result", "turned") and v not in ("", None)
    }
    if kept.get("measure") and not (kept.get("responsible") or line.responsible):
        raise UserError("有措施，没有责任人", "写责任人")
    ListLine.objects.filter(pk=line.pk).update(**kept)
    record("list_work", "household", line.household_id, role=by.role, area=line.area_code, list=line.list_key)


def to_clue(line: ListLine, by: Assignment, at: datetime, today: date) -> int:
    """转监测线索: the household may be at risk; people look."""
    if line.clue_id is not None:
        raise UserError("这一户已转线索", "看那条线索")
    home = Household.objects.get(pk=line.household_id)
    head = per_head(line.now, line.persons) if line.now is not None else None
    sentence = f"收入清单转来：{line.reason or '原因待查'}，人均{'不详' if head is None else f'{yuan_text(head)}元'}"
    clue = hear(home, Heard("cadre", sentence, today, "income"), at, today, by)
    ListLine.objects.filter(pk=line.pk).update(clue_id=clue.pk)
    return clue.pk


def close(
    area: str,
    level: str,
    period: str,
    sums: dict[str, int],
    proposals: str,
    by: Assignment,
    at: datetime,
    today: date,
    why: str = "",
) -> Summary:
    """Close a period of an area. Closed again it is a new version with a reason; the old sums stay."""
    before = Summary.objects.filter(area_code=area, level=level, period=period).order_by("-version").first()
    if before is not None:
        why = given_reason(why, "更正已关闭的期间")
    proposals = given_reason(proposals, "工作意见建议") if level in ("county", "quarter") else proposals.strip()
    made = Summary.objects.create(
        area_code=area, level=level, period=period, sums=sums, proposals=proposals[:500], version=before.version + 1 if before else 1, closed_on=today,
        why=why[:200], recorded_by=by.user_id, recorded_at=at,
    )  # fmt: skip
    record("period_closed", "summary", made.pk, role=by.role, area=area, period=period, version=made.version)
    return made


def set_average(
    area: str, year: int, concept: str, per_head: int, source: str, by: Assignment, at: datetime
) -> Average:
    """An area's per-head income of a year, with its source."""
    if concept not in CONCEPTS or per_head <= 0:
        raise UserError("口径或金额不对", "选择口径，金额写元")
    source = given_reason(source, "数据的出处")
    made, _ = Average.objects.update_or_create(
        area_code=area,
        year=year,
        concept=concept,
        defaults={"per_head": per_head, "source": source[:120], "recorded_by": by.user_id, "recorded_at": at},
    )
    record("average", "area", area, role=by.role, year=year)
    return made


def recheck(
    statement: Statement, checked_by: str, checked_on: date, wrong: bool, note: str, by: Assignment, at: datetime
) -> Recheck:
    """Another pair asked the household again."""
    if not checked_by.strip() or checked_by.strip() == statement.visitors.strip():
        raise UserError("复核人不能是原调查人", "由别的人复核")
    given_day(checked_on, localdate(at), "复核日期", "写复核的日期")
    made = Recheck.objects.create(
        area_code=statement.area_code, household_id=statement.household_id, statement_id=statement.pk, visitors=statement.visitors,
        checked_by=checked_by.strip()[:120], checked_on=checked_on, wrong=wrong, note=given_reason(note, "复核有误") if wrong else note[:200], recorded_at=at,
    )  # fmt: skip
    record("recheck", "household", statement.household_id, role=by.role, area=statement.area_code, wrong=wrong)
    return made


def write_note(kind: str, year: int, title: str, text: str, by: Assignment, at: datetime) -> Note:
    """A point of the three lists, a village's anatomy, a plan."""
    if kind not in NOTE_KINDS:
        raise UserError(f"没有类别 {kind!r}", f"选择：{'、'.join(NOTE_KINDS.values())}")
    made = Note.objects.create(
        area_code=by.area_code, kind=kind, year=year, title=given_reason(title, "题目")[:120], text=given_reason(text, "内容"), recorded_by=by.user_id,
        recorded_at=at,
    )  # fmt: skip
    record("income_note", "note", made.pk, role=by.role, kind_of=kind)
    return made
