"""Changes of the register by people: consent, members coming and going, moving house, handing over."""

from __future__ import annotations

from datetime import date, datetime

from django.db import connection
from django.utils.translation import gettext_lazy as _

from shouwang.accounts.audit.write import record
from shouwang.accounts.bulk import insert_rows, take_ids
from shouwang.accounts.models import Assignment
from shouwang.accounts.secret_fields import IDENTITY, digest, hide, show
from shouwang.kernel.errors import UserError, given_reason
from shouwang.kernel.identity import id_norm, is_valid
from shouwang.regions.models import Division
from shouwang.registry.incoming import STATUS_TITLES
from shouwang.registry.models import (
    Consent,
    Household,
    Membership,
    OwnHousehold,
    Person,
    SearchToken,
    StatusSpell,
    Transfer,
)
from shouwang.registry.names import tokens

CAME = {"birth": _("出生"), "marriage": _("嫁入或入赘"), "moved_in": _("迁入"), "other": _("其他")}
LEFT = {
    "death": _("死亡"),
    "marriage": _("嫁出或入赘他户"),
    "split": _("分户"),
    "moved_out": _("迁出"),
    "other": _("其他"),
}
HOME_FACTS = {
    "house": _("住房结构"),
    "area": _("住房面积（平方米）"),
    "water": _("饮水来源"),
    "land": _("承包地（亩）"),
    "forest": _("林地（亩）"),
}


def reveal(person: Person, field: str, reason: str, by: Assignment) -> str:
    """A whole number, for a reason that is written down before the number is shown."""
    reason = given_reason(reason, "查看完整号码")
    if field not in ("identity", "phone"):
        raise UserError(f"没有字段 {field!r}", "选择证件号码或联系电话")
    record("reveal", "person", person.pk, role=by.role, reason=reason, rows=1, field=field)
    return show(Person._meta.db_table, field, person.pk, getattr(person, field))


def sign_consent(household: Household, on: date, paper: str, by: Assignment, at: datetime, today: date) -> Consent:
    """The household signed the 承诺授权."""
    if on > today:
        raise UserError(f"签字日期 {on} 在今天之后", "写纸面上的签字日期")
    if Consent.objects.filter(household_id=household.pk, revoked_on__isnull=True).exists():
        raise UserError("这一户已有有效的授权", "需要时先登记撤回")
    made = Consent.objects.create(
        area_code=household.area_code,
        household_id=household.pk,
        signed_on=on,
        paper=paper[:80],
        recorded_by=by.user_id,
        recorded_at=at,
    )
    record("consent", "household", household.pk, role=by.role, area=household.area_code)
    return made


def revoke_consent(household: Household, on: date, by: Assignment) -> None:
    """The household took its authorisation back."""
    if not Consent.objects.filter(household_id=household.pk, revoked_on__isnull=True).update(revoked_on=on):
        raise UserError("这一户没有有效的授权", "刷新页面")
    record("consent_revoked", "household", household.pk, role=by.role, area=household.area_code)


def add_member(
    household: Household, name: str, identity: str, sex: str, birth: date | None, relation: str, came: str, since: date, by: Assignment, at: datetime
) -> Person:  # fmt: skip
    """Somebody joins a household."""
    if came not in CAME:
        raise UserError(f"没有原因 {came!r}", "从列表里选择")
    if not name.strip():
        raise UserError("没有写姓名", "写户口簿上的姓名")
    number = id_norm(identity)
    if number and not is_valid(number):
        raise UserError(f"证件号码（尾号 {number[-4:]}）校验不通过", "核对户口簿；暂时没有号码就留空")
    mark = digest(IDENTITY, number)
    if mark and Person.objects.filter(identity_digest=mark).exists():
        raise UserError(f"证件号码（尾号 {number[-4:]}）已登记在本区域的另一人名下", "先办那一人的迁出或分户")
    (person_id,) = take_ids(Person, 1)
    person = Person.objects.create(
        pk=person_id, area_code=household.area_code, household_id=household.pk, number=f"{household.number}M{person_id}", name=name.strip()[:60],
        sex=sex[:2], birth=birth, relation=relation[:30], identity=hide(Person._meta.db_table, "identity", person_id, number or None),
        identity_digest=mark, identity_kind="valid" if number else "missing", identity_ok=bool(number), recorded_at=at,
    )  # fmt: skip
    Membership.objects.create(
        area_code=household.area_code,
        household_id=household.pk,
        person_id=person_id,
        since=since,
        began=came,
        recorded_at=at,
    )
    _found_by(household)
    record("member_came", "household", household.pk, role=by.role, area=household.area_code, person=person_id, why=came)
    return person


def end_membership(household: Household, person_id: int, why: str, on: date, by: Assignment) -> None:
    """Somebody leaves a household."""
    if why not in LEFT:
        raise UserError(f"没有原因 {why!r}", "从列表里选择")
    if not Membership.objects.filter(household_id=household.pk, person_id=person_id, until__isnull=True).update(
        until=on, ended=why
    ):
        raise UserError("此人不是这一户的现有成员", "刷新页面")
    record("member_left", "household", household.pk, role=by.role, area=household.area_code, person=person_id, why=why)


def lives_in(household: Household, area: str, by: Assignment) -> None:
    """The household is registered here and lives elsewhere (or no longer): the other area sees it too."""
    if area and not Division.objects.filter(code=area, level=5, until__isnull=True).exists():
        raise UserError(f"没有代码为 {area} 的村", "选择居住的村")
    household.also_area, household.lives_elsewhere = area or None, bool(area)
    household.version += 1
    household.save(update_fields=["also_area", "lives_elsewhere", "version"])
    record("lives_in", "household", household.pk, role=by.role, area=household.area_code, other=area)


def offer_transfer(household: Household, to: str, reason: str, by: Assignment, at: datetime) -> Transfer:
    """Offer a household to another area; custody changes when that area accepts."""
    place = Division.objects.filter(code=to, until__isnull=True).first()
    if place is None or place.level not in (4, 5):
        raise UserError(f"没有代码为 {to} 的乡镇或村", "选择接收的乡镇或村")
    if household.area_code.startswith(to):
        raise UserError("这一户已经在那里", "选择别的乡镇或村")
    if Transfer.objects.filter(household_id=household.pk, state="offered").exists():
        raise UserError("这一户已有待接收的移交", "等对方接收或退回")
    made = Transfer.objects.create(
        area_code=household.area_code, also_area=to, household_id=household.pk, household_number=household.number, reason=reason[:120],
        offered_by=by.user_id, offered_at=at,
    )  # fmt: skip
    record("transfer_offered", "household", household.pk, role=by.role, area=household.area_code, to=to)
    return made


def accept_transfer(transfer: Transfer, village: str, by: Assignment) -> int:
    """Take a household over, into one of one's own villages. Its rows move with it, in one transaction."""
    if not Division.objects.filter(code=village, level=5, until__isnull=True).exists():
        raise UserError(f"没有代码为 {village} 的村", "选择接收的村")
    with connection.cursor() as cursor:
        cursor.execute("SELECT registry_accept_transfer(%s, %s)", [transfer.pk, village])
        household_id = cursor.fetchone()[0]
    if household_id is None:
        raise UserError("这个移交不能接收（已处理，或村不在您的范围内）", "刷新页面，选择本乡镇的村")
    record("transfer_accepted", "household", household_id, role=by.role, area=village)
    return int(household_id)


def refuse_transfer(transfer: Transfer, why: str, by: Assignment) -> None:
    """Send an offer back with a reason."""
    why = given_reason(why, "退回")
    with connection.cursor() as cursor:
        cursor.execute("SELECT registry_refuse_transfer(%s, %s)", [transfer.pk, why])
        if cursor.fetchone()[0] is None:
            raise UserError("这个移交不能退回（已处理）", "刷新页面")
    record("transfer_refused", "household", transfer.household_id, role=by.role, reason=why)


def begin_status(
    household: Household, kind: str, since: date, source: str, by: Assignment, at: datetime
) -> StatusSpell:
    """A status begins, by a paper that is named."""
    if kind not in STATUS_TITLES:
        raise UserError(f"没有身份 {kind!r}", "从列表里选择")
    if StatusSpell.objects.filter(
        household_id=household.pk, kind=kind, until__isnull=True, retracted_at__isnull=True
    ).exists():
        raise UserError(f"这一户现在已是“{STATUS_TITLES[kind]}”", "先登记原来的结束日期")
    source = given_reason(source, "身份的依据")
    made = StatusSpell.objects.create(
        area_code=household.area_code,
        household_id=household.pk,
        kind=kind,
        since=since,
        source=source[:60],
        recorded_at=at,
    )
    record("status", "household", household.pk, role=by.role, area=household.area_code, status=kind)
    return made


def end_status(household: Household, kind: str, until: date, by: Assignment) -> None:
    """A status ends."""
    open_spells = StatusSpell.objects.filter(
        household_id=household.pk, kind=kind, until__isnull=True, retracted_at__isnull=True
    )
    if not open_spells.update(until=until):
        raise UserError(f"这一户现在不是“{STATUS_TITLES.get(kind, kind)}”", "刷新页面")
    record("status_ended", "household", household.pk, role=by.role, area=household.area_code, status=kind)


def describe_home(household: Household, said: dict[str, str], by: Assignment) -> None:
    """Housing, water and land as found on a visit; blanks leave what was known."""
    known = {key: value.strip()[:60] for key, value in said.items() if key in HOME_FACTS and value.strip()}
    household.housing = {**household.housing, **known}
    household.version += 1
    household.save(update_fields=["housing", "version"])
    record("home", "household", household.pk, role=by.role, area=household.area_code, fields=sorted(known))


def give_household(household: Household, user_id: int, on: date, by: Assignment) -> None:
    """Put a household on the list of a 帮扶责任人."""
    if OwnHousehold.objects.filter(household_id=household.pk, user_id=user_id, until__isnull=True).exists():
        raise UserError("这一户已在此人的名单里", "刷新页面")
    OwnHousehold.objects.create(area_code=household.area_code, household_id=household.pk, user_id=user_id, since=on)
    record("given", "household", household.pk, role=by.role, area=household.area_code, to=user_id)


def _found_by(household: Household) -> None:
    """Search tokens of one household, made anew."""
    names = [household.head_name, *Person.objects.filter(household_id=household.pk).values_list("name", flat=True)]
    SearchToken.objects.filter(household_id=household.pk).delete()
    rows = [(household.area_code, household.pk, token) for token in tokens(household.number, names)]
    insert_rows(SearchToken, ("area_code", "household_id", "token"), rows)
