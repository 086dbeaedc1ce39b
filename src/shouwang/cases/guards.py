"""What an action must find before it is taken. A guard that the table names and nobody declared is a defect, not a pass."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from shouwang.cases.limits import PUBLICITY, add_days, limit, number, words
from shouwang.cases.models import Case, Pause
from shouwang.kernel.errors import UserError
from shouwang.registry.models import Consent, StatusSpell


@dataclass(frozen=True)
class Taken:
    """What was done: the day on the paper, the people, yes or no, a note, and what belongs to the action (`data`)."""

    on: date
    people: tuple[str, ...] = ()
    agreed: bool = True
    note: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    sitting_id: int | None = None


Guard = Callable[[Case, Taken], None]
_known: dict[str, Guard] = {}


def guard(name: str) -> Callable[[Guard], Guard]:
    """Declare a guard under the name that the table uses."""

    def declare(function: Guard) -> Guard:
        if name in _known:
            raise ValueError(f"guard {name} declared twice")
        _known[name] = function
        return function

    return declare


def check(names: tuple[str, ...], case: Case, taken: Taken) -> None:
    """Raises UserError for the first guard that is not content."""
    for name in names:
        _known[name](case, taken)


@guard("signed")
def _signed(case: Case, taken: Taken) -> None:
    if not taken.data.get("signed"):
        raise UserError(
            "申请人还没有签字或按手印", "请家庭成年成员在申请及承诺授权书上签字，不识字的可由别人代写后按手印"
        )


@guard("consented")
def _consented(case: Case, taken: Taken) -> None:
    signed = Consent.objects.filter(household_id=case.household_id, revoked_on__isnull=True, signed_on__lte=taken.on)
    if not signed.exists():
        raise UserError("这一户没有有效的承诺授权，不能比对资产", "先登记申请和承诺授权")


@guard("comparison_sent")
def _sent(case: Case, taken: Taken) -> None:
    if case.comparison_sent_on is None or taken.on < case.comparison_sent_on:
        raise UserError("比对还没有送出", "先登记送部门比对的日期")


@guard("comparison_done")
def _compared(case: Case, taken: Taken) -> None:
    if case.comparison_back_on is None or case.comparison_back_on > taken.on:
        raise UserError("部门比对结果还没有返回", "县里登记比对结果后再审核；入户和公示可以先进行")


@guard("no_open_objection")
def _no_objection(case: Case, taken: Taken) -> None:
    if case.objection_open:
        raise UserError("已有一个异议在复核", "先答复那个异议")


@guard("objection_open")
def _objection(case: Case, taken: Taken) -> None:
    if not case.objection_open:
        raise UserError("现在没有待答复的异议", "刷新页面")


@guard("objections_answered")
def _answered(case: Case, taken: Taken) -> None:
    if case.objection_open:
        raise UserError("公示异议还没有答复", "乡镇复核并答复后再结束公示")


@guard("publicity_long_enough")
def _long_enough(case: Case, taken: Taken) -> None:
    if case.publicity_from is None:
        raise UserError("没有公示开始的日期", "先登记张贴公示")
    rule = limit(case.area_code, PUBLICITY, case.publicity_from)
    if rule.days is None:
        return
    due = add_days(case.publicity_from, rule.days, rule.counting)
    if taken.on < due:
        raise UserError(
            f"公示从 {case.publicity_from} 起，到 {taken.on} 不满 {rule.days} 天",
            f"{due} 或以后再登记期满（{rule.source}）",
        )


@guard("green_cause")
def _green(case: Case, taken: Taken) -> None:
    allowed = words(case.area_code, "green_channel_causes", taken.on).split("、")
    cause = str(taken.data.get("cause", ""))
    if cause not in allowed:
        raise UserError(
            f"绿色通道不适用于“{cause or '（未写原因）'}”，本地适用：{'、'.join(allowed)}",
            "急难情况可以走临时救助：向民政部门申请，同时按正常程序办理",
        )
    if case.green_on is not None:
        raise UserError(f"已于 {case.green_on} 先行帮扶", "刷新页面")


@guard("no_open_pause")
def _no_pause(case: Case, taken: Taken) -> None:
    if Pause.objects.filter(case_id=case.pk, until__isnull=True).exists():
        raise UserError("计时已经暂停", "先恢复计时")


@guard("pause_open")
def _pause(case: Case, taken: Taken) -> None:
    if not Pause.objects.filter(case_id=case.pk, until__isnull=True, since__lte=taken.on).exists():
        raise UserError("计时没有暂停，或恢复日期早于暂停日期", "核对日期")


@guard("not_held")
def _not_held(case: Case, taken: Taken) -> None:
    backed = StatusSpell.objects.filter(
        household_id=case.household_id, kind="backed", until__isnull=True, retracted_at__isnull=True
    )
    kind = taken.data.get("kind") or case.elimination
    if (case.held or backed.exists()) and kind != "natural":
        raise UserError("整户无劳动力，兜底保障后继续监测，暂不消除", "自然消除另行注明；情况变了由乡镇取消标注")


@guard("not_too_early")
def _not_too_early(case: Case, taken: Taken) -> None:
    if case.decided_on is None or (taken.data.get("kind") or case.elimination) == "natural":
        return
    least = number(case.area_code, "elimination_months_least", taken.on)
    months = (taken.on.year - case.decided_on.year) * 12 + taken.on.month - case.decided_on.month
    if least is not None and months < least:
        raise UserError(
            f"{case.decided_on} 认定，当月起 {least} 个月内不能提出风险消除", "继续落实措施；自然消除的除外"
        )
