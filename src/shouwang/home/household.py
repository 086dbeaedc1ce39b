"""The household page: everything about one household, each part as far as the viewer's scope reaches."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shouwang.accounts.audit.write import record
from shouwang.accounts.models import History, User
from shouwang.accounts.pages import page
from shouwang.assistance.standing import standing
from shouwang.cases.clocks import total_clock
from shouwang.cases.items import card as seven_items
from shouwang.cases.models import Case, Clue
from shouwang.cases.procedure import title_of as state_title
from shouwang.cases.words import CATEGORIES, RESULT_TITLES
from shouwang.documents.models import Document
from shouwang.exchange.models import Batch, Fact
from shouwang.exchange.subjects import title_of
from shouwang.home.spells import spell_bands
from shouwang.kernel.areas import COUNTY_DIGITS
from shouwang.kernel.dates import parse_iso
from shouwang.kernel.errors import UserError
from shouwang.regions.queries import children, name_of
from shouwang.registry import actions, queries
from shouwang.registry.incoming import STATUS_TITLES
from shouwang.registry.models import Household, Person
from shouwang.screening import queries as signals
from shouwang.screening.application_book import book_for
from shouwang.screening.findings_text import REASON_LABELS
from shouwang.ui.paging import whole

ORIGINS = {"national": gettext_lazy("全国系统导出"), "roster": gettext_lazy("全农户花名册")}
RIGHT_OF_CHANGE = {
    "consent": "consent",
    "consent_revoked": "consent",
    "transfer": "transfer",
    "member": "registry.write",
    "left": "registry.write",
    "lives": "registry.write",
    "home": "registry.write",
    "status": "registry.import",
    "status_ended": "registry.import",
    "give": "households.assign",
}


@page("registry.read")
def household(request: Any, household_id: int) -> HttpResponse:
    """One household on a day (`?on=`), as known now."""
    today = timezone.localdate()
    on = parse_iso(request.GET.get("on", "")) or today
    card = queries.household_card(household_id, on, timezone.now())
    record("look", "household", household_id, role=request.holder.role, area=card.household.area_code, rows=1)
    book = book_for(card.household.area_code[:COUNTY_DIGITS])
    found, hidden = signals.of_household(household_id, book)
    facts = list(
        Fact.objects.filter(household_id=household_id, retracted_at__isnull=True).order_by("-event_date", "-pk")[:60]
    )
    if card.consent is None:
        facts = [f for f in facts if f.subject != "assets"]
    files = dict(Batch.objects.filter(pk__in={f.batch_id for f in facts}).values_list("pk", "file_name"))
    names = {m.person.pk: m.name for m in (*card.members, *card.former)}
    context = {
        "card": card,
        "h": card.household,
        "on": on,
        "is_past": on != today,
        "custody": name_of(card.household.area_code),
        "also": name_of(card.household.also_area) if card.household.also_area else "",
        "signals": found,
        "hidden": hidden,
        "not_assessed": [(t, REASON_LABELS.get(r, r)) for t, r in signals.not_assessed_of(household_id, book)],
        "years": [(s, queries.income_parts(s)) for s in card.years],
        "facts": [
            (f, title_of(f.kind), names.get(f.person_id, ""), files.get(f.batch_id, ""), _said(f)) for f in facts
        ],
        "bands": spell_bands(card.spells, on),
        "history": History.objects.filter(table="registry_household", row_id=household_id).order_by("-pk")[:20],
        "papers": Document.objects.filter(
            household_id=household_id, kind="attachment", removed_at__isnull=True
        ).order_by("-pk"),
        "home_facts": [(k, t, card.household.housing.get(k, "")) for k, t in actions.HOME_FACTS.items()],
        "sheet_facts": _sheet_facts(card),
        "statuses": STATUS_TITLES,
        "origin": ORIGINS.get(card.household.origin, card.household.origin),
        "came": actions.CAME,
        "left": actions.LEFT,
        "towns": children(card.household.area_code[:COUNTY_DIGITS]),
    }
    return render(request, "home/household.html", {**context, **_watched(card.household, on)})


def _watched(home: Household, on: date) -> dict[str, Any]:
    """Clues, the latest case with its clock and help, and the seven items, as of a day."""
    case = Case.objects.filter(household_id=home.pk).order_by("-pk").first()
    clues = Clue.objects.filter(household_id=home.pk, received_on__lte=on).order_by("-pk")[:5]
    return {
        "clues": [(c, RESULT_TITLES.get(c.result, "")) for c in clues],
        "case": case,
        "case_state": state_title(case.state) if case else "",
        "category": CATEGORIES.get(case.category, "") if case else "",
        "clock": total_clock(case, on) if case else None,
        "help": standing(case, on) if case and case.decided_on else None,
        "items": seven_items(home, on),
    }


def _sheet_facts(card: queries.HouseholdCard) -> list[tuple[str, str]]:
    """Housing and water as the newest yearly sheet has them."""
    data = card.years[0].data if card.years else {}
    words = {True: "是", False: "否", None: "不详"}
    return [
        (_("是否危房户"), words[data.get("unsafe_house")]),
        (_("是否解决安全饮用水"), words[data.get("safe_water")]),
        (_("登记住房面积"), str(data.get("house_area") or "")),
    ]


def _said(fact: Fact) -> list[str]:
    """The first few fields of a fact, yes and no in words."""
    said = [v for k, v in fact.data.items() if v not in (None, "") and k not in ("amount", "date", "age_at_date")]
    return [("是" if v else "否") if isinstance(v, bool) else str(v) for v in said][:4]


@page("reveal", methods=("POST",))
def reveal(request: Any, household_id: int) -> HttpResponse:
    """A whole number, after its reason has been written down."""
    queries.household_or_404(household_id)
    person = Person.objects.filter(pk=_number(request.POST.get("person")), household_id=household_id).first()
    if person is None:
        raise Http404
    field = request.POST.get("field", "identity")
    value = actions.reveal(person, field, request.POST.get("reason", ""), request.holder)
    return render(
        request,
        "home/revealed.html",
        {"value": value, "household_id": household_id, "name": queries.shown_name(person.name)},
    )


@page("registry.read", methods=("POST",))
def change(request: Any, household_id: int) -> HttpResponse:
    """One change of a household; which one says `what`."""
    what = request.POST.get("what", "")
    home = queries.household_or_404(household_id)
    right = RIGHT_OF_CHANGE.get(what)
    if right is None or right not in request.holder.kind.rights:
        raise UserError("您的岗位不能做这个改动", "请负责的乡镇或县农业农村局办理")
    if what != "transfer" and request.POST.get("version", str(home.version)) != str(home.version):
        raise UserError("这一户刚被别人改过", "看过新的内容后再提交，您写的没有丢：按返回键可以找回")
    CHANGES[what](home, request)
    messages.success(request, _("已记下"))
    return redirect("home:household", household_id)


def _consent(home: Household, request: Any) -> None:
    today = timezone.localdate()
    actions.sign_consent(
        home, _date(request, "on"), request.POST.get("paper", ""), request.holder, timezone.now(), today
    )


def _consent_revoked(home: Household, request: Any) -> None:
    actions.revoke_consent(home, _date(request, "on"), request.holder)


def _transfer(home: Household, request: Any) -> None:
    actions.offer_transfer(
        home, request.POST.get("to", ""), request.POST.get("reason", ""), request.holder, timezone.now()
    )


def _member(home: Household, request: Any) -> None:
    birth = request.POST.get("birth", "").strip()
    actions.add_member(
        home, request.POST.get("name", ""), request.POST.get("identity", ""), request.POST.get("sex", ""),
        _date(request, "birth") if birth else None, request.POST.get("relation", ""), request.POST.get("came", ""), _date(request, "on"),
        request.holder, timezone.now(),
    )  # fmt: skip


def _left(home: Household, request: Any) -> None:
    actions.end_membership(
        home, _number(request.POST.get("person")), request.POST.get("why", ""), _date(request, "on"), request.holder
    )


def _lives(home: Household, request: Any) -> None:
    actions.lives_in(home, request.POST.get("area", "").strip(), request.holder)


def _home(home: Household, request: Any) -> None:
    actions.describe_home(home, request.POST.dict(), request.holder)


def _status(home: Household, request: Any) -> None:
    kind, source = request.POST.get("kind", ""), request.POST.get("source", "")
    actions.begin_status(home, kind, _date(request, "on"), source, request.holder, timezone.now())


def _status_ended(home: Household, request: Any) -> None:
    actions.end_status(home, request.POST.get("kind", ""), _date(request, "on"), request.holder)


def _give(home: Household, request: Any) -> None:
    user = User.objects.filter(username__iexact=request.POST.get("username", "")).first()
    if user is None:
        raise UserError("没有这个账号", "写帮扶责任人的账号名")
    actions.give_household(home, user.pk, timezone.localdate(), request.holder)


CHANGES: dict[str, Callable[[Household, Any], None]] = {
    "consent": _consent,
    "consent_revoked": _consent_revoked,
    "transfer": _transfer,
    "member": _member,
    "left": _left,
    "lives": _lives,
    "home": _home,
    "status": _status,
    "status_ended": _status_ended,
    "give": _give,
}


def _date(request: Any, name: str) -> date:
    found = parse_iso(request.POST.get(name, ""))
    if found is None:
        raise UserError(f"日期 {request.POST.get(name, '')!r} 无法识别", "写 YYYY-MM-DD，如 2025-11-15")
    return found


def _number(text: str | None) -> int:
    return whole(text) or 0
