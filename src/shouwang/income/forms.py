"""The statement form: one row an item (and person), prefilled with what is known; how it comes back as lines.

A field is named `kind.item.person` — the item by its place in `ITEMS`, the person by id or 0 — with a suffix for what belongs to the amount.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import polars as pl

from shouwang.income.entering import Basis, Line
from shouwang.income.kinds import ALL, BUSINESS, BY_RATIO, ITEMS, SOURCES, TITLES, WAGE
from shouwang.income.known import known
from shouwang.income.measures import table as measures
from shouwang.income.models import Item
from shouwang.kernel.errors import UserError
from shouwang.kernel.money import fen, yuan_text
from shouwang.ui.paging import whole

FIELD = re.compile(rf"({'|'.join(ALL)})\.(\d+)\.(\d+)(\.expected)?")
JOIN = "；"
MOST = 10**12  # fen


@dataclass(frozen=True)
class Row:
    """One item of the form: its field name, whose, what is known already (yuan as text), where from; what last year said (fen)."""

    field: str
    kind: str
    item: str
    person: str
    amount: str = ""
    expected: str = ""
    source: str = "said"
    evidence: str = ""
    measure: int | None = None
    before: int | None = None
    ratio: int | None = None

    @property
    def is_blank(self) -> bool:
        """Nothing known of it this year or last."""
        return not (self.amount or self.expected or self.before)


@dataclass(frozen=True)
class Group:
    """One kind: rows with something in them, and the other items folded away."""

    kind: str
    title: str
    rows: list[Row]
    others: list[Row]


Key = tuple[str, str, int | None]


def lines_of(items: Iterable[Item]) -> list[Line]:
    """A statement's items as lines; what the program computed is computed again."""
    return [
        Line(i.kind, i.item, i.amount, i.source, i.evidence, i.person_id, i.expected, i.measure)
        for i in items
        if i.item != BY_RATIO
    ]


def known_as_lines(frame: pl.DataFrame) -> list[Line]:
    """What departments and the register know (of one household) as lines."""
    told = (
        Line(r["kind"], r["item"], r["amount"], r["source"], r["evidence"], r["pid"], r["expected"], r["measure"])
        for r in frame.iter_rows(named=True)
    )
    return list(by_row(told).values())


def known_by_home(area: str, basis: Basis, until: date, hids: Sequence[int], year: int | None) -> dict[int, list[Line]]:
    """What is known of some households; `year`: of the closed year, without what is still expected; None: of the running one."""
    if not hids:
        return {}
    frame = known(area, basis.window, min(until, basis.window.end), hids, year).lines
    told = frame if year is None else frame.filter(~pl.col("expected"))
    return {int(key[0]): known_as_lines(part) for key, part in told.partition_by("hid", as_dict=True).items()}


def by_row(lines: Iterable[Line]) -> dict[tuple[Key, bool], Line]:
    """The form has one row an item and person: several amounts of one become one, with the evidence of all."""
    found: dict[tuple[Key, bool], Line] = {}
    for line in lines:
        key = ((line.kind, line.item, line.person_id), line.expected)
        old = found.get(key)
        if old is not None:
            said = JOIN.join(dict.fromkeys(e for e in (old.evidence, line.evidence) if e))
            line = replace(old, amount=old.amount + line.amount, evidence=said)
        found[key] = line
    return found


def form_groups(
    lines: Iterable[Line], before: Mapping[tuple[str, str], int], people: Mapping[int, str], ratios: Mapping[str, int] | None = None
) -> list[Group]:  # fmt: skip
    """Kinds with their rows. `people`: id → name of those who may have wages of their own; `ratios`: item → percent that counts as cost."""
    told = by_row(lines)
    groups = []
    for kind in ALL:
        keys = _keys(kind, told, people)
        firsts = {key[:2]: key for key in reversed(keys)}  # last year's amount stands at an item's first row
        rows = [_row(key, told, before.get(key[:2]) if firsts[key[:2]] == key else None, people) for key in keys]
        rows = [replace(r, ratio=(ratios or {}).get(r.item)) for r in rows] if kind == BUSINESS else rows
        groups.append(Group(kind, TITLES[kind], [r for r in rows if not r.is_blank], [r for r in rows if r.is_blank]))
    return groups


def _keys(kind: str, told: Mapping[tuple[Key, bool], Line], people: Mapping[int, str]) -> list[Key]:
    found: list[Key] = []
    for n, item in enumerate(ITEMS[kind]):
        if item == BY_RATIO:
            continue
        own = sorted({key[2] for key, _ in told if key[:2] == (kind, item) and key[2] is not None})
        more = [p for p in people if p not in own] if kind == WAGE and n == 0 else []
        found += [(kind, item, p) for p in (*own, *more, None)]
    return found


def _row(key: Key, told: Mapping[tuple[Key, bool], Line], before: int | None, people: Mapping[int, str]) -> Row:
    kind, item, person = key
    field = f"{kind}.{ITEMS[kind].index(item)}.{person or 0}"
    now, later = told.get((key, False)), told.get((key, True))
    line = now or later
    row = Row(field, kind, item, people.get(person, "成员") if person else "", before=before)
    if line is None:
        return row
    return replace(
        row, amount=_text(now), expected=_text(later), source=line.source, evidence=line.evidence, measure=line.measure
    )


def _text(line: Line | None) -> str:
    return "" if line is None else yuan_text(line.amount).replace(",", "").removesuffix(".00")


def sent_lines(sent: Any) -> list[Line]:
    """The lines of a form that came back."""
    found = []
    for name in sent:
        match = FIELD.fullmatch(name)
        text = str(sent.get(name, "")).strip().replace(",", "")
        if match is None or not text:
            continue
        kind, n, person, later = match[1], int(match[2]), int(match[3]), bool(match[4])
        if n >= len(ITEMS[kind]):
            raise UserError(f"没有项目 {name[:30]!r}", "刷新页面后再填")
        base = name.removesuffix(".expected")
        item, measure = ITEMS[kind][n], whole(sent.get(f"{base}.measure")) or 0
        source = sent.get(f"{base}.source") or "said"
        found.append(Line(
            kind, item, amount_of(text, item), source if source in SOURCES else "", sent.get(f"{base}.evidence", "")[:120], person or None, later,
            measure if measure in measures() else None,
        ))  # fmt: skip
    return found


def amount_of(text: str, item: str) -> int:
    """Yuan as fen. Raises UserError with the item for what is no amount, and for one that no household and no plan has."""
    try:
        amount = fen(text)
    except ValueError:
        raise UserError(f"{item}的金额 {text[:20]!r} 无法识别", "写元，最多两位小数，如 12000 或 86.50") from None
    if abs(amount) >= MOST:
        raise UserError(f"{item}的金额 {text[:20]!r} 超过一百亿元", "核对单位，写元")
    return amount
