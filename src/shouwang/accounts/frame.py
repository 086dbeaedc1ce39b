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
    ("clues", _("线索"), "cases:clues", "cases.read", "线"),
    ("rounds", _("排查"), "cases:rounds", "cases.read", "查"),
    ("cases", _("监测对象"), "cases:cases", "cases.read", "监"),
    ("bottom", _("动态清零"), "assistance:bottom_line", "cases.read", "零"),
    ("progress", _("认定进度"), "cases:progress", "cases.read", "进"),
    ("income", _("增收"), "income:lists", "income.read", "增"),
    ("signals", _("预警信号"), "screening:signals", "screening.read", "警"),
    ("households", _("农户"), "registry:households", "registry.read", "户"),
    ("exchange", _("数据比对"), "exchange:batches", "exchange.read", "数"),
    ("review", _("匹配复核"), "exchange:review", "exchange.review", "核"),
    ("calendar", _("报送日历"), "exchange:calendar", "exchange.read", "历"),
    ("transfers", _("移交"), "registry:transfers", "transfer", "移"),
    ("reports", _("自主申报"), "cases:reports", "report.answer", "申"),
    ("problems", _("问题会商"), "cases:problems", "cases.read", "问"),
    ("sittings", _("会议公示"), "cases:sittings", "cases.read", "会"),
    ("doubts", _("疑点排查"), "cases:doubts", "cases.read", "疑"),
    ("samples", _("抽查"), "cases:samples", "sample.draw", "抽"),
    ("ledgers", _("台账"), "ledgers:index", "registry.read", "账"),
    ("policy", _("政策规则"), "screening:policy", "policy.read", "策"),
    ("accounts", _("账号"), "accounts:people", "accounts.manage", "号"),
    ("audit", _("审计"), "accounts:audit", "audit.read", "审"),
)
ON_PHONE = ("home", "clues", "rounds", "households")
ITEMS_ON_PHONE = 4


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
    first = [i for i in items if i["key"] in ON_PHONE]
    on_phone = (first + [i for i in items if i not in first])[:ITEMS_ON_PHONE]
    return {
        "menu": items,
        "phone_menu": on_phone,
        "more_menu": [i for i in items if i not in on_phone],
        "holder": post,
        "area_path": path_of(post.area_code),
        "can": rights,
    }


def _is_active(request: HttpRequest, url: str) -> bool:
    return request.path == url if url == "/" else request.path.startswith(url)
