"""`/api/v1`: signals, counts, screenings."""

# No deferred annotations here: the endpoint kit reads the types of wrapped functions as they stand.
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from ninja import Schema

from shouwang.accounts.audit.write import record
from shouwang.accounts.tokens import endpoint
from shouwang.home.api_kit import After, Area, Word, api, next_key
from shouwang.kernel.areas import COUNTY_DIGITS
from shouwang.screening import queries as signal_queries
from shouwang.screening.application_book import book_for
from shouwang.screening.models import Run
from shouwang.screening.tasks import ask, later
from shouwang.ui.paging import page_by_id


class RunIn(Schema):
    """The day a screening speaks about."""

    as_of: date


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
    return {"items": items, "next": next_key(found.next)}


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
    return {"items": [_run(r) for r in found.rows], "next": next_key(found.next)}


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
