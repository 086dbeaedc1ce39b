"""Reads the `figures:` part of a policy file and refuses what is wrong, with file, line and remedy."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

from shouwang.kernel.areas import COUNTRY, is_area_code
from shouwang.kernel.money import fen
from shouwang.policy.figures import MONEY, Citation, Figure, Grade, Kind, Unit, Value
from shouwang.policy.yaml_lines import Lined, PolicyError, mapping, only_keys

FIGURE_KEYS = {"title", "title_en", "unit", "keyed_by", "of", "values"}
VALUE_KEYS = {"value", "area", "from", "until", "income_year", "kind", "grade", "cite", "note"}


def read_figures(path: Path, node: Lined, layer: str) -> list[Figure]:
    """All figures of one `figures:` mapping."""
    return [_figure(path, name, mapping(path, node[name], node.lines[name]), layer) for name in node]


def _figure(path: Path, name: str, node: Lined, layer: str) -> Figure:
    only_keys(path, node, FIGURE_KEYS, {"title", "unit", "values"})
    unit = _one_of(path, node, "unit", Unit)
    keyed_by = str(node.get("keyed_by", "date"))
    if keyed_by not in ("date", "income_year"):
        raise PolicyError(path, node.lines["keyed_by"], f"keyed_by 不能是 {keyed_by}", "写 date 或 income_year")
    if (unit is Unit.PERCENT_OF) != ("of" in node):
        raise PolicyError(path, node.line, f"{name}：percent_of 与 of 要一起写", "用 of 写明是哪一个数的百分比")
    if not isinstance(node["values"], list):
        raise PolicyError(path, node.lines["values"], f"{name}：values 应是列表", "每个值一项，以 - 开头")
    values = [
        _value(path, name, mapping(path, item, node.lines["values"]), unit, keyed_by, layer) for item in node["values"]
    ]
    _refuse_overlaps(path, node, name, values)
    return Figure(
        name,
        str(node["title"]),
        str(node.get("title_en", name)),
        unit,
        tuple(values),
        keyed_by,
        str(node.get("of", "")),
    )


def _value(path: Path, name: str, node: Lined, unit: Unit, keyed_by: str, layer: str) -> Value:
    only_keys(path, node, VALUE_KEYS, {"value", "grade", "cite"})
    grade = _one_of(path, node, "grade", Grade)
    kind = _one_of(path, node, "kind", Kind) if "kind" in node else Kind.EXACT
    area = str(node.get("area", COUNTRY))
    if not is_area_code(area):
        raise PolicyError(
            path,
            node.lines.get("area", node.line),
            f"{name}：{area} 不是行政区划代码",
            '写2、4、6、9或12位数字并加引号，全国写 "00"',
        )
    start, end = _day(path, node, "from"), _day(path, node, "until")
    if start and end and end < start:
        raise PolicyError(path, node.lines["until"], f"{name}：失效日期 {end} 早于生效日期 {start}", "改正日期")
    if grade in (Grade.LAW, Grade.LOCAL) and keyed_by == "date" and start is None:
        raise PolicyError(path, node.line, f"{name}：有依据的值必须写生效日期", "补上 from: YYYY-MM-DD")
    if (keyed_by == "income_year") != ("income_year" in node):
        raise PolicyError(
            path, node.line, f"{name}：按{keyed_by}取值", "income_year 只写在按收入年度取值的数上，且必须写"
        )
    year = node.get("income_year")
    return Value(
        value=_amount(path, name, node, unit),
        grade=grade,
        citation=_citation(path, name, node),
        area=area,
        valid_from=start,
        valid_until=end,
        income_year=int(year) if year is not None else None,
        kind=kind,
        note=str(node.get("note", "")),
        layer=layer,
        place=f"{path.name}:{node.line}",
    )


def _amount(path: Path, name: str, node: Lined, unit: Unit) -> int | str | Fraction:
    raw, line = node["value"], node.lines["value"]
    problem = PolicyError(path, line, f"{name}：{raw!r} 与单位 {unit.value} 不符", "改正数值，或改正 unit")
    if unit is Unit.MONTH_DAY:
        return month_day(raw, problem)
    if unit is Unit.WORDS:
        return words(raw, problem)
    if isinstance(raw, bool) or not isinstance(raw, int | float | str):
        raise problem
    try:
        if unit is Unit.YUAN:
            return fen(str(raw))
        amount = Fraction(str(raw))
    except (ValueError, ZeroDivisionError) as broken:
        raise problem from broken
    if unit is Unit.PERCENT_OF:
        return amount
    if amount.denominator != 1 or amount < 0:
        raise problem
    return int(amount)


def month_day(raw: Any, problem: Exception) -> str:
    """`06-30` when it is a month and a day."""
    text = str(raw)
    try:
        date.fromisoformat(f"2000-{text}")
    except ValueError as broken:
        raise problem from broken
    return text


def words(raw: Any, problem: Exception) -> str:
    """A word or words as text; blank is a mistake."""
    if not isinstance(raw, str) or not raw.strip():
        raise problem
    return raw.strip()


def _citation(path: Path, name: str, node: Lined) -> Citation:
    cite = node["cite"]
    if not isinstance(cite, Lined) or not cite.get("instrument"):
        raise PolicyError(
            path, node.lines["cite"], f"{name}：缺少依据", "写 cite: {instrument: 文件代号, article: 条款}"
        )
    only_keys(path, cite, {"instrument", "article"})
    return Citation(str(cite["instrument"]), str(cite.get("article", "")))


def _day(path: Path, node: Lined, key: str) -> date | None:
    raw = node.get(key)
    if raw is None:
        return None
    if not isinstance(raw, date):
        raise PolicyError(path, node.lines[key], f"{key} 不是日期：{raw!r}", "写 YYYY-MM-DD，不加引号")
    return raw


def _one_of(path: Path, node: Lined, key: str, choices: Any) -> Any:
    try:
        return choices(str(node[key]))
    except ValueError as broken:
        allowed = "、".join(c.value for c in choices)
        raise PolicyError(path, node.lines[key], f"{key} 不能是 {node[key]}", f"可用：{allowed}") from broken


def _refuse_overlaps(path: Path, node: Lined, name: str, values: list[Value]) -> None:
    groups: dict[tuple[str, int | None], list[Value]] = {}
    for value in values:
        groups.setdefault((value.area, value.income_year), []).append(value)
    for (area, _), group in groups.items():
        ordered = sorted(group, key=lambda v: v.valid_from or date.min)
        for earlier, later in pairwise(ordered):
            if (later.valid_from or date.min) <= (earlier.valid_until or date.max):
                raise PolicyError(
                    path,
                    node.lines["values"],
                    f"{name}：地区 {area} 的两个值日期重叠（{earlier.place}、{later.place}）",
                    "给前一个值写 until，使它在后一个值生效前一天结束",
                )


def money_text(figure: Figure, value: int | str | Fraction) -> str:
    """A value as people read it, without its unit."""
    if figure.unit in MONEY and not isinstance(value, str):
        amount = Fraction(value) / 100 if figure.unit is not Unit.PERCENT_OF else Fraction(value)
        return f"{float(amount):,.2f}".removesuffix(".00")
    return str(value)
