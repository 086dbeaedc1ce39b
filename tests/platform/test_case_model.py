"""Random sequences of actions: no unlawful state, no lost clock, complete history, and as-of replay gives what was shown that day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shouwang.config.start import part
from shouwang.kernel.errors import UserError
from tests.platform import walk
from tests.platform.walk import DAY

FACTS: dict[str, Any] = {
    "signed": True, "votes": {"yes": 5, "no": 0, "abstain": 0}, "category": "edge", "cause": "因自然灾害", "pause": "灾害或交通中断",
}  # fmt: skip
LIKELY = (
    "apply", "visit", "send_comparison", "comparison_back", "review", "publish", "end_publicity", "township_review", "county_decide", "announce", "enter",
    "propose", "e_visit", "e_review", "e_publish", "e_end_publicity", "e_township_review", "e_county_decide", "e_announce", "e_enter",
)  # fmt: skip
POSTS = ("town1", "county", "approver", "village", "auditor")


def one_move(data: st.DataObject) -> tuple[str, str, int, bool, str, dict[str, Any]]:
    """An action (mostly along the course), who tries it, after how many days, yes or no."""
    table = part("cases.procedure").procedure()
    key = data.draw(st.one_of(st.sampled_from(LIKELY), st.sampled_from(sorted(table.actions))))
    right = table.actions[key].right
    able = [p for p in POSTS if right in walk.post(p).kind.rights]
    who = data.draw(st.one_of(st.sampled_from(able), st.sampled_from(POSTS)))
    agreed = data.draw(st.sampled_from([True, True, True, False]))
    facts = dict(FACTS) if data.draw(st.sampled_from([True, True, True, False])) else {}
    if not agreed and facts:
        facts["votes"] = {"yes": 0, "no": 5, "abstain": 0}
    facts["kind"] = data.draw(st.sampled_from(["helped", "natural"]))
    facts["upheld"] = data.draw(st.booleans())
    return key, who, data.draw(st.sampled_from([0, 0, 1, 5, 40])), agreed, "随机行走的说明", facts


def check_step(case: Any, step: Any, agreed: bool) -> None:
    """What was done is lawful by the table, by somebody who may."""
    table = part("cases.procedure").procedure()
    action = table.actions[step.action]
    assert step.from_state in action.origins
    lawful = {action.leads_to(step.from_state, agreed)}
    if step.action == "answer_objection":
        lawful |= {"to_visit", "e_visit"}
    assert step.to_state in lawful
    assert action.right in part("accounts.enums").ROLES[step.role].rights
    assert case.state in table.states


def along_the_course(case: Any, data: st.DataObject, day: date) -> tuple[str, str, int, bool, str, dict[str, Any]]:
    """Often the next lawful step, so that walks reach far."""
    move = one_move(data)
    table = part("cases.procedure").procedure()
    if data.draw(st.sampled_from([True, True, False])):
        following = [a for a in LIKELY if case.state in table.actions[a].origins]
        if case.comparison_sent_on is None and case.state in ("to_visit", "to_review"):
            following = ["send_comparison"]
        elif case.comparison_sent_on and case.comparison_back_on is None:
            following = ["comparison_back"]
        following = [a for a in following if table.actions[a].to or a in ("send_comparison", "comparison_back")]
        if following:
            key = following[-1]
            who = next(p for p in POSTS if table.actions[key].right in walk.post(p).kind.rights)
            return key, who, move[2], True, move[4], {**FACTS, "kind": move[5]["kind"]}
    return move


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_random_walks_stay_lawful(place: Any, data: st.DataObject) -> None:
    steps, replay, models = part("cases.steps"), part("cases.replay"), part("cases.models")
    guards = part("cases.guards")
    with walk.scratch():
        case = walk.opened()
        walk.helped(case, DAY)
        walk.risk_gone(case, DAY)
        day, shown = DAY, {}
        for _ in range(data.draw(st.integers(5, 30))):
            key, who, days, agreed, note, facts = along_the_course(case, data, day)
            day += timedelta(days=days)
            before = (case.state, case.version, models.Step.objects.filter(case_id=case.pk).count())
            taken = guards.Taken(day, walk.VILLAGERS, agreed, note, dict(facts))
            try:
                step = steps.take(case, key, taken, walk.post(who), walk.at(day), day)
            except UserError:
                case.refresh_from_db()
                assert (case.state, case.version, models.Step.objects.filter(case_id=case.pk).count()) == before
            else:
                check_step(case, step, agreed)
                assert models.Step.objects.filter(case_id=case.pk).count() == before[2] + 1
                assert case.version == before[1] + 1
            assert case.clock_start == DAY
            if case.state == "monitored":
                walk.after_fields(case, day)
            shown[day] = (case.state, case.state_since)
        for then, (state, since) in shown.items():
            found = replay.as_of(case, then, walk.at(then))
            assert (found.state, found.since) == (state, since), then
        clock = part("cases.clocks").total_clock(case, day)
        ended = part("cases.clocks").ended_on(case) or day
        assert clock.used == (ended - DAY).days >= clock.used_net >= 0
