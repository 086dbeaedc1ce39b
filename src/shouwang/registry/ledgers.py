"""The registers of the register: consents, hand-overs, statuses."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shouwang.kernel.dates import parse_iso
from shouwang.kernel.errors import UserError
from shouwang.ledgers.registers import Column, Ledger, Line, register
from shouwang.registry.actions import sign_consent
from shouwang.registry.incoming import STATUS_TITLES
from shouwang.registry.models import Consent, Household, StatusSpell, Transfer


def _take_consent(line: Line, post: Any) -> None:
    number, day = line.values.get("户编号", ""), line.values.get("签字日期", "")
    home = Household.objects.filter(number=number).first()
    if home is None:
        raise UserError(f"户编号 {number!r} 不在您的范围内", "核对户编号")
    on = parse_iso(day.replace("/", "-"))
    if on is None:
        raise UserError(f"签字日期 {day!r} 无法识别", "写 YYYY-MM-DD")
    sign_consent(home, on, line.values.get("纸质编号", ""), post, timezone.now(), timezone.localdate())


CONSENTS = register(Ledger(
    "consents", _("承诺授权台账"), Consent,
    (Column(_("户"), lambda r: r.household_id), Column(_("区划"), lambda r: r.area_code), Column(_("签字日期"), lambda r: r.signed_on),
     Column(_("撤回日期"), lambda r: r.revoked_on), Column(_("纸质编号"), lambda r: r.paper)),
    filters={"signed_on": ["gte", "lte"], "revoked_on": ["isnull"]}, take_right="consent", take_columns=("户编号", "签字日期", "纸质编号"), take=_take_consent,
))  # fmt: skip
STATUSES = register(Ledger(
    "statuses", _("身份台账"), StatusSpell,
    (Column(_("户"), lambda r: r.household_id), Column(_("区划"), lambda r: r.area_code), Column(_("身份"), lambda r: STATUS_TITLES.get(r.kind, r.kind)),
     Column(_("起"), lambda r: r.since), Column(_("止"), lambda r: r.until), Column(_("来源"), lambda r: r.source)),
    filters={"kind": ["exact"], "until": ["isnull"]},
))  # fmt: skip
TRANSFERS = register(Ledger(
    "transfers", _("移交台账"), Transfer,
    (Column(_("户编号"), lambda r: r.household_number), Column(_("由"), lambda r: r.area_code), Column(_("至"), lambda r: r.also_area),
     Column(_("状态"), lambda r: r.state),
     Column(_("提出"), lambda r: r.offered_at.date()), Column(_("答复日期"), lambda r: r.answered_at and r.answered_at.date())),
    filters={"state": ["exact"]},
))  # fmt: skip
