"""The clocks of a case: the total since the earliest receipt, the publicity, the green channel's paperwork, each by figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from shouwang.cases.limits import PUBLICITY, TOTAL, Clock, Span, limit, run_clock
from shouwang.cases.models import Case, Pause
from shouwang.cases.procedure import IDENTIFY, Action, procedure

GREEN = "green_channel_paper_days"
AMBER = "soon"


@dataclass(frozen=True)
class Named:
    """A clock with its name for people."""

    title: str
    clock: Clock


def due_on(area: str, start: date, pauses: Sequence[Span]) -> date | None:
    """The last day of the total limit; None when no limit is set."""
    return run_clock(start, limit(area, TOTAL, start), pauses, start).due


def due_of(case: Case, today: date) -> date | None:
    """The last day of a case, its pauses added (an open pause until today)."""
    return run_clock(case.clock_start, limit(case.area_code, TOTAL, case.clock_start), pauses_of(case), today).due


def pauses_of(case: Case) -> list[Span]:
    """The case's pauses as (since, until)."""
    return list(Pause.objects.filter(case_id=case.pk).order_by("since").values_list("since", "until"))


def total_clock(case: Case, today: date) -> Clock:
    """Days from the earliest receipt to the decision (or today), with and without pauses."""
    rule = limit(case.area_code, TOTAL, case.clock_start)
    return run_clock(case.clock_start, rule, pauses_of(case), today, ended_on(case))


def ended_on(case: Case) -> date | None:
    """The day on which the total clock stopped: decided, or refused."""
    if case.decided_on is not None:
        return case.decided_on
    return case.state_since if case.state == "not_included" else None


def clocks(case: Case, today: date) -> list[Named]:
    """All clocks that concern a case now."""
    found = [Named("识别认定总时限", total_clock(case, today))]
    for action in procedure().from_state(case.state):
        start = _began(case, action)
        if start is not None:
            found.append(Named(action.title, run_clock(start, limit(case.area_code, action.clock, start), (), today)))
    if case.green_on is not None:
        found.append(Named("绿色通道补办手续", green_clock(case, today)))
    return found


def _began(case: Case, action: Action) -> date | None:
    """When the clock of a step that waits began; None: the table gives it none, or it does not run."""
    if not action.clock or action.clock == TOTAL:
        return None
    if action.clock == PUBLICITY:
        return case.publicity_from
    if action.key == "comparison_back":
        return case.comparison_sent_on if case.comparison_back_on is None else None
    return case.state_since


def green_clock(case: Case, today: date) -> Clock:
    """Paperwork after help came first. Without a figure: amber once the area's normal limit is reached, never red."""
    assert case.green_on is not None
    rule = limit(case.area_code, GREEN, case.green_on)
    running = run_clock(case.green_on, rule, (), today, case.decided_on)
    if rule.days is not None:
        return running
    normal = limit(case.area_code, TOTAL, case.green_on)
    waited = (today - case.green_on).days
    over = case.decided_on is None and normal.days is not None and waited >= normal.days
    return Clock(running.start, running.used, running.used_net, None, None, AMBER if over else "not_set", rule)


def refresh_due(today: date) -> int:
    """Due days of all undecided cases anew, as figures may have changed; one look-up an area and start day. Gives the number changed."""
    undecided = Case.objects.filter(state__in=procedure().in_chain(IDENTIFY), decided_on__isnull=True)
    paused = set(Pause.objects.filter(case_id__in=undecided.values("pk")).values_list("case_id", flat=True))
    changed = 0
    for area, start in list(undecided.values_list("area_code", "clock_start").distinct()):
        due = due_on(area, start, ())
        plain = undecided.filter(area_code=area, clock_start=start).exclude(pk__in=paused)
        changed += (
            plain.exclude(due_on=due).update(due_on=due)
            if due
            else plain.filter(due_on__isnull=False).update(due_on=None)
        )
    for case in undecided.filter(pk__in=paused):
        changed += (
            Case.objects.filter(pk=case.pk).exclude(due_on=due_of(case, today)).update(due_on=due_of(case, today))
        )
    return changed
