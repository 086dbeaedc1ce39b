"""自主申报: taken without an account, kept by the township; a receipt; an answer that says who comes by when, or why not and whom to ask."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from shouwang.accounts.audit.write import record
from shouwang.accounts.bulk import take_ids
from shouwang.accounts.models import Assignment
from shouwang.accounts.secret_fields import IDENTITY, PHONE, digest, hide
from shouwang.cases.hearing import Heard, hear
from shouwang.cases.models import Clue, Report
from shouwang.cases.words import TROUBLE_RISKS, TROUBLES
from shouwang.kernel.errors import UserError, given_reason
from shouwang.kernel.identity import id_norm, is_valid
from shouwang.regions.models import Division
from shouwang.registry.models import Household
from shouwang.worklist.actions import finish

LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
MOST_AN_HOUR = 10
PHONE_DIGITS = 11


@dataclass(frozen=True)
class Asked:
    """What was typed: village, name, telephone, (optionally) identity number, trouble, own words; for whom; the authorisation."""

    village: str
    name: str
    phone: str
    identity: str
    trouble: str
    text: str
    for_other: str
    authorised: bool


def take_report(asked: Asked, client: str) -> tuple[int, str]:
    """Take a report; gives its id and receipt. Raises UserError in plain words."""
    place = Division.objects.filter(code=asked.village, level=5, until__isnull=True).first()
    phone = "".join(c for c in asked.phone if c.isdigit())
    number = id_norm(asked.identity)
    if place is None:
        raise UserError("没有选村", "在列表里选您住的村")
    if not asked.name.strip():
        raise UserError("没有写姓名", "写户主的姓名")
    if len(phone) != PHONE_DIGITS or not phone.startswith("1"):
        raise UserError("电话要写 11 位手机号", "没有手机就写村干部或亲戚的，方便我们找到您")
    if asked.trouble not in TROUBLES:
        raise UserError("没有选遇到了什么困难", "在列表里选一个最接近的")
    if number and not is_valid(number):
        raise UserError("身份证号不对", "对照身份证再写一遍，也可以不写")
    if not asked.authorised:
        raise UserError("没有勾选同意核对", "同意后政府才能向有关部门核对家里的情况；不同意的可以直接到村里说")
    (report_id,) = take_ids(Report, 1)
    receipt = "".join(secrets.choice(LETTERS) for _ in range(10))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT cases_take_report(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [report_id, asked.village[:9], receipt, hide("cases_report", "phone", report_id, phone), digest(PHONE, phone), digest("client", client),
             asked.village, asked.name.strip(), asked.trouble, asked.text.strip(), asked.for_other.strip(), True, digest(IDENTITY, number), MOST_AN_HOUR],
        )  # fmt: skip
        if cursor.fetchone()[0] is None:
            raise UserError("这部手机或这个网络一小时内提交太多了", "过一小时再提交，或打乡镇电话、12345")
    return report_id, receipt


def answers(receipt: str, name: str, phone: str) -> list[dict[str, object]]:
    """Where reports stand: by receipt, or (receipt lost) by name and telephone."""
    digits = "".join(c for c in phone if c.isdigit())
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT * FROM cases_report_answer(%s, %s, %s)",
            [receipt.strip().upper(), name.strip(), digest(PHONE, digits)],
        )
        names = [c[0] for c in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def link(report: Report, household: Household, at: datetime, today: date, by: Assignment | None) -> Clue:
    """The report is about this household: it becomes (or joins) its clue, received on the day it was made."""
    if report.clue_id is not None:
        raise UserError("这份申报已成为线索", "看那条线索")
    sentence = f"自主申报：{report.trouble}。{report.text}" + (
        f"（由{report.for_other}代报）" if report.for_other else ""
    )
    risk = TROUBLE_RISKS.get(report.trouble, "其他")
    clue = hear(
        household,
        Heard("report", sentence, report.received_at.date(), risk_type=risk, report_id=report.pk),
        at,
        today,
        by,
    )
    Report.objects.filter(pk=report.pk).update(household_id=household.pk, clue_id=clue.pk)
    return clue


def answer(
    report: Report,
    visitor: str,
    visit_by: date | None,
    text: str,
    ask_phone: str,
    by: Assignment,
    at: datetime,
    today: date,
) -> None:
    """Tell the household who comes by which day; or why nobody comes, and whom to ask."""
    if visitor.strip():
        if visit_by is None or visit_by < today:
            raise UserError("写了谁去，没有写哪天以前去", "写今天或以后的日期")
    else:
        text = given_reason(text, "不上门")
        if not ask_phone.strip():
            raise UserError("不上门的要写可以问谁", "写乡镇电话；也可以写 12345")
    Report.objects.filter(pk=report.pk).update(
        visitor=visitor.strip()[:60],
        visit_by=visit_by if visitor.strip() else None,
        answer=text.strip()[:300],
        ask_phone=ask_phone.strip()[:30],
        answered_at=at,
    )
    finish("report", report.pk, by.user_id, at)
    record("report_answered", "report", report.pk, role=by.role, area=report.area_code)
