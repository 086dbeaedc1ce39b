"""Life in the demonstration county: clues at work, cases at every step, help, a round half done, reports of households.

Everything goes through the product's own actions, with the days on which it would have been entered.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from shouwang.accounts.models import Assignment
from shouwang.accounts.scope import area_range
from shouwang.accounts.territory import system_scope, territory
from shouwang.assistance import actions as help_actions
from shouwang.cases import clues as clue_actions
from shouwang.cases import problems, reports, rounds, sittings
from shouwang.cases.field_models import RoundLine
from shouwang.cases.guards import Taken
from shouwang.cases.hearing import Heard, hear
from shouwang.cases.items import set_item
from shouwang.cases.models import Case, Clue
from shouwang.cases.steps import take
from shouwang.cases.tasks import take_up_report
from shouwang.cases.words import KINDS
from shouwang.registry.models import Household, StatusSpell

VISITORS, VILLAGERS = ("张书记", "孙网格"), ("张书记", "孙网格", "刘代表", "陈代表", "杨代表", "黄代表")
TROUBLES = (
    ("因病", "户主住院，自付三万多元，家里没有积蓄", "m_health", "医疗救助"), ("因务工就业不稳", "外出务工的儿子回乡三个月没有活干", "m_post", "公益岗位"),
    ("因学", "两个孩子上高中和大学，学费压力大", "m_education", "助学金"), ("因残", "丈夫摔伤致残，失去劳动能力", "m_security", "残疾人补贴"),
    ("因安全住房", "老房子屋顶塌了一角，还住在里面", "m_housing", "危房改造"), ("因自然灾害", "洪水淹了二十亩水田，绝收", "m_industry", "产业奖补"),
)  # fmt: skip
# How far each of the invented cases is: the last action taken.
STAGES = (
    ("apply", 3),
    ("visit", 5),
    ("comparison_back", 6),
    ("review", 8),
    ("publish", 9),
    ("township_review", 14),
    ("county_decide", 15),
    ("enter", 40),
    (
        "helped",
        45,
    ),
    ("helped", 60),
    ("helped", 120),
    ("proposed", 260),
    ("eliminated", 300),
    ("refused", 30),
    ("apply", 17),
    ("visit", 14),
)


def _at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 3, tzinfo=UTC)


class Village:
    """The people of one village who do the work, and the days on which they do it."""

    def __init__(self, county: str, today: date) -> None:
        self.today = today
        found = Assignment.objects.select_related("user")
        self.posts = {name: found.get(user__username=name) for name in ("county", "town1", "village", "approver")}

    def act(
        self,
        case: Case,
        key: str,
        on: date,
        who: str = "town1",
        people: Sequence[str] = VISITORS,
        note: str = "",
        **data: Any,
    ) -> None:
        """One action, entered on its day."""
        take(case, key, Taken(on, tuple(people), True, note, data), self.posts[who], _at(on), self.today)

    def course(self, case: Case, last: str, start: date) -> None:
        """The lawful course up to an action."""
        votes = {"votes": {"yes": 6, "no": 0, "abstain": 0}}
        for key, after, who, people, data in (
            ("apply", 0, "village", VISITORS, {"signed": True}),
            ("visit", 1, "village", VISITORS, {"signed": True}),
            ("send_comparison", 1, "town1", VISITORS, {}),
            (
                "comparison_back",
                4,
                "county",
                (),
                {"results": {"vehicles": "无", "real_estate": "自建房一处", "business": "无"}},
            ),
            ("review", 5, "village", VILLAGERS, votes),
            ("publish", 5, "village", VISITORS, {}),
            ("end_publicity", 10, "village", VISITORS, {}),
            ("township_review", 11, "town1", VISITORS, {}),
            ("county_decide", 12, "approver", (), {"category": "edge"}),
            ("announce", 12, "town1", (), {}),
            ("enter", 13, "town1", (), {}),
        ):
            on = start + timedelta(days=after)
            if on > self.today:
                return
            self.act(case, key, on, who, people, **data)
            if key == last:
                return

    def case(self, home: Household, number: int, last: str, days: int) -> None:
        """A clue heard so many days ago, and its case as far as it is."""
        risk, said, column, value = TROUBLES[number % len(TROUBLES)]
        start = self.today - timedelta(days=days)
        source = ("hotline", "cadre", "petition", "inspection")[number % 4]
        clue = hear(home, Heard(source, said, start, risk_type=risk), _at(start), self.today, self.posts["town1"])
        looked = clue_actions.Conclusion("confirmed", "入户看过，情况属实", "home", VISITORS, start + timedelta(days=1))
        case = clue_actions.conclude(clue, looked, self.posts["village"], _at(start + timedelta(days=1)), self.today)
        assert case is not None
        first = start + timedelta(days=1)
        if last in ("helped", "proposed", "eliminated"):
            self.course(case, "enter", first)
            self._help(case, home, first + timedelta(days=14), column, value)
            if last != "helped":
                self._eliminate(case, last)
        elif last == "refused":
            self.course(case, "apply", first)
            on = first + timedelta(days=3)
            take(
                case,
                "not_include",
                Taken(on, VISITORS, True, "子女有稳定收入，支出可由家庭承担"),
                self.posts["town1"],
                _at(on),
                self.today,
            )
        else:
            self.course(case, last, first)

    def _help(self, case: Case, home: Household, on: date, column: str, value: str) -> None:
        town, at = self.posts["town1"], _at(on)
        help_actions.make_plan(case, on, True, True, "稳定收入，解决当前困难", town, at, self.today)
        measure = help_actions.add_measure(case, case.risks[0], column, value, on, "乡镇民政办", 300_000, town, at)
        if case.pk % 3:
            help_actions.start_measure(measure, on + timedelta(days=1), town, self.today)
            help_actions.name_responsible(home, "周帮扶", "县人社局", None, on, town)
            help_actions.visit(
                home, on + timedelta(days=5), "周帮扶", "home", "看望，了解措施落实情况", "", town, at, self.today
            )

    def _eliminate(self, case: Case, last: str) -> None:
        on = self.today - timedelta(days=40)
        town = self.posts["town1"]
        help_actions.see_risk(case, case.risks[0], True, on, "困难已解决，收入稳定半年", town, _at(on), self.today)
        if not case.pk % 3:
            return
        said: dict[str, Any] = {"out_of_school": False, "unsafe_house": False, "safe_water": True, "insured": True, "wage": 6_000_000, "business": 2_000_000,
                                "property": 0, "transfer": 200_000, "cost": 500_000, "claims": 0, "self_paid": 60_000}  # fmt: skip
        help_actions.enter_after(case, said, on, town, _at(on))
        self.act(case, "propose", on, kind="helped")
        if last == "proposed":
            return
        votes = {"votes": {"yes": 6, "no": 0, "abstain": 0}}
        for key, after, who, people, data in (
            ("e_visit", 1, "village", VISITORS, {"signed": True}), ("e_review", 2, "village", VILLAGERS, votes), ("e_publish", 2, "village", VISITORS, {}),
            ("e_end_publicity", 7, "village", VISITORS, {}), ("e_township_review", 8, "town1", VISITORS, {}), ("e_county_decide", 9, "approver", (), {}),
            ("e_announce", 9, "town1", (), {}), ("e_enter", 10, "town1", (), {}),
        ):  # fmt: skip
            self.act(case, key, on + timedelta(days=after), who, people, **data)


def live(county: str, today: date) -> None:
    """Fill the first township with work in progress."""
    with territory(system_scope(county)):
        people = Village(county, today)
        village, town = people.posts["village"].area_code, people.posts["town1"].area_code
        for number, (home, (last, days)) in enumerate(zip(_free(village, town, len(STAGES)), STAGES, strict=False)):
            people.case(home, number, last, days)
        _reviewed_together(people)
        _clues(people, village, town)
        _round(people, village, today)
        _problems(people, village, today)
    _reports(village)


def _free(village: str, town: str, count: int) -> list[Household]:
    """Households without clue, case or monitoring, those of the village first."""
    busy = [
        Clue.objects.filter(household_id__isnull=False).values("household_id"),
        StatusSpell.objects.filter(kind__in=KINDS).values("household_id"),
    ]
    found = Household.objects.filter(area_code__startswith=town, persons__gt=0, dissolved_on__isnull=True)
    for taken in busy:
        found = found.exclude(pk__in=taken)
    return [
        *found.filter(area_code=village).order_by("pk")[:count],
        *found.exclude(area_code=village).order_by("pk")[:count],
    ][:count]


def _reviewed_together(people: Village) -> None:
    """One review of what waits for it, as a batch."""
    waiting = list(Case.objects.filter(state="to_review").order_by("pk")[:8])
    lines = [sittings.Line(case, data={"votes": {"yes": 6, "no": 0, "abstain": 0}}) for case in waiting[:1]]
    if lines:
        sittings.hold(
            "review",
            people.today,
            "村委会会议室",
            VILLAGERS,
            "按程序评议",
            lines,
            people.posts["village"],
            _at(people.today),
            people.today,
        )


def _clues(people: Village, village: str, town: str) -> None:
    """Clues of the village and some neighbours are dispatched; a few are concluded."""
    areas = sorted(
        set(Clue.objects.filter(state="new", area_code__startswith=town).values_list("area_code", flat=True))
    )
    chosen = [village, *[a for a in areas if a != village][:3]]
    clue_actions.dispatch(chosen, None, people.posts["town1"], _at(people.today), people.today)
    for number, clue in enumerate(Clue.objects.filter(area_code=village, state="dispatched").order_by("pk")[:4]):
        result = ("no_risk", "untrue", "no_risk", "referred")[number]
        said = clue_actions.Conclusion(
            result, "入户核对过票据和收入", "home", VISITORS, people.today, "医保局" if result == "referred" else ""
        )
        clue_actions.conclude(clue, said, people.posts["village"], _at(people.today), people.today)


def _round(people: Village, village: str, today: date) -> None:
    """A concentrated round of the village, half of it visited."""
    start = today - timedelta(days=10)
    made = rounds.open_round(
        (village, *area_range(village)),
        "concentrated",
        "秋季集中排查",
        "",
        start,
        None,
        people.posts["town1"],
        _at(start),
    )
    lines = list(RoundLine.objects.filter(round_id=made.pk).order_by("pk")[:200])
    for line in lines[: len(lines) // 2]:
        visit = rounds.Visit(VISITORS, today - timedelta(days=3), "home", "none")
        rounds.record_visit(line, visit, people.posts["village"], _at(today), today)
        home = Household.objects.get(pk=line.household_id)
        set_item(home, "water", True, today - timedelta(days=3), "自来水", people.posts["village"], _at(today), today)


def _problems(people: Village, village: str, today: date) -> None:
    home = Household.objects.filter(area_code=village).order_by("-pk")[0]
    found = today - timedelta(days=35)
    set_item(home, "housing", False, found, "屋顶漏雨，雨季不能住", people.posts["village"], _at(found), today)
    said = problems.Said(
        today - timedelta(days=7),
        "三季度部门数据会商",
        ("医保局", "民政局", "教育局"),
        "王主任、郑科长、李科长",
        "医疗自付和新增低保户重点看",
        "月底前核查完",
        (("两个村医保数据缺身份证号", "医保局", today + timedelta(days=20)),),
    )
    problems.hold_consultation(said, people.posts["county"], _at(today - timedelta(days=7)), today)


def _reports(village: str) -> None:
    """Two households ask for help without an account."""
    for number, (name, trouble, text) in enumerate(
        (("王小芳", "看病花钱多", "老人住院两次，家里借了钱"), ("赵大山", "丢了工作", "厂子停工，两个月没有收入"))
    ):
        asked = reports.Asked(village, name, f"1390000000{number}", "", trouble, text, "", True)
        report_id, _ = reports.take_report(asked, f"demo-{number}")
        take_up_report(report_id)
