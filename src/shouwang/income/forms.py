"""The statement form: one row an item, prefilled with what is known; how it comes back as lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from shouwang.income.actions import Line
from shouwang.income.kinds import ALL, BY_RATIO, ITEMS, TITLES
from shouwang.income.measures import table as measures
from shouwang.income.models import Item, Statement
from shouwang.income.queries import known_lines
from shouwang.kernel.errors import UserError
from shouwang.kernel.money import fen
from shouwang.registry.models import Household
from shouwang.ui.paging import whole


@dataclass(frozen=True)
class Row:
    """One item of the form: its field name, what is known already (yuan as text), where from."""

    field: str
    item: str
    amount: str
    expected: str
    source: str
    evidence: str
    measure: int | None


def form_rows(home: Household, year: int, statement: Statement | None) -> list[tuple[str, list[Row]]]:
    """Kinds with their rows: the statement's amounts, else what the yearly sheet knows."""
    known: dict[tuple[str, str, bool], Item | tuple[int, str]] = {}
    if statement is not None:
        known = {(i.kind, i.item, i.expected): i for i in Item.objects.filter(statement_id=statement.pk)}
    else:
        known = {(kind, item, False): (amount, where) for kind, item, amount, where in known_lines(home, year)}
    return [
        (TITLES[kind], [_row(kind, n, item, known) for n, item in enumerate(ITEMS[kind]) if item != BY_RATIO])
        for kind in ALL
    ]


def _row(kind: str, n: int, item: str, known: dict[tuple[str, str, bool], Any]) -> Row:
    found, later = known.get((kind, item, False)), known.get((kind, item, True))
    expected = _text(later.amount) if isinstance(later, Item) else ""
    if isinstance(found, Item):
        return Row(f"{kind}_{n}", item, _text(found.amount), expected, found.source, found.evidence, found.measure)
    if found is not None:
        return Row(f"{kind}_{n}", item, _text(found[0]), expected, "sheet", found[1], None)
    return Row(f"{kind}_{n}", item, "", expected, "said", "", None)


def _text(amount: int) -> str:
    return f"{amount // 100}.{amount % 100:02d}".removesuffix(".00")


def sent_lines(sent: Any) -> list[Line]:
    """The lines of a form that came back."""
    found = []
    for kind in ALL:
        for n, item in enumerate(ITEMS[kind]):
            for suffix, expected in (("", False), ("_expected", True)):
                text = str(sent.get(f"{kind}_{n}{suffix}", "")).strip().replace(",", "")
                if not text:
                    continue
                amount = amount_of(text, item)
                measure = whole(sent.get(f"{kind}_{n}_measure")) or 0
                found.append(Line(
                    kind, item, amount, sent.get(f"{kind}_{n}_source") or "said", sent.get(f"{kind}_{n}_evidence", "")[:120], expected=expected,
                    measure=measure if measure in measures() else None,
                ))  # fmt: skip
    return found


def amount_of(text: str, item: str) -> int:
    """Yuan as fen. Raises UserError with the item."""
    try:
        return fen(text)
    except ValueError:
        raise UserError(f"{item}的金额 {text[:20]!r} 无法识别", "写元，最多两位小数，如 12000 或 86.50") from None
