"""Taking up what was heard about a household: it joins the open clue or opens one; with a case not yet decided it joins that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from shouwang.accounts.audit.write import record
from shouwang.accounts.models import Assignment
from shouwang.cases.models import Case, Clue, Evidence
from shouwang.cases.procedure import IDENTIFY, procedure
from shouwang.cases.words import OPEN_CLUES, SOURCES
from shouwang.kernel.errors import UserError, given_day
from shouwang.registry.models import Household


@dataclass(frozen=True)
class Heard:
    """What was heard: from where, in whose words, when it was received; the household and the risk it speaks of."""

    source: str
    sentence: str
    received_on: date
    subject: str = "registry"
    risk_type: str = ""
    rule: str = ""
    report_id: int | None = None
    event_date: date | None = None


def hear(household: Household, heard: Heard, at: datetime, today: date, by: Assignment | None = None) -> Clue:
    """Add a report to the household's open clue, or open one. Raises UserError for an unknown source or a day in the future."""
    if heard.source not in SOURCES:
        raise UserError(f"没有来源 {heard.source!r}", "从列表里选择")
    given_day(heard.received_on, today, "收到日期", "写实际收到的日期")
    with transaction.atomic():
        clue = _open_clue(household, heard, at)
        Evidence.objects.create(
            area_code=household.area_code, clue_id=clue.pk, household_id=household.pk, subject=heard.subject, source=heard.source, rule=heard.rule,
            risk_type=heard.risk_type, report_id=heard.report_id, event_date=heard.event_date, sentence=heard.sentence.strip()[:600],
            received_on=heard.received_on, recorded_at=at,
        )  # fmt: skip
        if clue.state in OPEN_CLUES and heard.received_on < clue.received_on:
            clue.received_on = heard.received_on
            clue.save(update_fields=["received_on"])
    record("heard", "clue", clue.pk, role=by.role if by else "", area=household.area_code, source=heard.source)
    return clue


def _open_clue(household: Household, heard: Heard, at: datetime) -> Clue:
    found = Clue.objects.select_for_update().filter(household_id=household.pk, state__in=OPEN_CLUES).first()
    if found is not None:
        return found
    undecided = procedure().in_chain(IDENTIFY)
    case = Case.objects.filter(household_id=household.pk, state__in=undecided, clue_id__isnull=False).first()
    if case is not None and heard.source != "objection":
        return Clue.objects.get(pk=case.clue_id)
    return Clue.objects.create(
        area_code=household.area_code,
        household_id=household.pk,
        source=heard.source,
        received_on=heard.received_on,
        recorded_at=at,
    )
