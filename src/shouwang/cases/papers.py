"""The papers of one case in official form: application, visit, comparison, refusal, the sheet that a department's warning comes back on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from shouwang.accounts.enums import SUBJECTS
from shouwang.accounts.secret_fields import show_masked
from shouwang.cases.items import card
from shouwang.cases.models import Case, Clue, Evidence, Step
from shouwang.cases.procedure import procedure
from shouwang.cases.words import CATEGORIES, RESULT_TITLES, SOURCES
from shouwang.documents.printed import Printed, Section
from shouwang.kernel.areas import COUNTY_DIGITS
from shouwang.kernel.money import per_head, yuan_text
from shouwang.policy.book import Book
from shouwang.regions.queries import name_of
from shouwang.registry.models import Household, Person
from shouwang.registry.queries import income_parts, newest_sheet, shown_name

STATE_WORDS = {"yes": "有保障", "no": "没有保障", "outdated": "上次有保障，已过期", "unknown": "未核查"}
SIGN = "签字（按手印）：　　　　　　　　　年　　月　　日"


def place_of(area: str) -> str:
    """县 乡 村 in one line."""
    return " ".join(dict.fromkeys(name_of(area[:n]) for n in (COUNTY_DIGITS, 9, 12) if n <= len(area)))


def members(household: Household) -> Section:
    """The family, numbers masked."""
    people = Person.objects.filter(household_id=household.pk).order_by("number")
    rows = [
        (
            shown_name(p.name),
            p.relation,
            p.sex,
            str(p.birth or ""),
            show_masked("registry_person", "identity", p.pk, p.identity),
        )
        for p in people
    ]
    return Section("家庭成员", header=("姓名", "与户主关系", "性别", "出生日期", "证件号码（遮盖）"), rows=rows)


def incomes(household: Household) -> Section:
    """The newest yearly sheet, in yuan."""
    sheet = newest_sheet(household.pk)
    parts = income_parts(sheet) if sheet else []
    return Section(
        f"收支（{sheet.year} 年登记，元）" if sheet else "收支",
        fields=[(t, yuan_text(v) if v is not None else "不详") for t, v in parts],
    )


def items(household: Household, on: date) -> Section:
    """The seven items as known on a day, with the date of each."""
    lines = card(household, on)
    return Section(
        "两不愁三保障和饮水",
        header=("项目", "上次情况", "日期", "这次核查"),
        rows=[(i.title, STATE_WORDS[i.state], str(i.found_on or ""), "") for i in lines],
    )


def _step(case: Case, *actions: str) -> Step | None:
    return Step.objects.filter(case_id=case.pk, action__in=actions).order_by("-pk").first()


def application(case: Case, home: Household, today: date) -> Printed:
    """监测对象申请及承诺授权书."""
    done = _step(case, "apply")
    text = (
        "本人自愿申请防止返贫监测帮扶，承诺所述情况属实；授权乡镇和县有关部门依法查询、核对本人及家庭成员的户籍、收入、车辆、房产、"
        "经营主体、社会保险、救助等信息，仅用于本次识别和帮扶。不识字的可由他人代写、宣读后按手印。"
    )
    fields = [("户主", shown_name(home.head_name)), ("住址", place_of(home.area_code)), ("家庭人口", str(home.persons or "")),
              ("遇到的困难", "、".join(case.risks)), ("申请日期", str(done.happened_on) if done else "")]  # fmt: skip
    sections = [
        Section("申请", fields=fields),
        Section("承诺和授权", fields=[("内容", text)]),
        members(home),
        Section("签字", fields=[("家庭成年成员", SIGN), ("代写人", SIGN)]),
    ]
    return Printed("监测对象申请及承诺授权书", place_of(home.area_code), sections, f"{home.number} · {today}", today)


def visit_sheet(case: Case, home: Household, today: date) -> Printed:
    """入户核查表, prefilled with what is known; only what is unknown or old is asked."""
    done = _step(case, "visit")
    evidence = Evidence.objects.filter(clue_id=case.clue_id).order_by("pk") if case.clue_id else []
    known = [(e.received_on.isoformat(), e.sentence) for e in evidence]
    found = [
        ("核查人（2人以上）", "、".join(done.people) if done else ""),
        ("核查日期", str(done.happened_on) if done else ""),
        ("情况", done.note if done else ""),
        ("户主签字", SIGN),
    ]
    sections = [
        Section("为什么核查", header=("收到日期", "内容"), rows=known),
        members(home),
        incomes(home),
        items(home, today),
        Section("核查结果", fields=found),
    ]
    return Printed(
        "监测对象入户核查表",
        f"{place_of(home.area_code)} · 户主 {shown_name(home.head_name)}",
        sections,
        f"{home.number} · {today}",
        today,
    )


def comparison(case: Case, home: Household, today: date) -> Printed:
    """部门信息比对结果."""
    done = _step(case, "comparison_back")
    results = dict(done.data.get("results", {})) if done else {}
    rows = [(name, str(results.get(key, ""))) for key, name in COMPARED.items()]
    fields = [
        ("送出日期", str(case.comparison_sent_on or "")),
        ("返回日期", str(case.comparison_back_on or "")),
        ("说明", done.note if done else ""),
    ]
    return Printed("部门信息比对结果", f"{place_of(home.area_code)} · 户主 {shown_name(home.head_name)}",
                   [Section("比对", fields=fields), Section("结果", header=("比对项目", "结果"), rows=rows)], f"{home.number} · {today}", today)  # fmt: skip


COMPARED = {
    "vehicles": "车辆（公安）",
    "real_estate": "房产（住建、自然资源）",
    "business": "经营主体（市场监管）",
    "payroll": "财政供养（财政、人社）",
    "allowance": "低保特困（民政）",
    "insurance": "社会保险（人社、医保）",
    "jobs": "务工就业（人社）",
    "deposits": "其他",
}


def refusal(case: Case, home: Household, today: date) -> Printed:
    """不予纳入告知书: the reason in plain words, whom to ask, what stays open."""
    done = Step.objects.filter(case_id=case.pk, to_state="not_included").order_by("-pk").first()
    fields = [
        ("户主", shown_name(home.head_name)),
        ("结论", "经核查，暂不纳入防止返贫监测"),
        ("原因", done.note if done else ""),
        (
            "决定日期",
            str(done.happened_on) if done else "",
        ),
        ("不同意怎么办", "可以向乡镇要求复核，或拨打 12345；家里情况有变化的，可以随时再次申报"),
        ("急难情况", "可以向乡镇申请临时救助"),
    ]
    return Printed(
        "不予纳入告知书",
        place_of(home.area_code),
        [Section("告知", fields=fields), Section("签收", fields=[("户主", SIGN)])],
        f"{home.number} · {today}",
        today,
    )


def case_file(case: Case, home: Household, today: date) -> Printed:
    """个案办理记录: every step with the day on the paper and the moment of entry."""
    rows = [
        (
            str(s.happened_on),
            f"{s.recorded_at:%Y-%m-%d %H:%M}",
            TITLES.get(s.action, s.action),
            "、".join(s.people),
            s.note,
        )
        for s in Step.objects.filter(case_id=case.pk).order_by("pk")
    ]
    fields = [
        ("类别", CATEGORIES.get(case.category, "")),
        ("风险类型", "、".join(case.risks)),
        ("收到线索", str(case.clock_start)),
        ("认定日期", str(case.decided_on or "")),
    ]
    return Printed(
        "个案办理记录",
        f"{place_of(home.area_code)} · 户主 {shown_name(home.head_name)}",
        [
            Section("个案", fields=fields),
            Section("步骤", header=("发生日期", "录入时间", "步骤", "参加人", "说明"), rows=rows),
        ],
        f"{home.number} · {today}",
        today,
    )


TITLES: dict[str, str] = {"open": "进入研判", **{k: a.title for k, a in procedure().actions.items()}}
FORMS: dict[str, tuple[str, Callable[[Case, Household, date], Printed]]] = {
    "application": ("申请及承诺授权书", application), "visit": ("入户核查表", visit_sheet), "comparison": ("信息比对结果", comparison),
    "refusal": ("不予纳入告知书", refusal), "record": ("个案办理记录", case_file),
}  # fmt: skip
FEEDBACK = (
    "序号", "部门", "推送日期", "类型", "乡镇", "村", "组", "户主", "对象", "户类型", "预警内容", "时限", "核查人", "核查日期", "人均纯收入", "合规自付",
    "三保障饮水", "结论", "不纳入理由", "户主签字",
)  # fmt: skip


def feedback_sheet(area: str, clues: Sequence[Clue], book: Book, today: date) -> Printed:
    """部门预警核查交办反馈单: one line a clue; what is known is filled in, the rest is for the pen."""
    homes = Household.objects.in_bulk([c.household_id for c in clues if c.household_id])
    first = {e.clue_id: e for e in Evidence.objects.filter(clue_id__in=[c.pk for c in clues]).order_by("-pk")}
    people = {p.pk: p.name for p in Person.objects.filter(pk__in=[e.person_id for e in first.values() if e.person_id])}
    rows = []
    for number, clue in enumerate(clues, start=1):
        home, e = homes.get(clue.household_id or 0), first.get(clue.pk)
        rule = book.rules.get(e.rule) if e else None
        kind = rule.title if rule else str(SOURCES.get(e.source, "")) if e else ""
        known = _known(home)
        rows.append((
            str(number), str(SUBJECTS.get(e.subject, "")) if e else "", str(clue.received_on), kind, home.town if home else name_of(clue.area_code[:9]),
            home.village if home else "", known["group"], shown_name(home.head_name) if home else shown_name(clue.title),
            shown_name(people.get(e.person_id or 0, "")) if e else "", known["type"], e.sentence if e else "", str(clue.due_on or ""), clue.visitors,
            str(clue.checked_on or ""), known["income"], known["self_paid"], _items(home, today), RESULT_TITLES.get(clue.result, ""), clue.reason, "",
        ))  # fmt: skip
    particulars = f"{place_of(area)}　{today}　共 {len(rows)} 条"
    section = Section("线索", header=FEEDBACK, rows=rows)
    return Printed(
        "部门预警核查交办反馈单", particulars, [section], "村核查人签字：　　　　乡镇盖章：", today, wide=True
    )


def _known(home: Household | None) -> dict[str, str]:
    """Group, kind of household, income a head and rigid spending, as the newest yearly sheet has them; 不详 where a part is missing."""
    found = {"group": "", "type": "", "income": "", "self_paid": ""}
    sheet = newest_sheet(home.pk) if home else None
    if home is None or sheet is None:
        return found
    d = sheet.data
    parts = [
        d.get(k) for k in ("wage_income", "business_income", "property_income", "transfer_income", "business_cost")
    ]
    found["group"], found["type"] = str(d.get("group") or ""), str(d.get("household_type") or "")
    found["self_paid"] = yuan_text(d["self_paid"]) if d.get("self_paid") is not None else ""
    is_known = all(p is not None for p in parts)
    head = per_head(sum(parts[:4]) - parts[4], home.persons or 0) if is_known else None
    found["income"] = "不详" if head is None else yuan_text(head)
    return found


def _items(home: Household | None, today: date) -> str:
    if home is None:
        return ""
    return "；".join(f"{i.title}{STATE_WORDS[i.state]}" for i in card(home, today) if i.state in ("no", "outdated"))
