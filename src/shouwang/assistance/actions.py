"""Plans, measures, the responsible person, visits, and the evidence that a risk is gone."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from shouwang.accounts.audit.write import record
from shouwang.accounts.models import Assignment, User
from shouwang.assistance.matching import table
from shouwang.assistance.models import AfterFields, HelpVisit, Measure, Plan, Responsible, RiskGone
from shouwang.cases.limits import number
from shouwang.cases.models import Case
from shouwang.cases.procedure import END, procedure
from shouwang.cases.words import MANNERS
from shouwang.engine.tables.words import MEASURES
from shouwang.kernel.errors import UserError, given_day, given_reason
from shouwang.kernel.money import per_head
from shouwang.registry.actions import give_household
from shouwang.registry.models import Household, OwnHousehold

MONEY_FIELDS = ("wage", "business", "property", "transfer", "cost", "claims", "self_paid")
FLAGS = ("out_of_school", "unsafe_house", "safe_water", "insured")
AFTER_TITLES = {
    "out_of_school": "风险消除后是否有失学辍学", "unsafe_house": "风险消除后是否危房户", "safe_water": "风险消除后是否解决安全饮用水",
    "insured": "风险消除后是否全家参加基本医疗保险", "wage": "风险消除后工资性收入", "business": "风险消除后生产经营性收入",
    "property": "风险消除后财产性收入", "transfer": "风险消除后转移性收入", "cost": "风险消除后生产经营性支出", "claims": "风险消除后理赔收入",
    "self_paid": "风险消除后合规自付支出", "net": "风险消除后纯收入", "per_head": "风险消除后人均纯收入",
}  # fmt: skip


def make_plan(
    case: Case,
    made_on: date,
    able: bool,
    willing: bool,
    goal: str,
    by: Assignment,
    at: datetime,
    today: date,
    effect: str = "",
) -> Plan:
    """The plan of a case; made anew it replaces what it said, the earlier text stays in the history."""
    if case.state in procedure().in_chain(END):
        raise UserError("这个个案已经结束，不能再订计划", "需要时先办回退，或重新识别")
    given_day(made_on, today, "日期", "写制定计划的日期", since=case.clock_start, since_what="收到线索")
    made, _ = Plan.objects.update_or_create(
        case_id=case.pk,
        defaults={
            "area_code": case.area_code,
            "household_id": case.household_id,
            "made_on": made_on,
            "able": able,
            "willing": willing,
            "goal": goal.strip()[:300],
            "effect": effect.strip()[:300],
            "recorded_by": by.user_id,
            "recorded_at": at,
        },
    )
    record("plan", "case", case.pk, role=by.role, area=case.area_code)
    return made


def add_measure(
    case: Case, risk: str, column: str, value: str, planned_on: date, provider: str, amount: int | None, by: Assignment, at: datetime
) -> Measure:  # fmt: skip
    """A measure against one of the case's risks. Raises UserError for a risk that the case does not have."""
    if risk not in case.risks:
        raise UserError(f"这一户没有“{risk}”的风险", f"选择：{'、'.join(case.risks) or '先写风险类型'}")
    if column not in MEASURES:
        raise UserError(f"没有措施类别 {column!r}", "从列表里选择")
    value = value.strip()
    if value not in table()["values"].get(column, ()):
        raise UserError(
            f"“{MEASURES[column]}”里没有措施 {value!r}", f"选择：{'、'.join(table()['values'].get(column, ()))}"
        )
    if amount is not None and amount < 0:
        raise UserError("金额不能是负数", "写元，或留空")
    made = Measure.objects.create(
        area_code=case.area_code, household_id=case.household_id, case_id=case.pk, risk=risk, column=column, value=value[:60], provider=provider.strip()[:60],
        planned_on=planned_on, amount=amount, recorded_by=by.user_id, recorded_at=at,
    )  # fmt: skip
    record("measure", "case", case.pk, role=by.role, area=case.area_code, column=column)
    return made


def start_measure(measure: Measure, on: date, by: Assignment, today: date) -> None:
    """The measure has begun."""
    given_day(on, today, "开始日期", "真正开始以后再登记")
    if not Measure.objects.filter(pk=measure.pk, started_on__isnull=True, cancelled_on__isnull=True).update(
        started_on=on
    ):
        raise UserError("这项措施已经开始或已取消", "刷新页面")
    record("measure_started", "case", measure.case_id, role=by.role, area=measure.area_code)


def deliver_measure(measure: Measure, on: date, effect: str, amount: int | None, by: Assignment, today: date) -> None:
    """Delivered (兑现到户), with its effect."""
    if measure.started_on is None:
        raise UserError("这项措施还没有开始", "先登记开始日期")
    given_day(on, today, "落实日期", "写落实到户的日期", since=measure.started_on, since_what="开始")
    Measure.objects.filter(pk=measure.pk).update(
        delivered_on=on, effect=effect.strip()[:200], amount=amount if amount is not None else measure.amount
    )
    record("measure_delivered", "case", measure.case_id, role=by.role, area=measure.area_code)


def cancel_measure(measure: Measure, on: date, why: str, by: Assignment) -> None:
    """The measure does not go on; it stays on file."""
    why = given_reason(why, "取消措施")
    Measure.objects.filter(pk=measure.pk, cancelled_on__isnull=True).update(cancelled_on=on, cancelled_why=why[:120])
    record("measure_cancelled", "case", measure.case_id, role=by.role, area=measure.area_code)


def name_responsible(household: Household, name: str, unit: str, user: User | None, since: date, by: Assignment) -> str:
    """Name the one responsible person. Raises UserError while there is another; gives a warning where the load is over the figure."""
    name = name.strip()
    if not name:
        raise UserError("没有写帮扶责任人", "写姓名")
    try:
        with transaction.atomic():
            Responsible.objects.create(
                area_code=household.area_code,
                household_id=household.pk,
                name=name[:30],
                unit=unit.strip()[:60],
                user_id=user.pk if user else None,
                since=since,
            )
    except IntegrityError:
        now = Responsible.objects.get(household_id=household.pk, until__isnull=True)
        raise UserError(
            f"这一户已有帮扶责任人 {now.name}，只能有一个",
            "先登记原责任人的结束日期再换人；其他帮扶人写在措施的实施单位里",
        ) from None
    if (
        user is not None
        and not OwnHousehold.objects.filter(household_id=household.pk, user_id=user.pk, until__isnull=True).exists()
    ):
        give_household(household, user.pk, since, by)
    record("responsible", "household", household.pk, role=by.role, area=household.area_code)
    most = number(household.area_code, "helper_load", since)
    load = load_of(name, unit)
    return f"{name} 已负责 {load} 户，超过 {most} 户" if most is not None and load > most else ""


def load_of(name: str, unit: str) -> int:
    """Households of a responsible person now."""
    return Responsible.objects.filter(name=name.strip(), unit=unit.strip()[:60], until__isnull=True).count()


def end_responsible(household: Household, until: date, by: Assignment) -> None:
    """The responsible person changes: the old spell ends first."""
    open_spells = Responsible.objects.filter(household_id=household.pk, until__isnull=True)
    found = open_spells.first()
    if found is None:
        raise UserError("这一户没有帮扶责任人", "刷新页面")
    if until < found.since:
        raise UserError(f"结束日期 {until} 在开始（{found.since}）之前", "写实际结束的日期")
    open_spells.update(until=until)
    if found.user_id:
        OwnHousehold.objects.filter(household_id=household.pk, user_id=found.user_id, until__isnull=True).update(
            until=until
        )
    record("responsible_ended", "household", household.pk, role=by.role, area=household.area_code)


def see_risk(
    case: Case, risk: str, gone: bool, seen_on: date, evidence: str, by: Assignment, at: datetime, today: date
) -> RiskGone:
    """A risk was looked at: gone, with evidence, or still there."""
    if risk not in case.risks:
        raise UserError(f"这一户没有“{risk}”的风险", f"选择：{'、'.join(case.risks)}")
    given_day(seen_on, today, "日期", "写看到的日期")
    evidence = given_reason(evidence, "风险是否消除")
    made = RiskGone.objects.create(
        area_code=case.area_code, household_id=case.household_id, case_id=case.pk, risk=risk, gone=gone, seen_on=seen_on, evidence=evidence[:300],
        recorded_by=by.user_id, recorded_at=at,
    )  # fmt: skip
    record("risk_seen", "case", case.pk, role=by.role, area=case.area_code, gone=gone)
    return made


def enter_after(case: Case, said: dict[str, Any], entered_on: date, by: Assignment, at: datetime) -> AfterFields:
    """The thirteen fields: four yes-no, seven amounts in fen; net and per head follow from them. Raises UserError for a blank one."""
    if case.decided_on is None:
        raise UserError("这一户还没有认定", "认定以后再填消除后的情况")
    given_day(entered_on, localdate(at), "日期", "写填写的日期", since=case.decided_on, since_what="认定")
    missing = [AFTER_TITLES[k] for k in (*FLAGS, *MONEY_FIELDS) if said.get(k) is None]
    if missing:
        raise UserError(f"还没有填：{'、'.join(missing)}", "13 项都要重新填写，没有的金额填 0")
    if not case.persons:
        raise UserError("家庭人口数不详，算不出人均", "先在登记里补上家庭人口")
    net = said["wage"] + said["business"] + said["property"] + said["transfer"] - said["cost"]
    data = {k: said[k] for k in (*FLAGS, *MONEY_FIELDS)} | {
        "net": net,
        "persons": case.persons,
        "per_head": per_head(net, case.persons),
    }
    made = AfterFields.objects.create(
        area_code=case.area_code,
        household_id=case.household_id,
        case_id=case.pk,
        data=data,
        entered_on=entered_on,
        recorded_by=by.user_id,
        recorded_at=at,
    )
    record("after_fields", "case", case.pk, role=by.role, area=case.area_code)
    return made


def visit(
    household: Household, visited_on: date, visitors: str, manner: str, note: str, client_id: str, by: Assignment, at: datetime, today: date
) -> HelpVisit:  # fmt: skip
    """A 走访. Sent twice it counts once."""
    if client_id:
        found = HelpVisit.objects.filter(household_id=household.pk, client_id=client_id).first()
        if found is not None:
            return found
    given_day(visited_on, today, "走访日期", "写走访的日期")
    if manner not in MANNERS or not visitors.strip():
        raise UserError("没有写走访人或走访方式", "补上后再记")
    made = HelpVisit.objects.create(
        area_code=household.area_code, household_id=household.pk, visited_on=visited_on, visitors=visitors.strip()[:120], manner=manner,
        note=note.strip()[:500], client_id=client_id[:40], recorded_by=by.user_id, recorded_at=at,
    )  # fmt: skip
    record("help_visit", "household", household.pk, role=by.role, area=household.area_code)
    return made
