"""Exports as background jobs. Those with whole numbers are a declared list: right, reason, rows in the audit, expiry, mark."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from procrastinate.contrib.django import app

from shouwang.accounts.audit.write import record
from shouwang.accounts.models import Assignment
from shouwang.accounts.pages import held_posts, page
from shouwang.accounts.territory import territory
from shouwang.documents import unmasked
from shouwang.documents.actions import keep, open_document
from shouwang.documents.models import Document
from shouwang.documents.sheet_writer import write_template
from shouwang.exchange.subjects import feeds
from shouwang.kernel.errors import UserError
from shouwang.regions.divisions import county
from shouwang.registry import outgoing
from shouwang.ui.paging import page_by_id


@dataclass(frozen=True)
class Export:
    """One kind of export: whom it is for, the right it needs, whether it holds whole numbers."""

    title: Any
    about: Any
    right: str
    unmasked: bool


EXPORTS = {
    "entry": Export(
        gettext_lazy("录入对照单"),
        gettext_lazy("按全国系统录入画面的顺序，号码遮盖，对着屏幕核对用"),
        "registry.export",
        False,
    ),
    "masked": Export(
        gettext_lazy("登记表（遮盖号码）"), gettext_lazy("户信息和人信息，号码只留后四位"), "registry.export", False
    ),
    "national": Export(
        gettext_lazy("全国系统模板（完整号码）"),
        gettext_lazy("可导回全国系统；一天后失效，只有导出人能打开"),
        "export.unmasked",
        True,
    ),
}


@page("registry.export", methods=("GET", "POST"))
def exports(request: Any) -> HttpResponse:
    """Ask for an export; fetch those that are ready."""
    allowed = {k: e for k, e in EXPORTS.items() if e.right in request.holder.kind.rights}
    if request.method == "POST":
        key, reason = request.POST.get("kind", ""), request.POST.get("reason", "").strip()
        if key not in allowed:
            raise UserError("您的岗位不能做这个导出", "请县农业农村局导出")
        if allowed[key].unmasked:
            reason = unmasked.allow(key, request.holder, reason)
        record("export_asked", "export", key, role=request.holder.role, reason=reason)
        make_export.defer(kind=key, assignment_id=request.holder.pk)
        messages.success(request, _("正在生成，好了会出现在下面"))
        return redirect("home:exports")
    mine = Document.objects.filter(
        kind__in=("export", "unmasked_export"), made_by=request.user.pk, removed_at__isnull=True
    )
    return render(
        request,
        "home/exports.html",
        {"kinds": allowed, "page": page_by_id(mine, request.GET.dict()), "now": timezone.now()},
    )


@page("registry.export")
def download(request: Any, document_id: int) -> HttpResponse:
    """One's own file."""
    found = Document.objects.filter(pk=document_id, made_by=request.user.pk).first()
    if found is None:
        raise Http404
    response = HttpResponse(open_document(found, request.holder, timezone.now()), content_type=found.media_type)
    response["Content-Disposition"] = (
        f'attachment; filename="{found.kind}-{found.number}{Path(found.file_name).suffix}"'
    )
    return response


@app.task(name="home.export", queue="files")
def make_export(kind: str, assignment_id: int) -> None:
    """Write the file in the requester's territory; the rows written are in the audit before anybody can fetch it."""
    post = Assignment.objects.select_related("user").get(pk=assignment_id)
    if post not in held_posts(post.user, timezone.localdate()):
        return
    with territory(post.scope()):
        year = outgoing.latest_year()
        if year is None:
            return
        data, rows = _written(kind, post, year)
        export = EXPORTS[kind]
        series = "unmasked_export" if export.unmasked else "export"
        if export.unmasked:
            unmasked.leaves(kind, post, "", rows)
        record("export", "export", kind, role=post.role, rows=rows)
        keep(
            series,
            f"{export.title} {year}",
            f"{kind}-{year}.xlsx",
            data,
            post,
            timezone.now(),
            unmasked=export.unmasked,
        )


def _written(kind: str, post: Assignment, year: int) -> tuple[bytes, int]:
    place = county(post.area_code[:6])
    names = {"province": place.province, "city": place.city, "county_name": place.name} if place else {}
    homes, people = feeds()["registry_household"], feeds()["registry_person"]
    today = timezone.localdate()
    with tempfile.TemporaryDirectory(prefix="shouwang-") as scratch:
        path = Path(scratch) / "export.xlsx"
        if kind == "entry":
            titles, lines = outgoing.entry_lines(homes, year)
            rows = write_template(path, [("录入对照单", titles, lines)], today)
        else:
            masked = kind != "national"
            mark = "" if masked else unmasked.watermark(post, today)
            rows = write_template(
                path,
                [(f"户信息{year}", outgoing.headers(homes), outgoing.household_lines(homes, year, masked, names)),
                 (f"人信息{year}", outgoing.headers(people), outgoing.person_lines(people, year, masked, names))],
                today, mark,
            )  # fmt: skip
        return path.read_bytes(), rows
