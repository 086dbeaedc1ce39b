"""Incomes of the demonstration county: statements of a village's households, running forecasts, closed months, plans and points."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from shouwang.accounts.models import Assignment
from shouwang.accounts.territory import system_scope, territory
from shouwang.income import dispatch, listing, periods
from shouwang.income.averages import CITY_DIGITS
from shouwang.income.closing import close, set_average
from shouwang.income.entering import Line, Stated, basis_of, enter_many, sign
from shouwang.income.forms import known_by_home
from shouwang.income.list_work import REASONS, work_on
from shouwang.income.notes import Followed, write_note
from shouwang.income.tasks import remind
from shouwang.kernel.areas import TOWN_DIGITS
from shouwang.registry.models import Household, Person

STATED, FORECAST, MONTHS = 60, 40, 4
GROWN = ("粮食", "畜禽", "林果", "烤烟")
VISITORS = ("张书记、孙网格", "刘代表、陈代表")
POINTS = (
    ("risk", "玉米价格下跌", "今年玉米收购价比去年低，种粮户收入可能减少", "联系收储企业签保底价订单", "县农业农村局"),
    ("growth", "蜂产品销路", "黑蜂蜂蜜网上销量上升", "帮养蜂户进电商平台", "县商务局"),
    ("effort", "冬季务工", "农闲时节组织就近务工", "每个乡镇办一场招聘", "县人社局"),
    ("plan", "本年增收计划", "务工、庭院经济、公益岗三项为主", "务工稳岗，庭院经济补助，公益岗开发", "县农业农村局"),
)


def live(county: str, year: int, today: date) -> None:
    """Fill the first township's village with statements of a closed year and forecasts of the running one; close some months."""
    with territory(system_scope(county)):
        posts = {p.user.username: p for p in Assignment.objects.select_related("user")}
        village = posts["village"].area_code
        homes = list(
            Household.objects.filter(area_code=village, dissolved_on__isnull=True, persons__gt=0).order_by("pk")[
                :STATED
            ]
        )
        _state(homes, year, today, posts["village"])
        _expect(homes[:FORECAST], year + 1, today, posts["village"])
        listing.refresh(county, year, today)
        _work(county, year, today, posts["town1"])
        _averages(county, year, today, posts)
        _points(county, today, posts)
    with territory(system_scope(county[:CITY_DIGITS])):
        city = Assignment.objects.select_related("user").get(user__username="city")
        for of_year, yuan in ((year - 2, 14_000), (year - 1, 15_120)):
            set_average(county[:CITY_DIGITS], of_year, "net", yuan * 100, "虚构的数（演示）", city, _at(today))
    _close(county, year, today)
    with territory(system_scope(county)):
        remind(county, today)


def _at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 3, tzinfo=UTC)


def _known(homes: list[Household], year: int, today: date) -> dict[int, list[Line]]:
    area = homes[0].area_code
    return known_by_home(area, basis_of(area, year, today), today, [h.pk for h in homes], year)


def _members(homes: list[Household]) -> dict[int, list[tuple[int | None, bool, str]]]:
    found: dict[int, list[tuple[int | None, bool, str]]] = {}
    for home, person in (
        Person.objects.filter(household_id__in=[h.pk for h in homes]).order_by("pk").values_list("household_id", "pk")
    ):
        found.setdefault(home, []).append((person, True, ""))
    return found


def _state(homes: list[Household], year: int, today: date, by: Assignment) -> None:
    """What is known, with the operating income said by product."""
    lines, members = _known(homes, year, today), _members(homes)
    sent = []
    for n, home in enumerate(homes):
        told = [_by_product(x, GROWN[n % len(GROWN)]) for x in lines.get(home.pk, [])]
        sent.append((home, Stated(year, members[home.pk], told, visitors=VISITORS[n % 2]), ""))
    for statement in enter_many(sent, by, _at(today - timedelta(days=30)))[::2]:
        sign(statement, today - timedelta(days=29), by, today)


def _by_product(line: Line, product: str) -> Line:
    if (line.kind, line.item) != ("business", "其他经营"):
        return line
    return Line("business", product, line.amount, "visit", "入户核实", measure=3)


def _expect(homes: list[Household], year: int, today: date, by: Assignment) -> None:
    """Some of last year's income received, some still to come; every fourth household expects less."""
    lines, members = _known(homes, year - 1, today), _members(homes)
    sent = []
    for n, home in enumerate(homes):
        share = 60 if n % 4 == 0 else 102
        told = [
            part for x in lines.get(home.pk, []) if x.kind not in ("self_paid", "claims") for part in _running(x, share)
        ]
        sent.append(
            (
                home,
                Stated(
                    year, members[home.pk], told, visitors=VISITORS[n % 2], is_forecast=True, until=today.replace(day=1)
                ),
                "",
            )
        )
    enter_many(sent, by, _at(today))


def _running(line: Line, share: int) -> tuple[Line, Line]:
    whole = line.amount * share // 100
    received = whole * 2 // 3
    first = Line(line.kind, line.item, received, "visit", "入户核实", line.person_id, measure=line.measure)
    return first, Line(
        line.kind, line.item, whole - received, "said", "预计", line.person_id, expected=True, measure=line.measure
    )


def _work(county: str, year: int, today: date, by: Assignment) -> None:
    """A third of the first township's falls have a reason and a measure, some a result."""
    lines = listing.on_list(by.area_code, year, "fell").order_by("pk")[:60]
    for n, line in enumerate(lines):
        if n % 3:
            continue
        work_on(
            line,
            {
                "reason": REASONS[n % 8],
                "measure": "介绍就近务工",
                "responsible": "周帮扶",
                "due_on": today + timedelta(days=60),
            },
            by,
        )
        if n % 6 == 0:
            work_on(line, {"done_on": today, "result": "已上岗，每月三千元", "turned": True}, by)


def _averages(county: str, year: int, today: date, posts: dict[str, Assignment]) -> None:
    """The county's two years as registered."""
    for of_year in (year - 1, year):
        found = listing.average_of(county, of_year)
        if found is not None:
            set_average(county, of_year, "net", found[0], "按登记计算（演示）", posts["county"], _at(today))


def _points(county: str, today: date, posts: dict[str, Assignment]) -> None:
    for kind, title, text, measure, owner in POINTS:
        followed = Followed(
            measure,
            owner,
            today + timedelta(days=60),
            households=300 if kind == "plan" else None,
            funds=50_000_000 if kind == "plan" else None,
        )
        write_note(kind, today.year, title, text, posts["county"], _at(today), followed)
    text = "全村两年收入逐户看过：务工收入占七成，种植户受价格影响最大。"
    write_note(
        "anatomy", today.year, "一个村的收入解剖", text, posts["town1"], _at(today), area=posts["village"].area_code
    )


def _close(county: str, year: int, today: date) -> None:
    """The last months of the first township and of the county; one village has not closed the last."""
    month = today.replace(day=1)
    for back in range(MONTHS, 0, -1):
        period = _months_back(month, back)
        on = periods.due_day(county, "county", period, today)
        with territory(system_scope(county)):
            posts = {p.user.username: p for p in Assignment.objects.select_related("user")}
            town = posts["town1"].area_code[:TOWN_DIGITS]
            villages = periods.owing(town, "village")
            for area in villages[: len(villages) - (back == 1)]:
                close(area, "village", period, dispatch.sums_of(area, year), "", posts["village"], _at(on), on)
            close(
                town,
                "township",
                period,
                dispatch.sums_of(town, year),
                "催未填户尽快核算",
                posts["town1"],
                _at(on),
                on,
                owner="李干事",
            )
            if back > 1:
                close(
                    county,
                    "county",
                    period,
                    dispatch.sums_of(county, year),
                    "减收户逐户定措施\n盯住务工返乡",
                    posts["county"],
                    _at(on),
                    on,
                    owner="王主任",
                )


def _months_back(month: date, back: int) -> str:
    number = month.year * 12 + month.month - 1 - back
    return f"{number // 12}-{number % 12 + 1:02d}"
