"""One county's screening: typed sheets in; links, findings and quality checks out. Nothing here writes or prints."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from shouwang.engine.backends.base import Backend
from shouwang.engine.figures_in_force import Figures
from shouwang.engine.rule_modules import rule_module
from shouwang.engine.rule_runs import Findings, run_rules
from shouwang.engine.tables.facts import Accounted, SheetRows, account, fact_frames
from shouwang.engine.tables.registry import RegistryTables, registry_tables
from shouwang.intake.feed import Feed
from shouwang.kernel.dates import income_year
from shouwang.kernel.errors import UserError
from shouwang.policy.book import Book
from shouwang.registry.quality import quality_findings
from shouwang.screening.delivery import Reading, ReadSheet, contains

TERM_KIND = "edu_roll"


@dataclass(frozen=True)
class Place:
    """Where the county is, by code and by the names that may stand before an address."""

    code: str
    name: str = ""
    city: str = ""
    province: str = ""

    @property
    def prefixes(self) -> list[str]:
        return [self.province, self.city, self.name]


@dataclass(frozen=True)
class CountyRun:
    """Everything that was found, with what is needed to explain it."""

    place: Place
    as_of: date
    income_year: int
    reading: Reading
    registry: RegistryTables
    registry_rejects: pl.DataFrame
    accounted: Accounted
    findings: Findings
    quality: pl.DataFrame
    figures: Figures
    kinds: frozenset[str]
    frames: Mapping[str, pl.DataFrame]
    feeds: Mapping[str, Feed]
    notes: tuple[str, ...] = ()


def screen(
    reading: Reading,
    feeds: Mapping[str, Feed],
    book: Book,
    place: Place,
    as_of: date,
    engine: Backend,
    told: Callable[[str], None] = lambda _: None,
) -> CountyRun:
    """Link, screen and check one county. Raises UserError when the registry cannot be used."""
    told("读入登记数据")
    households, persons, rejects = _registry_rows(reading)
    year, notes = _year(households, as_of)
    registry = registry_tables(households, persons, year, as_of)
    told("比对各部门数据")
    department = [s for s in reading.sheets if not feeds[s.read.kind].is_registry]
    sheets = [SheetRows(s.read.kind, s.file_no, s.sheet_no, s.rows()) for s in department]
    accounted = account(sheets, registry.persons, place.name, place.prefixes)
    kinds = _kinds_in_use(department, as_of)
    frames = {
        "households": registry.households,
        "persons": registry.persons,
        **fact_frames(accounted, feeds, kinds),
    }
    told("按规则筛查")
    figures = Figures(book, place.code, as_of, year)
    modules = [rule_module(card, as_of) for card in book.rules.values()]
    findings = run_rules(modules, frames, frozenset(kinds), figures, engine)
    told("检查登记数据质量")
    quality = quality_findings(book.checks, registry, figures, engine)
    return CountyRun(
        place,
        as_of,
        year,
        reading,
        registry,
        rejects,
        accounted,
        findings,
        quality,
        figures,
        frozenset(kinds),
        frames,
        feeds,
        (*reading.notes, *notes),
    )


def _registry_rows(reading: Reading) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Accepted household rows, accepted person rows, rejected rows — each with its place in the files."""
    parts: dict[str, list[pl.DataFrame]] = {"registry_household": [], "registry_person": []}
    rejects: list[pl.DataFrame] = []
    for sheet in reading.sheets:
        if sheet.read.kind not in parts:
            continue
        rows = _placed(sheet)
        rejects.append(
            rows.filter(pl.col("reject").is_not_null()).select("file_no", "sheet_no", "row", "reject", "raw")
        )
        parts[sheet.read.kind].append(rows.filter(pl.col("reject").is_null()).drop("raw", "reject", "bad"))
    missing = [
        name for name, key in (("户信息", "registry_household"), ("人信息", "registry_person")) if not parts[key]
    ]
    if missing:
        raise UserError(
            f"没有可用的登记导出：缺少{'、'.join(missing)}", "放入全国防返贫监测信息系统的导出（户信息和人信息）"
        )
    household_rows, person_rows = (pl.concat(parts[k], how="diagonal") for k in parts)
    return household_rows, person_rows, pl.concat(rejects)


def _placed(sheet: ReadSheet) -> pl.DataFrame:
    rows = sheet.rows().with_columns(
        pl.lit(sheet.file_no, dtype=pl.Int64).alias("file_no"), pl.lit(sheet.sheet_no, dtype=pl.Int64).alias("sheet_no")
    )
    if sheet.delivery.start is not None:
        rows = rows.with_columns(pl.col("year").fill_null(sheet.delivery.start.year))
    key = "person_no" if "person_no" in rows.columns else "household_no"
    return rows.with_columns(
        pl.when(pl.col("reject").is_null() & pl.col(key).is_null())
        .then(pl.lit("no_identity"))
        .otherwise("reject")
        .alias("reject")
    )


def _year(households: pl.DataFrame, as_of: date) -> tuple[int, tuple[str, ...]]:
    """The income year; when its sheet is not there yet, the latest earlier one, said aloud."""
    wanted = income_year(as_of)
    years = sorted(set(households["year"].drop_nulls().to_list()))
    earlier = [y for y in years if y <= wanted]
    if wanted in years:
        return wanted, ()
    if not earlier:
        raise UserError(f"登记导出里没有 {wanted} 年度（有：{years or '无'}）", "核对 --as-of，或补上该年度的导出")
    return earlier[-1], (f"没有 {wanted} 年度的登记表，按 {earlier[-1]} 年度计算",)


def _kinds_in_use(sheets: Sequence[ReadSheet], as_of: date) -> dict[str, list[int] | None]:
    """Kinds that rules may use. Of the school rolls only this term's; an older one is linked and accounted for."""
    kinds: dict[str, list[int] | None] = {}
    for sheet in sheets:
        kind = sheet.read.kind
        if kind != TERM_KIND:
            kinds[kind] = None
        elif contains(sheet.delivery, as_of):
            files = kinds.setdefault(kind, [])
            if files is not None and sheet.file_no not in files:
                files.append(sheet.file_no)
    return kinds
