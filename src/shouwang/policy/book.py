"""The policy book: all figures, instruments and rules, and which value applies where and when.

Precedence: a local document entered with number and date, then the county's own params.csv, then a folder given with --policy, then what is built in.
Inside a layer the nearest area wins. A value out of force is skipped, so the next layer or area answers;
when nothing is left the figure is *not set*.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from shouwang.kernel.areas import covers, nearness
from shouwang.kernel.errors import UserError
from shouwang.policy.figures import GRADE_LABELS, Applied, Citation, Figure, Grade, Kind, Unit, Value
from shouwang.policy.rules import CheckSet, RuleCard

LAYERS = ("document", "params.csv", "policy", "built-in")
LAYER_LABELS = {
    "document": "本地文件",
    "params.csv": "本县参数 params.csv",
    "policy": "--policy 目录",
    "built-in": "内置政策库",
}


@dataclass(frozen=True)
class Instrument:
    """A document that figures are taken from."""

    key: str
    title: str
    issuer: str
    issued: str = ""
    number: str = ""
    evidence: str = ""


@dataclass(frozen=True)
class Book:
    """Everything that is loaded; look-ups never read a clock."""

    figures: dict[str, Figure] = field(default_factory=dict)
    instruments: dict[str, Instrument] = field(default_factory=dict)
    rules: dict[str, RuleCard] = field(default_factory=dict)
    checks: tuple[CheckSet, ...] = ()

    def figure(self, name: str) -> Figure:
        """The figure of that name. Raises UserError for a name nobody knows."""
        if name not in self.figures:
            raise UserError(f"没有名为 {name} 的政策数", "用 shouwang policy 查看全部名称")
        return self.figures[name]

    def applied(self, name: str, *, area: str, as_of: date, income_year: int | None = None) -> Applied:
        """Which value of a figure applies in `area` on `as_of` (and for `income_year`), and why."""
        figure = self.figure(name)
        passed_over: list[str] = []
        for layer in LAYERS:
            held = [v for v in figure.values if v.layer == layer and covers(v.area, area)]
            right_year = [v for v in held if v.income_year is None or v.income_year == income_year]
            in_force = [v for v in right_year if v.is_valid_on(as_of)]
            passed_over += [self._passed_over(v, as_of) for v in right_year if v not in in_force]
            if in_force:
                chosen = max(in_force, key=lambda v: nearness(v.area))
                last = [v for v in in_force if v.area == chosen.area][-1]
                return Applied(
                    figure, self._resolved(figure, last, area, as_of, income_year), self._why(last, passed_over)
                )
        known = f"；已跳过：{'；'.join(passed_over)}" if passed_over else ""
        year = f"{income_year}年度" if figure.keyed_by == "income_year" else f"{as_of}"
        return Applied(figure, None, f"{area} 在 {year} 没有可用的值，按未设定处理{known}")

    def _resolved(self, figure: Figure, value: Value, area: str, as_of: date, year: int | None) -> Value:
        if figure.unit is not Unit.PERCENT_OF:
            return value
        base = self.applied(figure.of, area=area, as_of=as_of, income_year=year).value
        if base is None or isinstance(base, str):
            raise UserError(f"{figure.name} 是 {figure.of} 的百分比，但 {figure.of} 未设定", f"先设定 {figure.of}")
        return Value(**{**value.__dict__, "value": Fraction(value.value) * Fraction(base) / 100})

    @staticmethod
    def _passed_over(value: Value, as_of: date) -> str:
        state = "已失效" if value.valid_until and value.valid_until < as_of else "尚未生效"
        return f"{LAYER_LABELS[value.layer]}中的值（{value.place}）{state}"

    @staticmethod
    def _why(value: Value, passed_over: list[str]) -> str:
        start = f"，自{value.valid_from}起" if value.valid_from else ""
        skipped = f"；已跳过：{'；'.join(passed_over)}" if passed_over else ""
        return f"取自{LAYER_LABELS[value.layer]}，适用地区 {value.area}{start}，{GRADE_LABELS[value.grade]}{skipped}"

    def citation_text(self, citation: Citation) -> str:
        """A citation as people read it; a document number that is no key stands for itself."""
        known = self.instruments.get(citation.instrument)
        if known is None:
            name = citation.instrument
        else:
            issued = f"，{known.issued}" if known.issued else ""
            name = f"{known.issuer}《{known.title}》{known.number}{issued}"
        return f"{name} {citation.article}".strip()

    def source_text(self, applied: Applied) -> str:
        """Grade and citation of an applied value in one line, † where it is nobody's rule here."""
        if applied.chosen is None:
            return "未设定"
        if applied.chosen.grade is Grade.DEFAULT:
            return "，".join(t for t in (GRADE_LABELS[Grade.DEFAULT], applied.chosen.note) if t)
        floor = "，仅知下限" if applied.chosen.kind is Kind.FLOOR else ""
        return f"{GRADE_LABELS[applied.chosen.grade]}{floor}：{self.citation_text(applied.chosen.citation)}"

    def with_values(self, extra: Iterable[tuple[str, Value]]) -> Book:
        """The book with further values laid above it (params.csv)."""
        figures = dict(self.figures)
        for name, value in extra:
            figure = self.figure(name)
            figures[name] = Figure(**{**figures[name].__dict__, "values": (*figures[name].values, value)})
            assert figure.unit is figures[name].unit
        return Book(figures, self.instruments, self.rules, self.checks)
