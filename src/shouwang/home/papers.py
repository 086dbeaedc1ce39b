"""The household's sheet on paper (numbers masked), and papers attached to a household, kept encrypted."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from shouwang.accounts.audit.write import record
from shouwang.accounts.pages import page
from shouwang.documents.actions import keep_attachment, open_document
from shouwang.documents.models import Document
from shouwang.documents.printed import Printed, Section
from shouwang.documents.sending import PRINTED, sent_printed
from shouwang.exchange.upload_stream import taken
from shouwang.kernel.areas import COUNTY_DIGITS
from shouwang.kernel.money import yuan_text
from shouwang.registry import queries
from shouwang.registry.incoming import STATUS_TITLES
from shouwang.screening import queries as signals
from shouwang.screening.application_book import book_for


@page("registry.read")
def household_sheet(request: Any, household_id: int, form: str) -> HttpResponse:
    """农户情况表 as docx or pdf."""
    if form not in PRINTED:
        raise Http404
    today = timezone.localdate()
    card = queries.household_card(household_id, today, timezone.now())
    record("print", "household", household_id, role=request.holder.role, area=card.household.area_code, rows=1)
    return sent_printed(_content(request, card, today), form, f"household-{household_id}")


def _content(request: Any, card: queries.HouseholdCard, today: Any) -> Printed:
    home = card.household
    found, hidden = signals.of_household(home.pk, book_for(home.area_code[:COUNTY_DIGITS]))
    spells = "、".join(STATUS_TITLES.get(s.kind, s.kind) for s in card.spells if s.until is None)
    members = [(m.name, m.person.relation, m.person.sex, str(m.person.birth or ""), m.number) for m in card.members]
    incomes = [
        (title, yuan_text(v) if v is not None else "") for s in card.years[:1] for title, v in queries.income_parts(s)
    ]
    said = [(s.title, s.signal.sentence, s.signal.citation) for s in found]
    note = f"；另有 {hidden} 项资产比对未显示（未签承诺授权）" if hidden else ""
    return Printed(
        "农户情况表",
        f"{home.town}{home.village}　户编号 {home.number}　{today:%Y年%m月%d日}",
        (
            Section("基本情况", (("户主", card.head), ("人口", str(home.persons or "")), ("身份", spells), ("联系电话", card.phone))),
            Section("家庭成员", (), ("姓名", "关系", "性别", "出生日期", "证件号码"), members),
            Section(f"收入（{card.years[0].year} 年度登记，元）" if card.years else "收入", incomes),
            Section("预警信号", (), ("规则", "情况", "依据"), said),
        ),
        f"由 {request.holder.user.name} 打印，证件号码已遮盖{note}",
        today,
    )  # fmt: skip


@page("registry.write", methods=("POST",))
def attach(request: Any, household_id: int) -> HttpResponse:
    """Keep a scan or photo with the household."""
    home = queries.household_or_404(household_id)
    file = request.FILES.get("files")
    with taken(file, "扫描件或照片") as data:
        title = request.POST.get("title", "")
        keep_attachment(title, str(file.name), data, request.holder, timezone.now(), home.pk)
    messages.success(request, _("已记下"))
    return redirect("home:household", household_id)


@page("registry.read")
def attachment(request: Any, household_id: int, document_id: int) -> HttpResponse:
    """A paper of a household; always as a download, never shown in the page."""
    queries.household_or_404(household_id)
    found = Document.objects.filter(pk=document_id, household_id=household_id, kind="attachment").first()
    if found is None:
        raise Http404
    response = HttpResponse(
        open_document(found, request.holder, timezone.now()), content_type="application/octet-stream"
    )
    ending = found.file_name.rsplit(".", 1)[-1].lower()
    response["Content-Disposition"] = f'attachment; filename="attachment-{found.pk}.{ending}"'
    return response
