"""The product's own way: link, screen, roll up one county that lies in Parquet."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import polars as pl

from benchmarks.data import AS_OF, COUNTIES, REGISTRY
from shouwang.cli import setup
from shouwang.engine.backends.choose import backend
from shouwang.engine.figures_in_force import Figures
from shouwang.engine.rollup import rollup
from shouwang.engine.rule_modules import rule_module
from shouwang.engine.rule_runs import run_rules
from shouwang.engine.tables.facts import SheetRows, account, fact_frames
from shouwang.engine.tables.registry import HOUSEHOLD_FIELDS, PERSON_FIELDS, registry_tables
from shouwang.kernel.dates import income_year
from shouwang.policy.county_params import read_params
from shouwang.regions.divisions import county


def load(folder: Path) -> tuple[pl.DataFrame, pl.DataFrame, list[SheetRows], dict[str, list[int] | None]]:
    """The typed rows of a county: households, persons, department sheets, kinds for rules."""
    registry: dict[str, list[pl.DataFrame]] = {k: [] for k in REGISTRY}
    sheets, kinds = [], dict[str, list[int] | None]()
    for path in sorted(folder.glob("*.parquet")):
        kind, *term, number = path.stem.split("-")
        if kind in registry:
            fields = HOUSEHOLD_FIELDS if kind == REGISTRY[0] else PERSON_FIELDS
            registry[kind].append(pl.scan_parquet(path).filter(pl.col("reject").is_null()).select(fields).collect())
            continue
        rows = pl.scan_parquet(path).drop("raw").collect().with_columns(pl.lit(None, dtype=pl.String).alias("raw"))
        sheets.append(SheetRows(kind, int(number), 0, rows))
        if kind != "edu_roll":
            kinds[kind] = None
        elif term:
            kinds[kind] = [int(number)]
    return pl.concat(registry[REGISTRY[0]]), pl.concat(registry[REGISTRY[1]]), sheets, kinds


def run(
    folder: Path, pack: Path, area: str, engine: str = "polars", told: dict[str, float] | None = None
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Links (rid status pid), signals (rule hid pid), roll-up."""
    clock = _Clock(told)
    households, persons, sheets, kinds = load(folder)
    clock("load")
    registry = registry_tables(households, persons, income_year(AS_OF), AS_OF)
    clock("registry")
    place = county(area)
    assert place is not None
    accounted = account(sheets, registry.persons, place.name, [place.province, place.city, place.name])
    clock("link")
    book, _ = read_params(pack / "params.csv", setup.book(), area)
    figures = Figures(book, area, AS_OF, registry.year)
    modules = [rule_module(card, AS_OF) for card in book.rules.values()]
    frames = {
        "households": registry.households,
        "persons": registry.persons,
        **fact_frames(accounted, setup.feeds(), kinds),
    }
    clock("facts")
    findings = run_rules(modules, frames, frozenset(kinds), figures, backend(engine))
    clock("rules")
    places = registry.households.select("hid", "town", "village")
    rolled = rollup(findings.signals, places)
    clock("rollup")
    return accounted.rows.select("rid", "status", "pid"), findings.signals.select("rule", "hid", "pid"), rolled


class _Clock:
    def __init__(self, told: dict[str, float] | None) -> None:
        self.told, self.last = told, time.process_time()

    def __call__(self, name: str) -> None:
        now = time.process_time()
        if self.told is not None:
            self.told[name] = now - self.last
        self.last = now


if __name__ == "__main__":
    told: dict[str, float] = {}
    county_folder, pack_dir = Path(sys.argv[1]), Path(sys.argv[2])
    links, signals, rolled = run(
        county_folder, pack_dir, COUNTIES[0], sys.argv[3] if len(sys.argv) > 3 else "polars", told
    )
    print(
        {k: round(v, 2) for k, v in told.items()},
        round(sum(told.values()), 2),
        links.height,
        signals.height,
        rolled.height,
    )
