"""What a form sent, as the actions take it: dates, names, whole numbers, the facts of a step."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django.utils import timezone

from shouwang.cases.guards import Taken
from shouwang.cases.words import ITEM_TITLES
from shouwang.kernel.dates import parse_iso
from shouwang.kernel.errors import UserError
from shouwang.ui.paging import whole

SEPARATORS = re.compile(r"[、,，;；/\s]+")
COMPARED_PREFIX = "result_"


def day(sent: Any, name: str, *, default_today: bool = False) -> date:
    """A date that must be there. Raises UserError."""
    found = maybe_day(sent, name)
    if found is None:
        if default_today:
            return timezone.localdate()
        raise UserError("没有写日期", "写 YYYY-MM-DD，如 2026-03-05")
    return found


def maybe_day(sent: Any, name: str) -> date | None:
    """A date or nothing; something else is a mistake."""
    text = str(sent.get(name, "")).strip().replace("/", "-")
    if not text:
        return None
    found = parse_iso(text)
    if found is None:
        raise UserError(f"日期 {text[:20]!r} 无法识别", "写 YYYY-MM-DD，如 2026-03-05")
    return found


def names(text: str) -> tuple[str, ...]:
    """张三、李四 → two names, each once."""
    return tuple(dict.fromkeys(n[:30] for n in SEPARATORS.split(text.strip()) if n))


def number(sent: Any, name: str) -> int:
    """A whole number; blank is 0."""
    text = str(sent.get(name, "")).strip()
    found = whole(text) if text else 0
    if found is None:
        raise UserError(f"数字 {text[:20]!r} 无法识别", "写整数")
    return min(found, 1_000_000)


def item_answers(sent: Any) -> dict[str, tuple[bool, str]]:
    """Item → met or not, evidence; an item left at "unchanged" is absent."""
    said = {key: sent.get(f"item_{key}", "") for key in ITEM_TITLES}
    return {key: (v == "yes", str(sent.get(f"evidence_{key}", ""))) for key, v in said.items() if v in ("yes", "no")}


def taken(sent: Any, prefix: str = "") -> Taken:
    """The facts of one step out of a form; `prefix` marks the fields of one household in a batch."""

    def field(name: str) -> str:
        return str(sent.get(f"{prefix}{name}", "")).strip()

    data: dict[str, Any] = {}
    for key in ("cause", "pause", "category", "kind", "order_reason"):
        if field(key):
            data[key] = field(key)[:120]
    for key in ("signed", "upheld", "lift"):
        if field(key):
            data[key] = True
    if any(field(f"votes_{k}") for k in ("yes", "no", "abstain")):
        data["votes"] = {k: number(sent, f"{prefix}votes_{k}") for k in ("yes", "no", "abstain")}
    results = {
        k.removeprefix(COMPARED_PREFIX): str(v)[:80]
        for k, v in sent.items()
        if k.startswith(COMPARED_PREFIX) and str(v).strip()
    }
    if results:
        data["results"] = results
    return Taken(
        day(sent, "on", default_today=True),
        names(str(sent.get("people", ""))),
        field("agreed") != "no",
        field("note"),
        data,
    )
