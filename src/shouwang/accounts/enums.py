"""Roles, rights, subjects and depth: who may do what, about which matters, how closely.

A scope is area × subjects × depth. The role gives rights and depth; the assignment gives the area and, for a
department, its subject.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class Depth(StrEnum):
    """How closely a role sees: names and (on request) numbers, names half hidden, or counts alone."""

    PERSON = "person"
    MASKED = "masked"
    AGGREGATE = "aggregate"


SUBJECTS = {
    "registry": _("农户信息"),
    "medical": _("医保"),
    "health": _("卫健"),
    "education": _("教育"),
    "civil_affairs": _("民政"),
    "disability": _("残联"),
    "housing": _("住建"),
    "water": _("水利"),
    "employment": _("人社"),
    "disaster": _("应急"),
    "public_security": _("公安"),
    "assets": _("车辆、房产、经营主体"),
    "agriculture": _("农业农村"),
    "income": _("收入"),
    "credit": _("信贷"),
    "funds": _("资金"),
}
ALL_SUBJECTS = tuple(SUBJECTS)
GIVEN = ()


@dataclass(frozen=True)
class Role:
    """A kind of post. `subjects` empty: the assignment names them. `own_only`: sees the households given to the person."""

    label: object
    depth: Depth
    levels: tuple[int, ...]
    rights: frozenset[str]
    subjects: tuple[str, ...] = ALL_SUBJECTS
    own_only: bool = False


READ = frozenset({"home", "map", "registry.read", "screening.read", "policy.read", "work", "cases.read", "income.read"})
VILLAGE = frozenset({"case.village", "case.visit", "clue.write", "plan.write", "income.write"})
TOWN = READ | VILLAGE | {
    "case.township", "clue.dispatch", "round.write", "report.answer",
    "registry.write", "registry.export", "transfer", "consent", "reveal", "exchange.upload", "exchange.read", "exchange.review",
}  # fmt: skip
COUNTY = (TOWN - {"case.village", "case.township"}) | {
    "case.county", "income.county", "income.average", "figure.write", "sample.draw",
    "registry.import", "exchange.undo", "screening.run", "export.unmasked", "match", "households.assign", "calendar.write",
}  # fmt: skip
ROLES: dict[str, Role] = {
    "village": Role(_("村干部"), Depth.PERSON, (12,), READ | VILLAGE | {"registry.write", "consent", "reveal"}),
    "grid": Role(_("网格员"), Depth.PERSON, (12,), READ | {"case.visit", "clue.write"}),
    "responsible": Role(_("帮扶责任人"), Depth.PERSON, (6, 9, 12), READ | {"plan.write"}, own_only=True),
    "township": Role(_("乡镇"), Depth.PERSON, (9,), TOWN),
    "county": Role(_("县农业农村局"), Depth.PERSON, (6,), COUNTY),
    "county_approver": Role(_("县级审定"), Depth.PERSON, (6,), READ | {"reveal", "case.approve"}),
    "department": Role(
        _("部门"),
        Depth.MASKED,
        (6,),
        frozenset({"home", "policy.read", "exchange.upload", "exchange.read", "work"}),
        GIVEN,
    ),
    "finance": Role(
        _("财政"),
        Depth.MASKED,
        (6,),
        frozenset({"home", "map", "policy.read", "exchange.upload", "exchange.read", "work"}),
        ("funds",),
    ),
    "bank": Role(
        _("银行"),
        Depth.MASKED,
        (6,),
        frozenset({"home", "policy.read", "exchange.upload", "exchange.read"}),
        ("credit",),
    ),
    "city": Role(_("市"), Depth.MASKED, (4,), READ | {"income.average"}),
    "province": Role(_("省"), Depth.AGGREGATE, (2,), frozenset({"home", "map", "policy.read"})),
    "nation": Role(_("国家"), Depth.AGGREGATE, (0,), frozenset({"home", "map", "policy.read"})),
    "auditor": Role(
        _("审计"),
        Depth.MASKED,
        (2, 4, 6),
        frozenset(
            {
                "home",
                "map",
                "registry.read",
                "screening.read",
                "exchange.read",
                "policy.read",
                "audit.read",
                "cases.read",
                "sample.draw",
            }
        ),
    ),
    "administrator": Role(
        _("系统管理员"), Depth.AGGREGATE, (6,), frozenset({"home", "accounts.manage", "policy.read"}), ("registry",)
    ),
}
