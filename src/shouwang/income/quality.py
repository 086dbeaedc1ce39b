"""The quality report of a year: what is stated, corrected, unsigned, and the signs that people look at before a period is closed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl
from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from shouwang.cases.limits import number
from shouwang.income import truth
from shouwang.income.entering import TRAILING, basis_of
from shouwang.income.frames import homes, net
from shouwang.income.kinds import SELF_PAID, TITLES
from shouwang.income.known import known
from shouwang.income.models import Statement
from shouwang.income.statements import MONTHS
from shouwang.kernel.areas import COUNTY_DIGITS
from shouwang.kernel.money import per_head, yuan_text
from shouwang.regions.queries import everyday, name_of
from shouwang.registry.queries import my_range

MOST = 50  # lines shown of a sign; the count tells of all
ODD_WAGES = """SELECT i.household_id FROM income_item i JOIN income_statement s ON s.id = i.statement_id
WHERE s.replaced_at IS NULL AND NOT s.is_forecast AND s.window_kind <> 'trailing' AND s.year = %(year)s AND s.area_code >= %(lo)s AND s.area_code < %(hi)s
    AND i.kind = 'wage' AND i.amount > 0 AND (i.amount < %(least)s OR i.amount > %(most)s)
UNION SELECT household_id FROM registry_year_sheet y WHERE y.person_id IS NOT NULL AND y.retracted_at IS NULL AND y.year = %(year)s
    AND y.area_code >= %(lo)s AND y.area_code < %(hi)s AND (y.data->>'wage')::bigint > 0
    AND ((y.data->>'wage')::bigint < %(least)s OR (y.data->>'wage')::bigint > %(most)s) ORDER BY 1"""
MISSED = """SELECT s.household_id FROM income_statement s JOIN income_statement f ON f.household_id = s.household_id AND f.year = s.year
    AND f.is_forecast AND f.replaced_at IS NULL AND f.window_kind = s.window_kind AND f.concept = s.concept
WHERE NOT s.is_forecast AND s.replaced_at IS NULL AND s.year = %(year)s AND s.area_code >= %(lo)s AND s.area_code < %(hi)s AND f.persons > 0 AND s.persons > 0
AND abs((s.wage + s.business + s.property + s.transfer - s.cost) * f.persons - (f.wage + f.business + f.property + f.transfer - f.cost) * s.persons) * 100
    > abs((f.wage + f.business + f.property + f.transfer - f.cost) * s.persons) * %(pct)s ORDER BY 1"""


@dataclass(frozen=True)
class Finding:
    """One line of a sign: where, in words, and which households."""

    area: str
    text: str
    households: tuple[int, ...]


@dataclass(frozen=True)
class Sign:
    """One kind of sign: its title, what it means, how many households, the lines."""

    key: str
    title: str
    about: str
    households: int
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Quality:
    """Statements, corrections, unsigned ones; and the signs."""

    statements: int
    corrections: int
    unsigned: int
    figures: int
    signs: tuple[Sign, ...]

    def sign(self, key: str) -> Sign:
        """One sign by its key; an empty one where it is left out."""
        return next((s for s in self.signs if s.key == key), Sign(key, "", "", 0, ()))


def _stated(area: str, year: int) -> QuerySet[Statement]:
    """All versions of the year's statements; those of identifications are no year's."""
    lo, hi = my_range(area)
    return Statement.objects.filter(year=year, is_forecast=False, area_code__gte=lo, area_code__lt=hi).exclude(
        window_kind=TRAILING
    )


def figures_of(area: str, year: int) -> pl.DataFrame:
    """The closed year's figures of an area with who asked: what `truth` reads."""
    frame = homes(area, year).select("hid", "area", net(), "persons").drop_nulls().filter(pl.col("persons") > 0)
    asked = (
        _stated(area, year)
        .filter(replaced_at__isnull=True)
        .exclude(visitors="")
        .values_list("household_id", "visitors")
    )
    visitors = pl.DataFrame(list(asked), schema={"hid": pl.Int64, "visitor": pl.String}, orient="row").unique("hid")
    return frame.join(visitors, on="hid", how="left").select(*truth.SHAPE).cast(truth.SHAPE)  # type: ignore[arg-type]


def quality(area: str, year: int, today: date) -> Quality:
    """The report. A sign whose figure is not set is left out."""
    lo, hi = my_range(area)
    county = (area or lo)[:COUNTY_DIGITS]
    every = _stated(area, year)
    current = every.filter(replaced_at__isnull=True)
    figures = figures_of(area, year)

    def value(name: str) -> int:
        return number(county, name, today) or 0

    params = {"lo": lo, "hi": hi, "year": year, "least": value("monthly_wage_least"), "most": value("monthly_wage_most") * MONTHS or 2**62,
              "pct": value("forecast_miss_pct")}  # fmt: skip
    signs = [
        _copied(figures, value("copied_least")), _heaped(figures, value("heap_step"), value("visitor_households_least"), value("heap_share_pct")),
        _crowded(figures, value("lifted_watch"), value("just_above_pct"), value("just_above_times"), value("just_above_least")),
        _visitors(figures, value("visitor_deviations"), value("visitor_households_least")),
        _homes("outliers", _("异常值"), _("人均远高于本村中位数。"), truth.outliers(figures, t) if (t := value("income_outlier_times")) else None),
        _homes("wages", _("工资不合常理"), _("全年工资低于一个月的下限，或高于十二个月的上限。"), _asked(ODD_WAGES, params)),
        _homes("missed", _("年终突变"), _("核定的收入和年中预计相差很大。"), _asked(MISSED, params) if params["pct"] else None),
        _over(area, year, today),
    ]  # fmt: skip
    corrections = every.filter(version__gt=1).count()
    return Quality(
        current.count(),
        corrections,
        current.filter(signed_on__isnull=True).count(),
        figures.height,
        tuple(s for s in signs if s),
    )


def _asked(sql: str, params: dict[str, Any]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return [row[0] for row in cursor.fetchall()]


def _homes(key: str, title: str, about: str, hids: Sequence[int] | None) -> Sign | None:
    if hids is None:
        return None
    return Sign(key, title, about, len(hids), (Finding("", "", tuple(hids[:MOST])),) if hids else ())


def _told(key: str, title: str, about: str, found: pl.DataFrame, say: Any) -> Sign:
    lines = tuple(Finding(r["area"], say(r), tuple(r["hids"][:MOST])) for r in found.head(MOST).iter_rows(named=True))
    return Sign(key, title, about, int(found["hids"].list.len().sum()), lines)


def _copied(figures: pl.DataFrame, least: int) -> Sign | None:
    if not least:
        return None
    found = truth.copied(figures, least)
    return _told("copied", _("同村相同收入"), _("一个村里很多户人均收入一分不差。"), found,
                 lambda r: f"{r['n']} 户都是人均 {yuan_text(per_head(r['net'], r['persons']) or 0)} 元")  # fmt: skip


def _heaped(figures: pl.DataFrame, step: int, least: int, share: int) -> Sign | None:
    if not (step and least and share):
        return None
    found = truth.heaped(figures, step, least, share)
    return _told(
        "heaped",
        _("整数扎堆"),
        _("很多户的纯收入正好是整千元。"),
        found,
        lambda r: f"{r['visitor']} {r['round']}／{r['n']} 户".strip(),
    )


def _crowded(figures: pl.DataFrame, line: int, within: int, times: int, least: int) -> Sign | None:
    if not (line and within and times and least):
        return None
    found = truth.crowded(truth.just_above(figures, line, within), times, least)
    return _told(
        "above",
        _("刚过线扎堆"),
        _("刚过线的户远多于刚不到线的户。"),
        found,
        lambda r: f"刚过 {r['above']} 户，刚不到 {r['below']} 户",
    )


def _visitors(figures: pl.DataFrame, deviations: int, least: int) -> Sign | None:
    if not (deviations and least):
        return None

    def say(r: dict[str, Any]) -> str:
        return f"{r['visitor']}：人均 {yuan_text(round(r['own']))} 元，其他人调查的 {yuan_text(round(r['rest']))} 元"

    return _told(
        "visitors",
        _("调查人差异"),
        _("同一个村里，一个调查人的结果和其他人明显不同。"),
        truth.visitor_effect(figures, deviations, least),
        say,
    )


def _over(area: str, year: int, today: date) -> Sign | None:
    """Households whose register has less of a kind than departments paid out."""
    over = (
        known(area, basis_of(area or my_range("")[0], year, today).window, today, year=year)
        .over.filter(pl.col("kind") != SELF_PAID)
        .sort(pl.col("told") - pl.col("sum"), descending=True)
    )
    lines = tuple(
        Finding("", f"{TITLES[kind]} 部门数据 {yuan_text(told)} 元，登记 {yuan_text(total)} 元", (hid,))
        for hid, kind, told, total in over.head(MOST).select("hid", "kind", "told", "sum").iter_rows()
    )
    return Sign("over", _("登记少于部门数据"), _("部门发放的钱比登记的多：可能漏记。"), over["hid"].n_unique(), lines)


def place(code: str) -> str:
    """A village's everyday name."""
    return everyday(name_of(code)) if code else ""
