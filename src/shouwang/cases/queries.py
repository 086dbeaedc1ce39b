"""Reads of clues and cases in the open territory: lists by key, one of each with what belongs to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q
from django.http import Http404

from shouwang.cases.clocks import Named, clocks
from shouwang.cases.limits import number
from shouwang.cases.models import Case, Clue, Evidence, Paper, Pause, Step
from shouwang.cases.procedure import Action, procedure
from shouwang.cases.replay import made_up_later
from shouwang.cases.words import CONFIRMED, NO_RISK, UNTRUE
from shouwang.registry.models import Household
from shouwang.registry.queries import my_range, shown_name
from shouwang.ui.paging import Page, page_by_id
from shouwang.worklist.clock import soon_days

VERIFIED = (CONFIRMED, NO_RISK, UNTRUE)
TRUE = (CONFIRMED, NO_RISK)


@dataclass(frozen=True)
class ClueLine:
    """A clue on a list: whose, why in one sentence, how it stands."""

    clue: Clue
    home: Household | None
    head: str
    why: str
    more: int


def clues_page(area: str, state: str, params: Mapping[str, str]) -> Page[ClueLine]:
    """Clues of an area, newest first."""
    lo, hi = my_range(area)
    query = Clue.objects.filter(area_code__gte=lo, area_code__lt=hi)
    if state == "unseen":
        query = query.filter(state="dispatched", escalated_at__isnull=False, acknowledged_at__isnull=True)
    elif state:
        query = query.filter(state=state)
    found = page_by_id(query, params)
    return Page(clue_lines(found.rows), found.next)


def clue_lines(clues: list[Clue]) -> list[ClueLine]:
    """Clues with their households and first evidence."""
    homes = Household.objects.in_bulk([c.household_id for c in clues if c.household_id])
    first: dict[int, tuple[str, int]] = {}
    for clue_id, sentence in (
        Evidence.objects.filter(clue_id__in=[c.pk for c in clues]).order_by("pk").values_list("clue_id", "sentence")
    ):
        said, n = first.get(clue_id, (sentence, -1))
        first[clue_id] = (said, n + 1)
    lines = []
    for clue in clues:
        home = homes.get(clue.household_id or 0)
        why, more = first.get(clue.pk, ("", 0))
        lines.append(ClueLine(clue, home, shown_name(home.head_name if home else clue.title), why, more))
    return lines


def clue_or_404(clue_id: int) -> Clue:
    """A clue of the open territory."""
    found = Clue.objects.filter(pk=clue_id).first()
    if found is None:
        raise Http404
    return found


def evidence_of(clue: Clue) -> list[Evidence]:
    """All that was heard, in order."""
    return list(Evidence.objects.filter(clue_id=clue.pk).order_by("received_on", "pk"))


@dataclass(frozen=True)
class CaseLine:
    """A case on a list."""

    case: Case
    home: Household | None
    head: str
    state: str
    left: int | None
    colour: str


def cases_page(area: str, state: str, today: date, params: Mapping[str, str]) -> Page[CaseLine]:
    """Cases of an area by state; `late` and `soon` look at undecided ones by their last day."""
    lo, hi = my_range(area)
    query = Case.objects.filter(area_code__gte=lo, area_code__lt=hi)
    if state == "late":
        query = query.filter(decided_on__isnull=True, due_on__lt=today).exclude(state__in=("not_included", "ended"))
    elif state in procedure().states:
        query = query.filter(state=state)
    elif state == "running":
        query = query.exclude(state__in=("eliminated", "not_included", "ended", "monitored"))
    found = page_by_id(query, params)
    return Page(case_lines(found.rows, today), found.next)


def case_lines(cases: list[Case], today: date) -> list[CaseLine]:
    """Cases with their households and the days left of the total limit."""
    homes = Household.objects.in_bulk([c.household_id for c in cases])
    lines = []
    for case in cases:
        home = homes.get(case.household_id)
        running = case.decided_on is None and case.state not in ("not_included", "ended")
        left = (case.due_on - today).days if running and case.due_on else None
        colour = "" if left is None else "late" if left < 0 else "soon" if left <= soon_days() else ""
        lines.append(
            CaseLine(
                case,
                home,
                shown_name(home.head_name) if home else "",
                procedure().states[case.state].title,
                left,
                colour,
            )
        )
    return lines


def case_or_404(case_id: int) -> Case:
    """A case of the open territory."""
    found = Case.objects.filter(pk=case_id).first()
    if found is None:
        raise Http404
    return found


def latest_case_of(household_id: int) -> Case | None:
    """The household's latest case."""
    return Case.objects.filter(household_id=household_id).order_by("-pk").first()


@dataclass(frozen=True)
class CaseCard:
    """A case page: clocks, steps (late entries marked), what can be done now by whom, pauses, papers, evidence."""

    case: Case
    home: Household
    head: str
    clocks: list[Named]
    steps: list[Step]
    made_up: set[int]
    actions: list[Action]
    pauses: list[Pause]
    papers: list[Paper]
    evidence: list[Evidence]


def case_card(case: Case, today: date) -> CaseCard:
    """Everything about one case."""
    home = Household.objects.get(pk=case.household_id)
    steps = list(Step.objects.filter(case_id=case.pk).order_by("pk"))
    evidence = list(Evidence.objects.filter(clue_id=case.clue_id).order_by("received_on", "pk")) if case.clue_id else []
    return CaseCard(
        case, home, shown_name(home.head_name), clocks(case, today), steps, made_up_later(steps, number(case.area_code, "case_late_entry_days", today)),
        procedure().from_state(case.state), list(Pause.objects.filter(case_id=case.pk).order_by("since")),
        list(Paper.objects.filter(case_id=case.pk).order_by("pk")), evidence,
    )  # fmt: skip


@dataclass(frozen=True)
class Rate:
    """How often a rule or department was right: verified clues, of them true, of them taken into monitoring. Kept apart."""

    key: str
    verified: int
    true: int
    included: int


def rates(by: str, area: str = "") -> list[Rate]:
    """By `rule` or `subject` of the evidence, of an area; a clue counts once for each."""
    lo, hi = my_range(area)
    included = Case.objects.filter(decided_on__isnull=False).values("pk")
    verified = Clue.objects.filter(result__in=VERIFIED, area_code__gte=lo, area_code__lt=hi)
    found = Evidence.objects.filter(clue_id__in=verified.values("pk")).exclude(**{by: ""})
    counts = found.values_list(by).annotate(
        n=Count("clue_id", distinct=True),
        true=Count("clue_id", distinct=True, filter=Q(clue_id__in=verified.filter(result__in=TRUE).values("pk"))),
        taken=Count("clue_id", distinct=True, filter=Q(clue_id__in=verified.filter(case_id__in=included).values("pk"))),
    )
    return [Rate(*line) for line in counts.order_by(by)]


@dataclass(frozen=True)
class Misses:
    """漏 错 迟 of department warnings: true clues that only people brought; untrue of the verified; late of all department evidence."""

    true: int
    missed: int
    verified: int
    wrong: int
    delivered: int
    late: int


def misses(area: str) -> Misses:
    """The three rates of an area. *Missed*: a clue found true whose household no department had warned of."""
    lo, hi = my_range(area)
    verified = Clue.objects.filter(result__in=VERIFIED, area_code__gte=lo, area_code__lt=hi)
    warned = Evidence.objects.filter(source="department", area_code__gte=lo, area_code__lt=hi)
    true = verified.filter(result__in=TRUE)
    missed = true.exclude(household_id__in=warned.filter(household_id__isnull=False).values("household_id")).count()
    wrong = verified.filter(result=UNTRUE).count()
    return Misses(true.count(), missed, verified.count(), wrong, warned.count(), warned.filter(late=True).count())
