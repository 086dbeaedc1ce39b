"""`/api/v1`: the post, areas, households, hand-overs."""

# No deferred annotations here: the endpoint kit reads the types of wrapped functions as they stand.
from datetime import date
from typing import Annotated, Any

from django.http import Http404
from django.utils import timezone
from ninja import Schema
from pydantic import Field

from shouwang.accounts.audit.write import record
from shouwang.accounts.tokens import endpoint
from shouwang.home.api_kit import After, Area, Id, Reason, Word, api, next_key
from shouwang.kernel.areas import COUNTY_DIGITS
from shouwang.regions.queries import children
from shouwang.registry import actions, queries
from shouwang.registry.models import Household, Person, Transfer
from shouwang.screening import queries as signal_queries
from shouwang.screening.application_book import book_for
from shouwang.ui.paging import page_by_id


class Text(Schema):
    """Something typed."""

    q: Annotated[str, Field(max_length=60)]


class ConsentIn(Schema):
    """A signature."""

    signed_on: date
    paper: Annotated[str, Field(max_length=80)] = ""


class VillageIn(Schema):
    """The village that takes a household over."""

    village: Annotated[str, Field(pattern=r"^[0-9]{12}$")]


class RevealIn(Schema):
    """Which number of whom, and why."""

    person_id: Annotated[int, Field(ge=1, le=2**63 - 1)]
    field: Annotated[str, Field(max_length=20)] = "identity"
    reason: Annotated[str, Field(max_length=200)]


class MemberIn(Schema):
    """Somebody who joins."""

    name: Annotated[str, Field(max_length=60)]
    identity: Annotated[str, Field(max_length=30)] = ""
    sex: Annotated[str, Field(max_length=2)] = ""
    birth: date | None = None
    relation: Annotated[str, Field(max_length=30)] = ""
    came: Annotated[str, Field(max_length=20)]
    since: date


class LeaveIn(Schema):
    """Somebody who leaves."""

    why: Annotated[str, Field(max_length=20)]
    on: date


class OfferIn(Schema):
    """Where to, and why."""

    to: Annotated[str, Field(pattern=r"^[0-9]{9}([0-9]{3})?$")]
    reason: Annotated[str, Field(max_length=120)]


def _household(h: Household) -> dict[str, Any]:
    return {"id": h.pk, "number": h.number, "head": queries.shown_name(h.head_name), "area": h.area_code, "town": h.town, "village": h.village,
            "persons": h.persons, "also_area": h.also_area}  # fmt: skip


@api.get("/me")
@endpoint("home")
def me(request: Any) -> dict[str, Any]:
    """The post a token acts for."""
    post = request.holder
    return {
        "user": post.user.username,
        "role": post.role,
        "area": post.area_code,
        "rights": sorted(request.auth.rights),
    }


@api.get("/areas")
@endpoint("home")
def areas(request: Any, parent: Area = "") -> dict[str, Any]:
    """The areas directly below one."""
    return {"items": [{"code": d.code, "name": d.name} for d in children(parent)]}


@api.get("/households")
@endpoint("registry.read")
def households(request: Any, area: Area = "", status: Word = "", after: After = "") -> dict[str, Any]:
    """Households of an area, by key."""
    found = queries.households_page(area, status, {"after": after})
    record("list", "household", role=request.holder.role, rows=len(found.rows))
    return {"items": [_household(h) for h in found.rows], "next": next_key(found.next)}


@api.post("/households/search")
@endpoint("registry.read")
def search(request: Any, text: Text) -> dict[str, Any]:
    """Households by number, name, pinyin, village."""
    found = queries.search(text.q)
    record("search", "household", role=request.holder.role, rows=len(found))
    return {"items": [_household(h) for h in found]}


@api.get("/households/{household_id}")
@endpoint("registry.read")
def household(request: Any, household_id: Id, on: date | None = None) -> dict[str, Any]:
    """One household with members, statuses and open signals."""
    card = queries.household_card(household_id, on or timezone.localdate(), timezone.now())
    record("look", "household", household_id, role=request.holder.role, area=card.household.area_code, rows=1)
    found, hidden = signal_queries.of_household(household_id, book_for(card.household.area_code[:COUNTY_DIGITS]))
    return {
        **_household(card.household),
        "members": [
            {
                "id": m.person.pk,
                "name": m.name,
                "relation": m.person.relation,
                "birth": m.person.birth,
                "identity": m.number,
            }
            for m in card.members
        ],
        "statuses": [{"kind": s.kind, "since": s.since, "until": s.until} for s in card.spells],
        "consent": card.consent is not None,
        "signals": [
            {
                "rule": s.signal.rule,
                "class": s.signal.signal_class,
                "sentence": s.signal.sentence,
                "citation": s.signal.citation,
                "late": s.signal.late,
            }
            for s in found
        ],
        "hidden_signals": hidden,
    }


@api.post("/households/{household_id}/consent")
@endpoint("consent")
def consent(request: Any, household_id: Id, body: ConsentIn) -> dict[str, Any]:
    """Enter a signed 承诺授权."""
    home = queries.household_or_404(household_id)
    made = actions.sign_consent(home, body.signed_on, body.paper, request.holder, timezone.now(), timezone.localdate())
    return {"id": made.pk}


@api.post("/households/{household_id}/reveal")
@endpoint("reveal")
def reveal(request: Any, household_id: Id, body: RevealIn) -> dict[str, Any]:
    """A whole number, for a reason that is written down first."""
    queries.household_or_404(household_id)
    person = Person.objects.filter(pk=body.person_id, household_id=household_id).first()
    if person is None:
        raise Http404
    return {"value": actions.reveal(person, body.field, body.reason, request.holder)}


@api.post("/households/{household_id}/members")
@endpoint("registry.write")
def add_member(request: Any, household_id: Id, body: MemberIn) -> dict[str, Any]:
    """Somebody joins a household."""
    home = queries.household_or_404(household_id)
    made = actions.add_member(
        home,
        body.name,
        body.identity,
        body.sex,
        body.birth,
        body.relation,
        body.came,
        body.since,
        request.holder,
        timezone.now(),
    )
    return {"id": made.pk}


@api.post("/households/{household_id}/members/{person_id}/leave")
@endpoint("registry.write")
def leave(request: Any, household_id: Id, person_id: Id, body: LeaveIn) -> dict[str, Any]:
    """Somebody leaves a household."""
    actions.end_membership(queries.household_or_404(household_id), person_id, body.why, body.on, request.holder)
    return {"id": person_id}


@api.post("/households/{household_id}/transfer")
@endpoint("transfer")
def offer(request: Any, household_id: Id, body: OfferIn) -> dict[str, Any]:
    """Offer a household to another area."""
    home = queries.household_or_404(household_id)
    return {"id": actions.offer_transfer(home, body.to, body.reason, request.holder, timezone.now()).pk}


@api.get("/transfers")
@endpoint("transfer")
def transfers(request: Any, after: After = "") -> dict[str, Any]:
    """Hand-overs given or offered."""
    found = page_by_id(Transfer.objects.all(), {"after": after})
    items = [
        {"id": t.pk, "household": t.household_number, "from": t.area_code, "to": t.also_area, "state": t.state}
        for t in found.rows
    ]
    return {"items": items, "next": next_key(found.next)}


@api.post("/transfers/{transfer_id}/accept")
@endpoint("transfer")
def accept(request: Any, transfer_id: Id, body: VillageIn) -> dict[str, Any]:
    """Take a household over."""
    offer = Transfer.objects.filter(pk=transfer_id).first()
    if offer is None:
        raise Http404
    return {"household_id": actions.accept_transfer(offer, body.village, request.holder)}


@api.post("/transfers/{transfer_id}/refuse")
@endpoint("transfer")
def refuse(request: Any, transfer_id: Id, body: Reason) -> dict[str, Any]:
    """Send an offer back."""
    offer = Transfer.objects.filter(pk=transfer_id).first()
    if offer is None:
        raise Http404
    actions.refuse_transfer(offer, body.reason, request.holder)
    return {"id": transfer_id}
