"""Registers of cases: 监测对象花名册, 不予纳入台账, 问题台账."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shouwang.cases.field_models import Problem
from shouwang.cases.models import Case, Step
from shouwang.cases.procedure import title_of
from shouwang.cases.words import CATEGORIES
from shouwang.ledgers.registers import Column, Ledger, register

MONITORED = register(Ledger(
    "monitored", _("监测对象花名册"), Case,
    (Column(_("户"), lambda r: r.household_id), Column(_("区划"), lambda r: r.area_code), Column(_("类别"), lambda r: CATEGORIES.get(r.category, "")),
     Column(_("风险类型"), lambda r: "、".join(r.risks)), Column(_("人口"), lambda r: r.persons), Column(_("收到线索"), lambda r: r.clock_start),
     Column(_("认定"), lambda r: r.decided_on), Column(_("状态"), lambda r: title_of(r.state)), Column(_("消除"), lambda r: r.eliminated_on)),
    right="cases.read", filters={"state": ["exact"], "decided_on": ["gte", "lte", "isnull"]},
))  # fmt: skip
REFUSED = register(Ledger(
    "refused", _("不予纳入台账"), Step,
    (Column(_("户"), lambda r: r.household_id), Column(_("区划"), lambda r: r.area_code), Column(_("日期"), lambda r: r.happened_on),
     Column(_("哪一步"), lambda r: r.action), Column(_("理由"), lambda r: r.note)),
    right="cases.read", filters={"happened_on": ["gte", "lte"]}, only={"to_state": "not_included"},
))  # fmt: skip
PROBLEMS = register(Ledger(
    "problems", _("问题台账"), Problem,
    (Column(_("户"), lambda r: r.household_id), Column(_("区划"), lambda r: r.area_code), Column(_("问题"), lambda r: r.title),
     Column(_("责任"), lambda r: r.holder), Column(_("发现"), lambda r: r.opened_on), Column(_("时限"), lambda r: r.due_on),
     Column(_("销号"), lambda r: r.closed_on), Column(_("依据"), lambda r: r.closing)),
    right="cases.read", filters={"closed_on": ["isnull"], "opened_on": ["gte", "lte"]},
))  # fmt: skip
