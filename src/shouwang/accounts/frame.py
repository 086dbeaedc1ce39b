"""What the frame of every page shows: the menu that the post allows, the area, the tasks waiting."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from shouwang.regions.queries import path_of

# key, label, url name, right, letter for the narrow rail
MENU = (
    ("home", _("工作台"), "home:workbench", "home", "台"),
    ("map", _("一张图"), "home:map", "map", "图"),
    ("signals", _("预警信号"), "screening:signals", "screening.read", "警"),
    ("households", _("农户"), "registry:households", "registry.read", "户"),
    ("exchange", _("数据比对"), "exchange:batches", "exchange.read", "数"),
    ("review", _("匹配复核"), "exchange:review", "exchange.review", "核"),
    ("calendar", _("报送日历"), "exchange:calendar", "exchange.read", "历"),
    ("transfers", _("移交"), "registry:transfers", "transfer", "移"),
    ("ledgers", _("台账"), "ledgers:index", "registry.read", "账"),
    ("policy", _("政策规则"), "screening:policy", "policy.read", "策"),
    ("accounts", _("账号"), "accounts:people", "accounts.manage", "号"),
    ("audit", _("审计"), "accounts:audit", "audit.read", "审"),
)
ON_PHONE = 4


def frame(request: HttpRequest) -> dict[str, Any]:
    """Only for a signed-in person with a post."""
    post = getattr(request, "holder", None)
    if post is None:
        return {}
    rights = post.kind.rights
    items = [
        {
            "key": key,
            "label": label,
            "url": reverse(name),
            "letter": letter,
            "active": _is_active(request, reverse(name)),
        }
        for key, label, name, right, letter in MENU
        if right in rights
    ]
    return {
        "menu": items,
        "phone_menu": items[:ON_PHONE],
        "more_menu": items[ON_PHONE:],
        "holder": post,
        "area_path": path_of(post.area_code),
        "can": rights,
    }


def _is_active(request: HttpRequest, url: str) -> bool:
    return request.path == url if url == "/" else request.path.startswith(url)
