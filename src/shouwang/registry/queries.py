"""Reads of the register, all in the open territory: lists by key, search by tokens, one household with what belongs to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.http import Http404

from shouwang.accounts.enums import Depth
from shouwang.accounts.scope import area_range
from shouwang.accounts.secret_fields import IDENTITY, digest, half_hidden, show_masked
from shouwang.accounts.territory import current_scope
from shouwang.kernel.identity import id_norm, is_valid
from shouwang.registry.incoming import STATUS_TITLES
from shouwang.registry.models import Consent, Household, Membership, Person, StatusSpell, Transfer, YearSheet
from shouwang.registry.names import asked
from shouwang.ui.paging import SIZE, Page, next_query, whole

FOUND_AT_MOST = 50
TOP = "\U0010ffff"
SEARCH = """SELECT DISTINCT household_id FROM registry_search_token
WHERE token >= %s AND token < %s AND area_code >= %s AND area_code < %s LIMIT %s"""


def shown_name(name: str) -> str:
    """A person's name as the open territory's depth allows."""
    scope = current_scope()
    return name if scope is not None and scope.depth == Depth.PERSON else half_hidden(name)


def my_range(area: str) -> tuple[str, str]:
    """The range of an area inside the open territory; nothing for an area outside."""
    scope = current_scope()
    if scope is None:
        raise RuntimeError("no territory")
    return area_range(scope.narrowed(area).area if area else scope.area)


def households_page(area: str, status: str, params: Mapping[str, str]) -> Page[Household]:
    """Households of an area in order of area and id; `status` keeps those with an open spell of that kind."""
    lo, hi = my_range(area)
    query = Household.objects.filter(area_code__gte=lo, area_code__lt=hi, dissolved_on__isnull=True)
    if status in STATUS_TITLES:
        homes = StatusSpell.objects.filter(
            kind=status, until__isnull=True, retracted_at__isnull=True, area_code__gte=lo, area_code__lt=hi
        )
        query = query.filter(pk__in=homes.values("household_id"))
    at, _, key = params.get("after", "").partition(".")
    if at.isdecimal() and whole(key) is not None:
        query = query.extra(
            where=["(registry_household.area_code, registry_household.id) > (%s, %s)"], params=[at, int(key)]
        )
    rows = list(query.order_by("area_code", "pk")[: SIZE + 1])
    more = next_query(params, f"{rows[SIZE - 1].area_code}.{rows[SIZE - 1].pk}") if len(rows) > SIZE else ""
    return Page(rows[:SIZE], more)


def search(text: str) -> list[Household]:
    """Households by number, a member's name, its pinyin or initials, a village, or a whole identity number."""
    wanted = asked(text)
    if not wanted:
        return []
    number = id_norm(wanted.upper())
    if is_valid(number):
        ids = list(
            Person.objects.filter(identity_digest=digest(IDENTITY, number)).values_list("household_id", flat=True)
        )
    else:
        lo, hi = my_range("")
        with connection.cursor() as cursor:
            cursor.execute(SEARCH, [wanted, wanted + TOP, lo, hi, FOUND_AT_MOST])
            ids = [row[0] for row in cursor.fetchall()]
    found = list(Household.objects.filter(pk__in=ids).order_by("area_code", "pk")[:FOUND_AT_MOST])
    if len(found) < FOUND_AT_MOST and not wanted.isascii():
        lo, hi = my_range("")
        places = Household.objects.filter(area_code__gte=lo, area_code__lt=hi, village=wanted).exclude(pk__in=ids)
        found += list(places.order_by("area_code", "pk")[: FOUND_AT_MOST - len(found)])
    return found


def statuses_of(households: list[Household]) -> dict[int, list[str]]:
    """Titles of the open statuses of several households."""
    found: dict[int, list[str]] = {}
    spells = StatusSpell.objects.filter(
        household_id__in=[h.pk for h in households], until__isnull=True, retracted_at__isnull=True
    )
    for home, kind in spells.order_by("pk").values_list("household_id", "kind"):
        found.setdefault(home, []).append(STATUS_TITLES.get(kind, kind))
    return found


@dataclass(frozen=True)
class Member:
    """A person as shown: name by depth, number masked, and whether still a member."""

    person: Person
    name: str
    number: str
    phone: str
    membership: Membership | None


@dataclass(frozen=True)
class HouseholdCard:
    """One household with what the register knows of it on a day."""

    household: Household
    head: str
    phone: str
    members: list[Member]
    former: list[Member]
    spells: list[StatusSpell]
    years: list[YearSheet]
    consent: Consent | None
    transfers: list[Transfer]


def household_or_404(household_id: int) -> Household:
    """A household of the open territory. Outside and nonexistent are the same."""
    found = Household.objects.filter(pk=household_id).first()
    if found is None:
        raise Http404
    return found


def household_card(household_id: int, on: date, known_at: datetime) -> HouseholdCard:
    """The household as of a day, by what was known at a moment. Raises Http404."""
    household = household_or_404(household_id)
    memberships: dict[int, Membership] = {}
    for m in Membership.objects.filter(household_id=household_id).order_by("pk"):
        memberships[m.person_id] = m
    people = [
        _member(p, memberships.get(p.pk)) for p in Person.objects.filter(pk__in=list(memberships)).order_by("number")
    ]
    spells = StatusSpell.objects.filter(household_id=household_id, retracted_at__isnull=True).order_by("since", "pk")
    sheets = YearSheet.objects.filter(household_id=household_id, person_id__isnull=True, recorded_at__lte=known_at)
    consents = Consent.objects.filter(household_id=household_id, signed_on__lte=on).order_by("-pk")
    return HouseholdCard(
        household,
        shown_name(household.head_name),
        show_masked("registry_household", "phone", household.pk, household.phone),
        [m for m in people if _is_in(m.membership, on)],
        [m for m in people if not _is_in(m.membership, on)],
        list(spells),
        list(sheets.filter(retracted_at__isnull=True).order_by("-year")[:2]),
        next((c for c in consents if c.revoked_on is None or c.revoked_on > on), None),
        list(Transfer.objects.filter(household_id=household_id).order_by("-pk")),
    )


def _is_in(membership: Membership | None, on: date) -> bool:
    if membership is None:
        return True
    return (membership.since is None or membership.since <= on) and (membership.until is None or membership.until > on)


def _member(person: Person, membership: Membership | None) -> Member:
    table = Person._meta.db_table
    return Member(
        person,
        shown_name(person.name),
        show_masked(table, "identity", person.pk, person.identity),
        show_masked(table, "phone", person.pk, person.phone),
        membership,
    )


def newest_sheet(household_id: int, year: int | None = None) -> YearSheet | None:
    """The household's own yearly sheet: of a year, else the newest."""
    sheets = YearSheet.objects.filter(household_id=household_id, person_id__isnull=True, retracted_at__isnull=True)
    if year is not None:
        sheets = sheets.filter(year=year)
    return sheets.order_by("-year", "-pk").first()


def income_parts(sheet: YearSheet) -> list[tuple[str, int | None]]:
    """The parts of a yearly sheet's income, in fen, for people to read."""
    data: Any = sheet.data
    titles = (("工资性收入", "wage_income"), ("生产经营性收入", "business_income"), ("财产性收入", "property_income"),
              ("转移性收入", "transfer_income"), ("生产经营性支出", "business_cost"), ("合规自付支出", "self_paid"), ("理赔收入", "claims"))  # fmt: skip
    return [(title, data.get(key)) for title, key in titles]
