"""Which measure answers which risk, and what is missing until help is in place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from shouwang.engine.tables.words import MEASURES

TABLE = Path(__file__).with_name("match.yaml")
ANY = tuple(MEASURES)


@cache
def table() -> dict[str, Any]:
    """The match table."""
    raw: dict[str, Any] = yaml.safe_load(TABLE.read_text(encoding="utf-8"))
    return raw


def answers(risk: str) -> tuple[str, ...]:
    """The columns whose measures answer a risk; a risk without a line is answered by any."""
    return tuple(table()["match"].get(risk, ANY))


def is_sourced(risk: str) -> bool:
    """Whether the line of a risk has a source; otherwise it is our default †."""
    return risk in table()["sourced"]


@dataclass(frozen=True)
class Given:
    """A measure as the check sees it."""

    risk: str
    column: str
    value: str
    started_on: date | None = None


def is_development(measure: Given) -> bool:
    """开发式: of the four columns, and not merely 其他 or 技能培训."""
    return measure.column in table()["development"] and measure.value not in table()["not_development"]


def matches(measure: Given, risk: str) -> bool:
    """Whether a measure was taken against a risk and is of a kind that answers it."""
    return measure.risk == risk and measure.column in answers(risk)


def gaps(
    risks: Sequence[str], measures: Sequence[Given], has_responsible: bool, able_and_willing: bool, on: date
) -> list[str]:
    """What is missing until help is in place, in words; nothing missing: in place."""
    found = []
    if not risks:
        found.append("没有写风险类型")
    without = [r for r in risks if not any(matches(m, r) for m in measures)]
    if without:
        found.append(f"没有措施的风险：{'、'.join(without)}")
    waiting = [
        r
        for r in risks
        if r not in without and not any(matches(m, r) and m.started_on and m.started_on <= on for m in measures)
    ]
    if waiting:
        found.append(f"措施还没有开始的风险：{'、'.join(waiting)}")
    if not has_responsible:
        found.append("没有帮扶责任人")
    if able_and_willing and not any(is_development(m) for m in measures):
        found.append("有劳动能力且有意愿，没有开发式措施（只有“其他”或“技能培训”不算）")
    return found


def hint(risks: Sequence[str], measures: Sequence[Given]) -> str:
    """A word of caution, no refusal: one risk asks for one measure."""
    if len(risks) == 1 and len(measures) > 1:
        return f"只有一个风险（{risks[0]}）而有 {len(measures)} 项措施：单一风险用单一措施，避免叠加"
    return ""
