"""Pages of the administrator: accounts and posts; and of the auditor: who did and who looked."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from shouwang.accounts.actions import assign, end_assignment, make_user, one_time_codes
from shouwang.accounts.audit.labels import ACTIONS, KINDS
from shouwang.accounts.audit.seal import head
from shouwang.accounts.audit.write import record
from shouwang.accounts.enums import ROLES, SUBJECTS
from shouwang.accounts.models import Assignment, AuditEntry, History, User
from shouwang.accounts.pages import page
from shouwang.kernel.errors import UserError
from shouwang.ui.paging import page_by_id, whole

CODES_AT_ONCE = 5


def _mine(request: Any) -> Any:
    """Posts inside the administrator's area."""
    return Assignment.objects.filter(area_code__startswith=request.holder.area_code).exclude(area_code="")


@page("accounts.manage", methods=("GET", "POST"))
def people(request: Any) -> HttpResponse:
    """Accounts with posts in this area; new accounts."""
    if request.method == "POST":
        return _new_account(request)
    ids = _mine(request).values("user_id")
    found = page_by_id(User.objects.filter(pk__in=ids), request.GET.dict())
    posts: dict[int, list[Assignment]] = {}
    for post in Assignment.objects.filter(user__in=found.rows).order_by("pk"):
        posts.setdefault(post.user_id, []).append(post)
    context = {
        "rows": [(u, posts.get(u.pk, ())) for u in found.rows],
        "page": found,
        "roles": ROLES,
        "subjects": SUBJECTS,
    }
    return render(request, "accounts/people.html", context)


def _new_account(request: Any) -> HttpResponse:
    username, area = request.POST.get("username", "").strip(), request.POST.get("area", "").strip()
    if not username or not request.POST.get("name", "").strip():
        raise UserError("账号和姓名都要写", "补上后再建")
    if not area.startswith(request.holder.area_code):
        raise UserError(f"区划 {area or '（空）'} 不在您的管理范围", f"写以 {request.holder.area_code} 开头的代码")
    password = secrets.token_urlsafe(12)
    user = make_user(username, request.POST["name"].strip()[:60], password)
    assign(
        user, request.POST.get("role", ""), area, request.POST.getlist("subjects"), timezone.localdate(), request.user
    )
    codes = one_time_codes(user, CODES_AT_ONCE)
    return render(request, "accounts/handed_over.html", {"user": user, "password": password, "codes": codes})


@page("accounts.manage", methods=("POST",))
def person(request: Any, user_id: int) -> HttpResponse:
    """Fresh codes, an end of a post, closing an account."""
    user = User.objects.filter(pk=user_id, pk__in=_mine(request).values("user_id")).first()
    if user is None:
        raise Http404
    if "codes" in request.POST:
        return render(
            request, "accounts/handed_over.html", {"user": user, "codes": one_time_codes(user, CODES_AT_ONCE)}
        )
    if "end" in request.POST:
        post = _mine(request).filter(pk=whole(request.POST["end"]) or 0, user=user).first()
        if post is None:
            raise Http404
        end_assignment(post, timezone.localdate() - timedelta(days=1))
    elif "close" in request.POST:
        if user.pk == request.user.pk:
            raise UserError("不能停用自己的账号", "请另一位管理员操作")
        user.is_active = False
        user.save(update_fields=["is_active"])
        record("close", "user", user.pk, role=request.holder.role)
    messages.success(request, _("已记下"))
    return redirect("accounts:people")


@page("audit.read")
def audit(request: Any) -> HttpResponse:
    """Entries of this area, newest first; filters by action and account."""
    area = request.holder.area_code
    query = AuditEntry.objects.filter(area_code__startswith=area)
    if action := request.GET.get("action", ""):
        query = query.filter(action=action)
    if (actor := whole(request.GET.get("actor"))) is not None:
        query = query.filter(actor=actor)
    found = page_by_id(query, request.GET.dict())
    names = dict(User.objects.filter(pk__in={e.actor for e in found.rows}).values_list("pk", "name"))
    record("look", "audit", "", role=request.holder.role, rows=len(found.rows))
    context = {
        "rows": [
            (
                e,
                names.get(e.actor, _("系统")),
                ACTIONS.get(e.action, e.action),
                KINDS.get(e.kind, e.kind),
                ROLES[e.role].label if e.role in ROLES else "",
            )
            for e in found.rows
        ],
        "actions": ACTIONS,
        "page": found,
        "head": head(),
        "changes": History.objects.filter(area_code__startswith=area).order_by("-pk")[:20],
        "action": request.GET.get("action", ""),
    }
    return render(request, "accounts/audit.html", context)
