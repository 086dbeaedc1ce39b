"""A case walked along its lawful course by the people who do it, day by day: what many tests begin from."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from shouwang.config.start import part

DAY, EARLIER = date(2026, 3, 1), date(2026, 1, 5)
TOWN, VILLAGERS = "230524100", ("张一", "李二", "王三", "赵四", "孙五")
TWO = VILLAGERS[:2]


@contextlib.contextmanager
def scratch(who: str = "230524") -> Iterator[None]:
    """A territory whose work is undone at the end: the site stays as it was."""
    from django.db import transaction  # noqa: PLC0415 - Django is configured by now

    territory = part("accounts.territory")
    with territory.territory(territory.system_scope(who) if who.isdigit() else post(who).scope()):
        yield
        transaction.set_rollback(True)


def at(day: date) -> datetime:
    """Noon of a day: the moment of entry."""
    return datetime(day.year, day.month, day.day, 4, tzinfo=UTC)


def free_household(skip: int = 0, village: str = "", last: bool = False) -> Any:
    """A household of the open territory that was never monitored, has a known size, and no clue or case."""
    registry, cases = part("registry.models"), part("cases.models")
    taken = set(cases.Case.objects.values_list("household_id", flat=True)) | set(
        cases.Clue.objects.filter(household_id__isnull=False).values_list("household_id", flat=True)
    )
    monitored = registry.StatusSpell.objects.filter(kind__in=("unstable", "edge", "sudden")).values("household_id")
    found = registry.Household.objects.filter(area_code__startswith=village, persons__gt=0, dissolved_on__isnull=True)
    return found.exclude(pk__in=taken).exclude(pk__in=monitored).order_by("-pk" if last else "pk")[skip]


def lifted_household(skip: int = 0) -> Any:
    """A lifted-out household of the open territory that is not monitored."""
    registry = part("registry.models")
    spells = registry.StatusSpell.objects.filter(until__isnull=True, retracted_at__isnull=True)
    lifted = spells.filter(kind="lifted_out").values("household_id")
    monitored = spells.filter(kind__in=("unstable", "edge", "sudden")).values("household_id")
    found = registry.Household.objects.filter(pk__in=lifted, persons__gt=0, dissolved_on__isnull=True).exclude(
        pk__in=monitored
    )
    return found.order_by("pk")[skip]


def post(username: str) -> Any:
    return part("accounts.models").Assignment.objects.select_related("user").get(user__username=username)


def as_(username: str) -> Any:
    """`with as_("town1"):` the territory of a post."""
    return part("accounts.territory").territory(post(username).scope())


def heard(home: Any, on: date = DAY, risk: str = "因病", source: str = "hotline") -> Any:
    """A clue that came in on a day."""
    hearing = part("cases.hearing")
    return hearing.hear(
        home, hearing.Heard(source, "住院自付三万多元，家里没有积蓄", on, risk_type=risk), at(on), on, post("town1")
    )


def confirm(clue: Any, on: date) -> Any:
    """属实纳入研判 by two visitors; gives the case."""
    clues = part("cases.clues")
    said = clues.Conclusion("confirmed", "入户看过票据", "home", TWO, on)
    return clues.conclude(clue, said, post("town1"), at(on), on)


def opened(risk: str = "因病", on: date = DAY, check: date | None = None, home: Any = None) -> Any:
    """A case just opened, its clock at the receipt."""
    return confirm(heard(home or free_household(), on, risk), check or on)


def act(case: Any, key: str, on: date, who: str = "town1", people: tuple[str, ...] = TWO, **facts: Any) -> Any:
    """One action on a day, entered that day."""
    taken, steps = part("cases.guards").Taken, part("cases.steps")
    agreed, note = facts.pop("agreed", True), facts.pop("note", "")
    step = steps.take(case, key, taken(on, people, agreed, note, facts), post(who), at(on), on)
    case.refresh_from_db()
    return step


def to_publicity(case: Any, on: date) -> date:
    """Application, visit, comparison, review and posting, all on one day (each may be)."""
    act(case, "apply", on, signed=True)
    act(case, "visit", on, signed=True)
    act(case, "send_comparison", on)
    act(case, "comparison_back", on, "county", results={"vehicles": "无"})
    act(case, "review", on, people=VILLAGERS, votes={"yes": 5, "no": 0, "abstain": 0})
    act(case, "publish", on)
    return on


def to_decision(case: Any, on: date, category: str = "edge") -> date:
    """The whole course from application to the county's decision; gives its day."""
    start = to_publicity(case, on)
    end = start + timedelta(days=5)
    act(case, "end_publicity", end)
    act(case, "township_review", end)
    act(case, "county_decide", end, "approver", category=category)
    return end


def monitored(risk: str = "因病", on: date = DAY, home: Any = None, category: str = "edge") -> Any:
    """A case decided, announced, entered."""
    case = opened(risk, on, home=home)
    end = to_decision(case, on, category)
    act(case, "announce", end)
    act(case, "enter", end)
    return case


def helped(case: Any, on: date, column: str = "m_health", value: str = "医疗救助") -> Any:
    """A started measure against the case's first risk."""
    actions = part("assistance.actions")
    measure = actions.add_measure(case, case.risks[0], column, value, on, "医保局", 500_000, post("town1"), at(on))
    actions.start_measure(measure, on, post("town1"), on)
    return measure


def risk_gone(case: Any, on: date) -> None:
    for risk in case.risks:
        part("assistance.actions").see_risk(case, risk, True, on, "出院，费用已报销", post("town1"), at(on), on)


AFTER = {"out_of_school": False, "unsafe_house": False, "safe_water": True, "insured": True, "wage": 9_000_000, "business": 0, "property": 0,
         "transfer": 100_000, "cost": 0, "claims": 0, "self_paid": 50_000}  # fmt: skip


def after_fields(case: Any, on: date, wage: int = 9_000_000) -> None:
    part("assistance.actions").enter_after(case, AFTER | {"wage": wage}, on, post("town1"), at(on))


def to_elimination(case: Any, on: date, kind: str = "helped") -> date:
    """From the proposal to the marker; gives the county's day."""
    act(case, "propose", on, kind=kind)
    after_fields(case, on)
    act(case, "e_visit", on, signed=True)
    act(case, "e_review", on, people=VILLAGERS, votes={"yes": 4, "no": 0, "abstain": 1})
    act(case, "e_publish", on)
    end = on + timedelta(days=5)
    act(case, "e_end_publicity", end)
    act(case, "e_township_review", end)
    act(case, "e_county_decide", end, "approver")
    act(case, "e_announce", end)
    act(case, "e_enter", end)
    return end


def one_of_each() -> dict[str, int]:
    """A clue, a case with a sitting, a round, a report and a sample of the first township, kept: for tests of pages."""
    reports, rounds, samples, sittings = (
        part("cases.reports"),
        part("cases.rounds"),
        part("cases.samples"),
        part("cases.sittings"),
    )
    today = part("config.clock").today()
    with as_("town1"):
        home = free_household(last=True)
        case = opened(on=EARLIER, home=home)
        to_publicity(case, EARLIER)
        clue = heard(free_household(1, last=True), EARLIER)
        area = (TOWN, *part("accounts.scope").area_range(TOWN))
        made = rounds.open_round(area, "daily", "三月排查", "", EARLIER, None, post("town1"), at(EARLIER))
        line = part("cases.field_models").RoundLine.objects.filter(round_id=made.pk).order_by("pk").first()
        end = EARLIER + timedelta(days=5)
        held = sittings.hold(
            "end_publicity", end, "村委会", TWO, "", [sittings.Line(case)], post("town1"), at(end), end
        )
        sample = samples.draw(TOWN, "7", {"priority": 2}, post("town1"), at(EARLIER), today)
    asked = reports.Asked(home.area_code, "王小芳", "13800000000", "", "看病花钱多", "住院了", "", True)
    report_id, _ = reports.take_report(asked, "127.0.0.9")
    return {
        "clue_id": clue.pk,
        "case_id": case.pk,
        "round_id": made.pk,
        "line_id": line.pk,
        "sitting_id": held.sitting.pk,
        "report_id": report_id,
        "sample_id": sample.pk,
    }
