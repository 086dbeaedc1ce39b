"""How values are written for people."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import gettext_lazy as _

from shouwang.kernel.money import yuan_text

register = template.Library()
STATES: dict[str, tuple[Any, str]] = {
    "received": (_("已收下"), ""), "reading": (_("正在读"), ""), "to_check": (_("请核对后导入"), "soon"), "waiting": (_("等待合并"), "soon"),
    "queued": (_("排队中"), ""), "importing": (_("正在导入"), ""), "differences": (_("请看差异"), "soon"), "done": (_("已导入"), "good"),
    "refused": (_("退回"), "late"), "locked": (_("需要密码"), "soon"), "undone": (_("已撤回"), ""), "running": (_("正在筛查"), ""),
    "failed": (_("没有完成"), "late"), "offered": (_("待接收"), "soon"), "accepted": (_("已接收"), "good"), "refused_transfer": (_("已退回"), "late"),
}  # fmt: skip


@register.filter
def yuan(fen: int | None) -> str:
    """Fen as yuan."""
    return "" if fen is None else yuan_text(fen)


@register.filter
def thousands(number: int | str | None) -> str:
    """1234567 → 1,234,567; nothing stays nothing."""
    return f"{number:,}" if isinstance(number, int) else ""


@register.inclusion_tag("ui/state.html")
def state(value: str) -> dict[str, Any]:
    """A state as a coloured word."""
    label, colour = STATES.get(value, (value, ""))
    return {"label": label, "colour": colour}


@register.inclusion_tag("ui/account_bar.html")
def account_bar(batch: Any) -> dict[str, Any]:
    """Rows by their end, as one bar that adds up."""
    total = max(batch.rows_in, 1)
    parts, x = [], 0.0
    for key, label, colour in (("linked", _("已匹配"), "c-linked"), ("to_confirm", _("待确认"), "c-confirm"),
                               ("unmatched", _("未匹配"), "c-unmatched"), ("rejected", _("退回"), "c-rejected")):  # fmt: skip
        count = getattr(batch, key)
        width = 1000 * count / total
        parts.append(
            {"key": key, "label": label, "colour": colour, "count": count, "x": round(x, 2), "width": round(width, 2)}
        )
        x += width
    return {"parts": parts, "batch": batch, "sum": sum(p["count"] for p in parts)}


@register.inclusion_tag("ui/progress.html")
def progress(done: int, total: int) -> dict[str, Any]:
    """A strip."""
    return {"width": round(1000 * min(done, total) / max(total, 1)), "done": done, "total": total}


@register.simple_tag
def share(part: int, whole: int) -> str:
    """697 of 1000 → 69.70 %; nothing of nothing is no share."""
    if not whole:
        return "—"
    hundredths = (part * 1_000_000 // whole + 50) // 100
    return f"{hundredths // 100}.{hundredths % 100:02d} %"
