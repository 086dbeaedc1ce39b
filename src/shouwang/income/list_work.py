"""What is done about a listed household: reason, measure, person, day, result; its move to the clues."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from shouwang.accounts.audit.write import record
from shouwang.accounts.models import Assignment
from shouwang.cases.hearing import Heard, hear
from shouwang.income.models import ListLine
from shouwang.kernel.errors import UserError
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
    "因病支出或误工",
    "因灾损失",
    "突发事件",
    "核算口径变化",
    "其他",
)
FIELDS = ("reason", "measure", "responsible", "due_on", "done_on", "result", "turned")


def work_on(line: ListLine, said: dict[str, Any], by: Assignment) -> None:
    """Reason, measure, person, due day; later the result and whether the fall was turned."""
    if said.get("reason") and said["reason"] not in REASONS:
        raise UserError(f"没有原因 {said['reason']!r}", f"选择：{'、'.join(REASONS)}")
    if said.get("turned") is not None and not str(said.get("result") or line.result).strip():
        raise UserError("写了是否扭转，没有写结果", "写清现在的收入情况")
    kept = {k: v for k, v in said.items() if k in FIELDS and v not in ("", None)}
    if kept.get("measure") and not (kept.get("responsible") or line.responsible):
        raise UserError("有措施，没有责任人", "写责任人")
    ListLine.objects.filter(pk=line.pk).update(**kept)
    record("list_work", "household", line.household_id, role=by.role, area=line.area_code, list=line.list_key)


def give(lines: QuerySet[ListLine], responsible: str, due_on: date | None) -> int:
    """All lines that nobody answers for go to one person. Gives their number."""
    if not responsible.strip():
        raise UserError("没有写责任人", "写责任人的姓名")
    return lines.filter(responsible="").update(responsible=responsible.strip()[:60], due_on=due_on)


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
