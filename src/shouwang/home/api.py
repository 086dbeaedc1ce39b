"""`/api/v1`: by program all that the pages do, with the same rights, territory, audit and domain calls."""

# No deferred annotations here: the endpoint kit reads the types of wrapped functions as they stand.
from datetime import date, datetime
from typing import Annotated, Any

from django.http import Http404
from django.utils import timezone
from ninja import File, NinjaAPI, Path, Query, Schema
from ninja.files import UploadedFile
from pydantic import Field

from shouwang.accounts.audit.write import record
from shouwang.accounts.tokens import TokenAuth, endpoint
from shouwang.api.problems import add_problems
from shouwang.exchange import actions as exchange_actions
from shouwang.exchange import queries as exchange_queries
from shouwang.exchange.models import Batch, Row
from shouwang.exchange.remembered import decide
from shouwang.exchange.tasks import import_batch, read_batch, write_registry
from shouwang.exchange.upload_stream import SealedUpload
from shouwang.kernel.errors import UserError
from shouwang.regions.queries import children
from shouwang.registry import actions, queries
from shouwang.registry.models import Household, Transfer
from shouwang.screening import queries as signal_queries
from shouwang.screening.application_book import book_for
from shouwang.screening.models import Run
from shouwang.screening.tasks import COUNTY_DIGITS, ask, later
from shouwang.ui.paging import page_by_id

api = NinjaAPI(title="守望 Shouwang", version="1", urls_namespace="api", auth=TokenAuth(), docs_url=None)
add_problems(api)
Id = Annotated[int, Path(ge=1, le=2**63 - 1)]
After = Annotated[str, Query(pattern=r"^[0-9.]{0,40}$")]
Area = Annotated[str, Query(pattern=r"^[0-9]{0,12}$")]
Word = Annotated[str, Query(pattern=r"^[a-zA-Z0-9_]{0,20}$")]


class Text(Schema):
    """Something typed."""

    q: Annotated[str, Field(max_length=60)]


class Confirmation(Schema):
    """What a file is."""

    kind: Annotated[str, Field(max_length=40)]
    start: date | None = None
    end: date | None = None
    columns: dict[Annotated[str, Field(max_length=80)], Annotated[str, Field(max_length=40)]] = {}


class Reason(Schema):
    """Why."""

    reason: Annotated[str, Field(max_length=200)]


class DecisionIn(Schema):
    """The candidate meant, or null for nobody."""

    person_id: Annotated[int, Field(ge=1, le=2**63 - 1)] | None


class RunIn(Schema):
    """The day a screening speaks about."""

    as_of: date


class ConsentIn(Schema):
    """A signature."""

    signed_on: date
    paper: Annotated[str, Field(max_length=80)] = ""


class VillageIn(Schema):
    """The village that takes a household over."""

    village: Annotated[str, Field(pattern=r"^[0-9]{12}$")]


def _household(h: Household) -> dict[str, Any]:
    return {"id": h.pk, "number": h.number, "head": queries.shown_name(h.head_name), "area": h.area_code, "town": h.town, "village": h.village,
            "persons": h.persons, "also_area": h.also_area}  # fmt: skip


def _batch(b: Batch) -> dict[str, Any]:
    return {"id": b.pk, "file_name": b.file_name, "kind": b.kind, "subject": b.subject, "state": b.state, "rows_in": b.rows_in, "linked": b.linked,
            "to_confirm": b.to_confirm, "unmatched": b.unmatched, "rejected": b.rejected, "received_at": b.received_at,
            "refusal": b.what.get("refusal", ""), "remedy": b.what.get("remedy", "")}  # fmt: skip


def _next(query: str) -> str:
    return query.partition("after=")[2]


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
    return {"items": [_household(h) for h in found.rows], "next": _next(found.next)}


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


@api.get("/transfers")
@endpoint("transfer")
def transfers(request: Any, after: After = "") -> dict[str, Any]:
    """Hand-overs given or offered."""
    found = page_by_id(Transfer.objects.all(), {"after": after})
    items = [
        {"id": t.pk, "household": t.household_number, "from": t.area_code, "to": t.also_area, "state": t.state}
        for t in found.rows
    ]
    return {"items": items, "next": _next(found.next)}


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


@api.get("/batches")
@endpoint("exchange.read")
def batches(request: Any, after: After = "") -> dict[str, Any]:
    """Files that came in."""
    found = page_by_id(Batch.objects.all(), {"after": after})
    return {"items": [_batch(b) for b in found.rows], "next": _next(found.next)}


@api.post("/batches")
@endpoint("exchange.upload")
def upload(request: Any, file: File[UploadedFile]) -> dict[str, Any]:
    """Hand in a file; it is read in the background."""
    taken: Any = file
    if not isinstance(taken, SealedUpload) or not taken.size:
        raise UserError("文件是空的", "核对是否发错了文件")
    batch, is_new = exchange_actions.receive(taken, request.holder, timezone.now())
    if is_new:
        read_batch.defer(batch_id=batch.pk, assignment_id=request.holder.pk)
    return {**_batch(batch), "new": is_new}


@api.get("/batches/{batch_id}")
@endpoint("exchange.read")
def batch(request: Any, batch_id: Id) -> dict[str, Any]:
    """One file."""
    found = exchange_queries.batch_or_404(batch_id)
    return {**_batch(found), "understood": {k: v for k, v in found.what.items() if k != "password"}}


@api.post("/batches/{batch_id}/confirm")
@endpoint("exchange.upload")
def confirm(request: Any, batch_id: Id, body: Confirmation) -> dict[str, Any]:
    """Say what it is, and import it."""
    found = exchange_queries.batch_or_404(batch_id)
    exchange_actions.confirm(found, body.kind, body.start, body.end, body.columns, request.holder)
    if found.state == exchange_actions.QUEUED:
        import_batch.defer(batch_id=found.pk, assignment_id=request.holder.pk)
    return _batch(found)


@api.post("/batches/{batch_id}/write")
@endpoint("registry.import")
def write(request: Any, batch_id: Id) -> dict[str, Any]:
    """Write a registry file whose differences have been seen."""
    found = exchange_queries.batch_or_404(batch_id)
    if found.state != exchange_actions.DIFFERENCES:
        raise UserError("这个文件没有待写入的差异", "看它到了哪一步")
    exchange_actions.note(found.pk, state=exchange_actions.IMPORTING)
    write_registry.defer(batch_id=found.pk, assignment_id=request.holder.pk)
    return {"id": found.pk}


@api.post("/batches/{batch_id}/undo")
@endpoint("exchange.undo")
def undo(request: Any, batch_id: Id, body: Reason) -> dict[str, Any]:
    """Retract a file."""
    found = exchange_queries.batch_or_404(batch_id)
    return {"retracted": exchange_actions.undo(found, request.holder, body.reason, timezone.now())}


@api.get("/batches/{batch_id}/rows/{end}")
@endpoint("exchange.read")
def rows(
    request: Any, batch_id: Id, end: Annotated[str, Path(pattern=r"^[a-z_]{1,12}$")], after: After = ""
) -> dict[str, Any]:
    """Rows by their end, numbers masked."""
    found = exchange_queries.rows_page(exchange_queries.batch_or_404(batch_id), end, {"after": after})
    record("look", "batch", batch_id, role=request.holder.role, rows=len(found.rows), end=end)
    return {
        "items": [
            {"id": r.pk, "sheet": r.sheet, "row": r.row, "text": text, "method": r.method, "reject": r.reject}
            for r, text in found.rows
        ],
        "next": _next(found.next),
    }


@api.get("/review")
@endpoint("exchange.review")
def review(request: Any, batch: Annotated[int | None, Query(ge=1, le=2**63 - 1)] = None) -> dict[str, Any]:
    """The next rows to confirm, largest money first, with candidates."""
    items = []
    for row in exchange_queries.review_queue("", batch)[:20]:
        said = exchange_queries.written(row)
        sides = exchange_queries.candidates(row, said)
        items.append({"row_id": row.pk, "kind": row.kind, "amount": row.amount, "name": said.name,
                      "candidates": [{"person_id": s.person.pk, "name": queries.shown_name(s.person.name), "because": s.because} for s in sides]})  # fmt: skip
    record("look", "row", "", role=request.holder.role, rows=len(items))
    return {"items": items}


@api.post("/review/{row_id}")
@endpoint("exchange.review")
def decide_row(request: Any, row_id: Id, body: DecisionIn) -> dict[str, Any]:
    """Decide a row."""
    row = Row.objects.filter(pk=row_id).first()
    if row is None:
        raise Http404
    return {"decision_id": decide(row, body.person_id, request.holder, timezone.now()).pk}


@api.get("/signals")
@endpoint("screening.read")
def signals(
    request: Any, area: Area = "", rule: Word = "", signal_class: Word = "", after: After = ""
) -> dict[str, Any]:
    """Open signals."""
    book = book_for(request.holder.area_code[:COUNTY_DIGITS])
    found = signal_queries.signals_page(area, rule, signal_class, {"after": after}, book)
    record("list", "signal", role=request.holder.role, rows=len(found.rows))
    items = [{"id": s.signal.pk, "household_id": s.signal.household_id, "rule": s.signal.rule, "class": s.signal.signal_class,
              "sentence": s.signal.sentence, "late": s.signal.late, "opened_on": s.signal.opened_on} for s in found.rows]  # fmt: skip
    return {"items": items, "next": _next(found.next)}


@api.get("/counts")
@endpoint("map")
def counts(request: Any, area: Area = "") -> dict[str, Any]:
    """Signals and households by rule: counts, no persons."""
    return {
        "items": [
            {"rule": c["rule"], "signals": c["n"], "households": c["homes"]}
            for c in signal_queries.counts_by_rule(area)
        ]
    }


@api.get("/runs")
@endpoint("screening.read")
def runs(request: Any, after: After = "") -> dict[str, Any]:
    """Screenings with their manifests."""
    found = page_by_id(Run.objects.all(), {"after": after})
    return {"items": [_run(r) for r in found.rows], "next": _next(found.next)}


def _run(r: Run) -> dict[str, Any]:
    known: datetime = r.known_at
    return {
        "id": r.pk,
        "as_of": r.as_of,
        "known_at": known,
        "state": r.state,
        "manner": r.manner,
        "manifest": r.manifest,
    }


@api.post("/runs")
@endpoint("screening.run")
def new_run(request: Any, body: RunIn) -> dict[str, Any]:
    """Ask for a screening."""
    run = ask(request.holder.area_code, body.as_of, "full", request.holder.user_id, timezone.now())
    record("ask", "run", run.pk, role=request.holder.role)
    later(run)
    return _run(run)
