"""Reads for the pages of files: batches, rows by their end, the review queue, who owes what."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import F
from django.http import Http404

from shouwang.accounts.secret_fields import show
from shouwang.exchange.models import Batch, Candidate, Row
from shouwang.exchange.reading import masked_text
from shouwang.exchange.subjects import feeds
from shouwang.kernel.identity import masked
from shouwang.registry.models import Household, Person
from shouwang.registry.queries import shown_name
from shouwang.ui.paging import Page, page_by_id

ENDS = ("linked", "to_confirm", "unmatched", "rejected")


def batch_or_404(batch_id: int) -> Batch:
    """A batch of the open territory."""
    found = Batch.objects.filter(pk=batch_id).first()
    if found is None:
        raise Http404
    return found


@dataclass(frozen=True)
class Written:
    """A row as it was written: text, name, number and date of birth (opened), town and village."""

    raw: str
    name: str
    number: str
    dob: str
    place: str


def written(row: Row) -> Written:
    """Open what a row said. Numbers are for marking differences in memory; shown masked."""
    text = show(Row._meta.db_table, "written", row.pk, row.written)
    try:
        found: dict[str, Any] = json.loads(text)
    except ValueError:
        return Written("", "", "", "", "")
    return Written(found["raw"], found["name"], found["id"], found["dob"], "".join(found["place"]))


def rows_page(batch: Batch, end: str, params: Mapping[str, str]) -> Page[Any]:
    """Rows of a batch that ended in one way, with their text masked."""
    if end not in ENDS:
        raise Http404
    found = page_by_id(Row.objects.filter(batch_id=batch.pk, status=end), params, newest_first=False)
    return Page([(row, masked_text(written(row).raw)) for row in found.rows], found.next)


@dataclass(frozen=True)
class Side:
    """A candidate beside the row: fields with the differing characters marked (True) for the page."""

    person: Person
    household: Household | None
    name: list[tuple[str, bool]]
    number: list[tuple[str, bool]]
    birth: str
    because: str
    relatives: list[str]
    rank: int


def said_fields(row: Row) -> list[tuple[str, Any]]:
    """The row's other fields under the headers that offices write."""
    feed = feeds().get(row.kind)
    fields = [(f, row.data.get(f.name)) for f in feed.fields] if feed else []
    return [(f.headers[0] if f.headers else f.name, v) for f, v in fields if v is not None and f.name != "amount"]


def compared(mine: str, theirs: str) -> list[tuple[str, bool]]:
    """`theirs` in pieces, True where it differs from `mine` at that place."""
    pieces: list[tuple[str, bool]] = []
    for n, char in enumerate(theirs):
        differs = bool(mine) and (n >= len(mine) or mine[n] != char)
        if pieces and pieces[-1][1] == differs:
            pieces[-1] = (pieces[-1][0] + char, differs)
        else:
            pieces.append((char, differs))
    return pieces


def candidates(row: Row, said: Written) -> list[Side]:
    """The candidates of a row, likeliest first, each with the household's other members."""
    found = list(Candidate.objects.filter(row_id=row.pk).order_by("rank")[:9])
    people = {p.pk: p for p in Person.objects.filter(pk__in=[c.person_id for c in found])}
    homes = Household.objects.in_bulk([p.household_id for p in people.values()])
    sides = []
    for c in found:
        person = people.get(c.person_id)
        if person is None:
            continue
        number = show(Person._meta.db_table, "identity", person.pk, person.identity)
        others = Person.objects.filter(household_id=person.household_id).exclude(pk=person.pk).order_by("number")[:6]
        sides.append(
            Side(person, homes.get(person.household_id), compared(said.name, person.name), _masked_difference(said.number, number),
                 person.birth.isoformat() if person.birth else "", c.because, [f"{shown_name(o.name)}（{o.relation}）" for o in others], c.rank)
        )  # fmt: skip
    return sides


def _masked_difference(mine: str, theirs: str) -> list[tuple[str, bool]]:
    """Only the differing characters and the last four are shown of a number."""
    if not theirs:
        return []
    if not mine or len(mine) != len(theirs):
        return [(masked(theirs), False)]
    pieces = compared(mine, theirs)
    shown: list[tuple[str, bool]] = []
    at = 0
    for text, differs in pieces:
        hidden = "".join(ch if differs or at + n >= len(theirs) - 4 else "*" for n, ch in enumerate(text))
        shown.append((hidden, differs))
        at += len(text)
    return shown


def review_queue(subject: str, batch_id: int | None) -> Any:
    """Rows to confirm, largest money first."""
    rows = Row.objects.filter(status="to_confirm", batch_id__in=Batch.objects.filter(state="done").values("pk"))
    if batch_id:
        rows = rows.filter(batch_id=batch_id)
    if subject:
        rows = rows.filter(subject=subject)
    return rows.order_by(F("amount").desc(nulls_last=True), "pk")
