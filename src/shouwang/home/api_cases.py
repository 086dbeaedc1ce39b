"""`/api/v1`: clues and their conclusions, cases, visits of a round (with ids made on the phone)."""

# No deferred annotations here: the endpoint kit reads the types of wrapped functions as they stand.
from datetime import date
from typing import Annotated, Any

from django.http import Http404
from django.utils import timezone
from ninja import Schema
from pydantic import Field

from shouwang.accounts.audit.write import record
from shouwang.accounts.tokens import endpoint
from shouwang.cases import clues as clue_actions
from shouwang.cases import queries, rounds
from shouwang.cases.field_models import RoundLine
from shouwang.home.api_kit import After, Area, Id, Word, api, next_key
from shouwang.kernel.errors import UserError

Text = Annotated[str, Field(max_length=300)]
Names = Annotated[list[Annotated[str, Field(max_length=30)]], Field(max_length=8)]


class ConclusionIn(Schema):
    """核查结论, for the version of the clue that was looked at."""

    version: int
    result: Annotated[str, Field(max_length=12)]
    reason: Text = ""
    manner: Annotated[str, Field(max_length=12)] = "home"
    visitors: Names = []
    checked_on: date
    referred_to: Annotated[str, Field(max_length=30)] = ""


class VisitIn(Schema):
    """A visit of a round. `client_id` is made on the phone: the same visit sent twice counts once."""

    client_id: Annotated[str, Field(min_length=1, max_length=40)]
    visitors: Names
    visited_on: date
    manner: Annotated[str, Field(max_length=12)] = "home"
    conclusion: Annotated[str, Field(max_length=12)]
    reason: Text = ""
    referred_to: Annotated[str, Field(max_length=30)] = ""
    risk_type: Annotated[str, Field(max_length=30)] = ""


@api.get("/clues")
@endpoint("cases.read")
def clues(request: Any, area: Area = "", state: Word = "", after: After = "") -> dict[str, Any]:
    """Clues, newest first."""
    found = queries.clues_page(area, state, {"after": after})
    record("list", "clue", role=request.holder.role, rows=len(found.rows))
    items = [{"id": r.clue.pk, "household_id": r.clue.household_id, "state": r.clue.state, "why": r.why, "more": r.more, "received_on": r.clue.received_on,
              "due_on": r.clue.due_on, "result": r.clue.result, "version": r.clue.version} for r in found.rows]  # fmt: skip
    return {"items": items, "next": next_key(found.next)}


@api.post("/clues/{clue_id}/conclusion")
@endpoint("case.visit")
def conclude(request: Any, clue_id: Id, body: ConclusionIn) -> dict[str, Any]:
    """Record what was found; 属实纳入研判 opens the case."""
    clue = queries.clue_or_404(clue_id)
    if clue.version != body.version:
        raise UserError("这条线索刚被别人处理过", "重新读取后再写结论")
    said = clue_actions.Conclusion(
        body.result, body.reason, body.manner, tuple(body.visitors), body.checked_on, body.referred_to
    )
    case = clue_actions.conclude(clue, said, request.holder, timezone.now(), timezone.localdate())
    return {"id": clue.pk, "case_id": case.pk if case else None}


@api.get("/cases")
@endpoint("cases.read")
def cases(request: Any, area: Area = "", state: Word = "", after: After = "") -> dict[str, Any]:
    """Cases by state, with the days left of the total limit."""
    found = queries.cases_page(area, state, timezone.localdate(), {"after": after})
    record("list", "case", role=request.holder.role, rows=len(found.rows))
    items = [{"id": r.case.pk, "household_id": r.case.household_id, "state": r.case.state, "category": r.case.category, "risks": r.case.risks,
              "clock_start": r.case.clock_start, "due_on": r.case.due_on, "left": r.left, "version": r.case.version} for r in found.rows]  # fmt: skip
    return {"items": items, "next": next_key(found.next)}


@api.post("/visits/{line_id}")
@endpoint("case.visit")
def visit(request: Any, line_id: Id, body: VisitIn) -> dict[str, Any]:
    """Enter the visit of one household of a round."""
    line = RoundLine.objects.filter(pk=line_id).first()
    if line is None:
        raise Http404
    said = rounds.Visit(
        tuple(body.visitors),
        body.visited_on,
        body.manner,
        body.conclusion,
        body.reason,
        body.referred_to,
        False,
        body.client_id,
        body.risk_type,
    )
    done = rounds.record_visit(line, said, request.holder, timezone.now(), timezone.localdate())
    return {"id": done.pk, "client_id": done.client_id, "clue_id": done.clue_id}
