"""疑点排查: each list names what it should and leaves the rest alone; its thresholds are figures."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from shouwang.config.start import part
from tests.platform import walk
from tests.platform.walk import DAY, act


def listed(key: str, on: date = DAY) -> set[int]:
    return {d.household_id for d in part("cases.omissions").doubts(key, "", on)}


def checked(home: Any, reason: str) -> None:
    clues = part("cases.clues")
    said = clues.Conclusion("untrue", reason, "home", walk.TWO, DAY)
    clues.conclude(walk.heard(home), said, walk.post("town1"), walk.at(DAY), DAY)


def test_the_same_text_in_three_households_and_not_in_two(place: Any) -> None:
    with walk.scratch():
        homes = [walk.free_household(n) for n in range(5)]
        for home in homes[:2]:
            checked(home, "经核查该户无致贫返贫风险情况")
        assert not listed("pasted") & {h.pk for h in homes}
        checked(homes[2], "经核查该户无致贫返贫风险情况")
        checked(homes[3], "儿子已还清借款，收入正常无困难")
        assert listed("pasted") & {h.pk for h in homes} == {h.pk for h in homes[:3]}


def test_a_clue_that_nobody_checked_in_time(place: Any) -> None:
    with walk.scratch():
        home = walk.free_household()
        walk.heard(home)
        part("cases.clues").dispatch([home.area_code], None, walk.post("town1"), walk.at(DAY), DAY)
        assert home.pk not in listed("unchecked", DAY + timedelta(days=5))
        assert home.pk in listed("unchecked", DAY + timedelta(days=6))


def test_a_closed_publicity_without_first_and_last_photo(place: Any) -> None:
    paper = part("cases.models").Paper
    with walk.scratch():
        case = walk.opened()
        end = walk.to_publicity(case, DAY)
        assert case.household_id not in listed("photos", end)
        act(case, "end_publicity", DAY + timedelta(days=8))
        assert case.household_id in listed("photos", end)
        for kind in ("first_day", "last_day"):
            assert case.household_id in listed("photos", end)
            paper.objects.create(
                area_code=case.area_code, case_id=case.pk, household_id=case.household_id, kind=kind, document_id=1, taken_on=DAY
            )  # fmt: skip
        assert case.household_id not in listed("photos", end)


def test_eliminations_of_which_most_fall_before_the_assessment(place: Any) -> None:
    cases, before = part("cases.models").Case.objects, date(2026, 12, 20)
    with walk.scratch():
        many = [walk.opened(home=walk.free_household(n)) for n in range(4)]
        for case, day in zip(many, (before, before, date(2026, 6, 1), date(2026, 7, 1)), strict=True):
            cases.filter(pk=case.pk).update(eliminated_on=day, state="eliminated")
        assert not listed("clustered", date(2026, 12, 31))  # two of four: not more than half
        cases.filter(pk=many[2].pk).update(eliminated_on=before)
        assert listed("clustered", date(2026, 12, 31)) == {c.household_id for c in many[:3]}


def test_a_village_where_a_round_found_nothing_though_the_area_did(place: Any) -> None:
    lines = part("cases.field_models").RoundLine.objects
    with walk.scratch():
        rounds = part("cases.rounds")
        lo, hi = part("registry.queries").my_range("")
        made = rounds.open_round(
            ("230524", lo, hi), "concentrated", "", "", DAY, None, walk.post("county"), walk.at(DAY)
        )
        found = lines.filter(round_id=made.pk)
        found.update(visited_on=DAY, visitors="张一、李二", conclusion="none")
        assert not part("cases.omissions").doubts("quiet", "", DAY)
        villages = sorted(set(found.values_list("area_code", flat=True)))
        for village in villages[1:]:
            found.filter(area_code=village).update(clue_id=1, conclusion="clue")
        quiet = part("cases.omissions").doubts("quiet", "", DAY)
        assert [d.area for d in quiet] == villages[:1]


def test_one_person_in_two_townships_on_one_day(place: Any) -> None:
    with walk.scratch():
        first = walk.free_household()
        near, far = walk.free_household(1, village=first.area_code), walk.free_household(last=True)
        assert near.area_code[:9] != far.area_code[:9]
        for home in (first, near):
            case = walk.opened(home=home)
            act(case, "apply", DAY, signed=True)
            act(case, "visit", DAY, signed=True)
        assert not listed("two_places")
        case = walk.opened(home=far)
        act(case, "apply", DAY, signed=True)
        act(case, "visit", DAY, signed=True)
        assert listed("two_places") == {first.pk, near.pk, far.pk}
