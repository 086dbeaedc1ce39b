"""Figures: every number or list of the policy, with unit, area, dates, citation and evidence grade."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from shouwang.kernel.areas import COUNTRY


class Grade(StrEnum):
    """How well a value is founded, best first. Only the first two are anybody's rule."""

    LAW = "law"  # 全国性规定
    LOCAL = "local"  # 本地文件
    REFERENCE = "reference"  # 参考值†: another area's rule, shown so that something is looked at
    DEFAULT = "default"  # 默认值†: chosen by the product


GRADE_LABELS = {
    Grade.LAW: "全国性规定",
    Grade.LOCAL: "本地文件",
    Grade.REFERENCE: "参考值†（其他地区的做法）",
    Grade.DEFAULT: "本系统默认值†",
}


class Unit(StrEnum):
    """What a figure counts. Money is given in yuan (or fen) and held in fen."""

    YUAN = "yuan"
    FEN = "fen"
    PERCENT = "percent"
    DAYS = "days"
    MONTHS = "months"
    YEARS = "years"
    COUNT = "count"
    MONTH_DAY = "month_day"
    WORDS = "words"  # a word or a list of words, separated by 、
    PERCENT_OF = "percent_of"  # percent of another figure, named in `of`


UNIT_LABELS = {
    Unit.YUAN: "元",
    Unit.FEN: "元",
    Unit.PERCENT: "%",
    Unit.DAYS: "天",
    Unit.MONTHS: "个月",
    Unit.YEARS: "岁",
    Unit.COUNT: "",
    Unit.MONTH_DAY: "（月-日）",
    Unit.WORDS: "",
    Unit.PERCENT_OF: "元",
}
MONEY = (Unit.YUAN, Unit.FEN, Unit.PERCENT_OF)


class Kind(StrEnum):
    """Whether the value is the line itself or only known to be no lower."""

    EXACT = "exact"
    FLOOR = "floor"


@dataclass(frozen=True)
class Citation:
    """Where a value stands: a key of `instruments/` (or a document number) and the article."""

    instrument: str
    article: str = ""


@dataclass(frozen=True)
class Value:
    """One dated value of a figure for one area. Money is in fen; `until` is included; None means open."""

    value: int | str | Fraction
    grade: Grade
    citation: Citation
    area: str = COUNTRY
    valid_from: date | None = None
    valid_until: date | None = None
    income_year: int | None = None
    kind: Kind = Kind.EXACT
    note: str = ""
    layer: str = "built-in"
    place: str = ""

    def is_valid_on(self, day: date) -> bool:
        """Whether the value is in force on `day`, both ends included."""
        after_start = self.valid_from is None or self.valid_from <= day
        before_end = self.valid_until is None or day <= self.valid_until
        return after_start and before_end


@dataclass(frozen=True)
class Figure:
    """A named figure and all the values that are known of it."""

    name: str
    title: str
    title_en: str
    unit: Unit
    values: tuple[Value, ...]
    keyed_by: str = "date"
    of: str = ""


@dataclass(frozen=True)
class Applied:
    """The value that applies for an area and day, or none (`value is None`: not set), and why."""

    figure: Figure
    chosen: Value | None
    reason: str

    @property
    def value(self) -> int | str | Fraction | None:
        """Fen for money, a whole number otherwise, `MM-DD` for a month and day; None when not set."""
        return self.chosen.value if self.chosen else None

    @property
    def is_dagger(self) -> bool:
        """Whether the value is nobody's rule here and must be shown with †."""
        return self.chosen is not None and self.chosen.grade in (Grade.REFERENCE, Grade.DEFAULT)
