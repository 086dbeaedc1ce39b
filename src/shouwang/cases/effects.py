"""What each action changes on the case beside its state. An effect may name another state than the table."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from shouwang.accounts.models import Assignment
from shouwang.cases.guards import Taken
from shouwang.cases.hearing import Heard, hear
from shouwang.cases.limits import PUBLICITY, add_days, limit, words
from shouwang.cases.models import Case, Pause
from shouwang.cases.procedure import ELIMINATE, procedure
from shouwang.cases.words import CATEGORIES, KINDS
from shouwang.kernel.errors import UserError
from shouwang.registry.actions import begin_status, end_status, sign_consent
from shouwang.registry.models import Consent, Household, StatusSpell

Effect = Callable[[Case, Taken, Assignment, datetime], str | None]
THREE_KINDS = "three_kinds"
ELIMINATIONS = {"helped": "帮扶消除", "natural": "自然消除"}


def _apply(case: Case, taken: Taken, by: Assignment, at: datetime) -> None:
    case.consent_on = taken.on
    home = Household.objects.get(pk=case.household_id)
    if not Consent.objects.filter(household_id=home.pk, revoked_on__isnull=True).exists():
        sign_consent(home, taken.on, str(taken.data.get("paper", "")), by, at, taken.on)


def _send(case: Case, taken: Taken, by: Assignment, at: datetime) -> None:
    case.comparison_sent_on = taken.on


def _back(case: Case, taken: Taken, by: Assignment, at: datetime) -> None:
    case.comparison_back_on = taken.on


def _publish(case: Case, taken: Taken, by: Assignment, at: datetime) -> None:
    rule = limit(case.area_code, PUBLICITY, taken.on)
    case.publicity_from = taken.on
    case.publicity_until = None if rule.days is None else add_days(taken.on, rule.days, rule.counting)


def _end_publicity(case: Case, taken: Taken, by: Assignment, at: datetime) -> None:
    case.publicity_until = taken.on


def _object(case: Case, taken: Taken, by: Assignment, at: datetime) -> None:
    """An objection is a clue of its own: somebody has to look."""
    case.objection_open = True
    home = Household.objects.get(pk=case.household_id)
    hear(home, Heard("objection", taken.note, taken.on), at, taken.on, by)


def _answer(case: Case, taken: Taken, by: Assignment, at: datetime) -> str | None:
    """An objection that is upheld sends the household back to the visit; the publicity has to be held anew."""
    case.objection_open = False
    if not taken.data.get("upheld"):
        return None
    case.publicity_from = case.publicity_until = None
    return "e_visit" if procedure().states[case.state].chain == ELIMINATE else "to_visit"


def _help_first(case: Case, taken: Taken, by: Assignment, at: datetime) -> None:
    case.green_on, case.green_cause = taken.on, str(taken.data["cause"])


def _pause(case: Case, taken: Taken, by: Assignment, at: datetime) -> None:
    reason = str(taken.data.get("pause", ""))
    if reason not in procedure().pauses:
        raise UserError(f"暂停原因 {reason!r} 不在列表里", f"选择：{'、'.join(procedure().pauses)}")
    Pause.objects.create(
        area_code=case.area_code,
        case_id=case.pk,
        household_id=case.household_id,
        reason=reason,
        since=taken.on,
        recorded_at=at,
    )


def _resume(case: Case, taken: Taken, by: Assignment, at: datetime) -> None:
    Pause.objects.filter(case_id=case.pk, until__isnull=True).update(until=taken.on)


def _decide(case: Case, taken: Taken, by: Assignment, at: datetime) -> None:
    """The household is taken in under the class in force on the day."""
    if not taken.agreed:
        return
    case.category = category_on(case, str(taken.data.get("category", "")), taken)
    case.decided_on = taken.on
    _begin(case, f"县级审定 {taken.on}", taken, by, at)


def category_on(case: Case, wanted: str, taken: Taken) -> str:
    """The class: one of the three kinds, or 防止返贫致贫对象 where a document has switched the area."""
    if words(case.area_code, "monitored_classes", taken.on) != THREE_KINDS:
        return "prevention"
    if wanted not in ("unstable", "edge", "sudden"):
        raise UserError("没有写监测对象类别", f"选择：{'、'.join(list(CATEGORIES.values())[:3])}")
    return wanted


def _begin(case: Case, source: str, taken: Taken, by: Assignment, at: datetime) -> None:
    home = Household.objects.get(pk=case.household_id)
    open_now = StatusSpell.objects.filter(
        household_id=home.pk, kind=case.category, until__isnull=True, retracted_at__isnull=True
    )
    if not open_now.exists():
        begin_status(home, case.category, taken.on, source, by, at)


def _end_spells(case: Case, taken: Taken, by: Assignment) -> None:
    home = Household.objects.get(pk=case.household_id)
    spells = StatusSpell.objects.filter(
        household_id=home.pk, kind__in=KINDS, until__isnull=True, retracted_at__isnull=True
    )
    for kind in sorted(set(spells.values_list("kind", flat=True))):
        end_status(home, kind, taken.on, by)


def _announce(case: Case, taken: Taken, by: Assignment, at: datetime) -> None:
    case.announced_on = taken.on


def _enter(case: Case, taken: Taken, by: Assignment, at: datetime) -> None:
    case.entered_on = taken.on


def _hold(case: Case, taken: Taken, by: Assignment, at: datetime) -> None:
    case.held = not taken.data.get("lift")


def _propose(case: Case, taken: Taken, by: Assignment, at: datetime) -> None:
    kind = str(taken.data.get("kind", ""))
    if kind not in ELIMINATIONS:
        raise UserError("没有写消除方式", "选择帮扶消除或自然消除")
    case.elimination = kind
    case.publicity_from = case.publicity_until = None


def _eliminate(case: Case, taken: Taken, by: Assignment, at: datetime) -> None:
    if taken.agreed:
        case.eliminated_on = taken.on
        _end_spells(case, taken, by)


def _roll_back(case: Case, taken: Taken, by: Assignment, at: datetime) -> None:
    """回退: the elimination was weak; the marker is undone, help goes on, the class is the one of the identification."""
    case.eliminated_on, case.elimination = None, ""
    _begin(case, "风险消除回退", taken, by, at)


def _end(case: Case, taken: Taken, by: Assignment, at: datetime) -> None:
    case.ended_on = taken.on
    _end_spells(case, taken, by)


EFFECTS: dict[str, Effect] = {
    "apply": _apply, "send_comparison": _send, "comparison_back": _back, "publish": _publish, "end_publicity": _end_publicity,
    "object": _object, "answer_objection": _answer, "help_first": _help_first, "pause": _pause, "resume": _resume, "county_decide": _decide,
    "announce": _announce, "enter": _enter, "hold": _hold, "propose": _propose, "e_publish": _publish, "e_end_publicity": _end_publicity,
    "e_county_decide": _eliminate, "roll_back": _roll_back, "end_gone": _end,
}  # fmt: skip
