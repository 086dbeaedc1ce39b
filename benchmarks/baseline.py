"""The same work in hand-tuned DuckDB SQL, and the floor below it: scan every table, join every row once, count."""

from __future__ import annotations

import sys
import time
from datetime import date
from pathlib import Path
from string import Template
from typing import Any

import duckdb
import polars as pl

from benchmarks.data import AS_OF, COUNTIES, REGISTRY
from shouwang.cli import setup
from shouwang.engine.figures_in_force import Figures
from shouwang.kernel.dates import income_year, school_year
from shouwang.policy.county_params import read_params
from shouwang.regions.divisions import county

SQL = Path(__file__).parent / "sql"
IDENTITY = "name, id_norm, id_kind, id15, id_birth, dob, town, village, addr, county, reject, bad"


def connection(folder: Path) -> tuple[duckdb.DuckDBPyConnection, dict[str, list[Path]]]:
    """A fresh DuckDB and the Parquet files by kind."""
    files: dict[str, list[Path]] = {}
    for path in sorted(folder.glob("*.parquet"), key=lambda p: int(p.stem.split("-")[-1])):
        files.setdefault(path.stem.rsplit("-", 1)[0], []).append(path)
    base = duckdb.connect(":memory:")
    base.execute("SET threads TO 2")
    return base, files


def _list(paths: list[Path]) -> str:
    return "[" + ", ".join(f"'{p}'" for p in paths) + "]"


def parameters(pack: Path, area: str) -> dict[str, str]:
    """The figures and dates that the SQL needs, from the same policy book."""
    book, _ = read_params(pack / "params.csv", setup.book(), area)
    f = Figures(book, area, AS_OF, income_year(AS_OF))
    place = county(area)
    assert place is not None
    return {
        "year": str(f.income_year),
        "day": f"DATE '{AS_OF}'",
        "ref": f"DATE '{date(school_year(AS_OF), 8, 31)}'",
        "province": f"'{place.province}'",
        "city": f"'{place.city}'",
        "county": f"'{place.name}'",
        "grace": f"'{f.text('med_grace_until')}'",
        **{
            name: str(f.number(figure))
            for name, figure in {
                "line": "monitoring_line",
                "watch": "lifted_watch",
                "fall": "sharp_fall_pct",
                "med_reg": "med_oop_registered",
                "med_other": "med_oop_other",
                "fee": "edu_fee_line",
                "own": "own_business_income",
                "relief": "relief_large",
                "off": "off_register_min",
                "share": "disaster_share_pct",
                "loss": "disaster_loss",
            }.items()
        },
    }


def run(folder: Path, values: dict[str, str]) -> tuple[Any, Any, Any]:
    """Links (rid status pid), findings (rule hid pid status), roll-up — as Arrow tables."""
    base, files = connection(folder)
    for table, kind in (("h", REGISTRY[0]), ("p0", REGISTRY[1])):
        base.execute(f"CREATE VIEW {table} AS SELECT * FROM read_parquet({_list(files[kind])}) WHERE reject IS NULL")
    parts, first = [], 0
    by_number = sorted(
        ((int(p.stem.split("-")[-1]), kind, p) for kind, ps in files.items() if kind not in REGISTRY for p in ps),
        key=lambda x: str(x[2]),
    )
    for _, kind, path in by_number:
        base.execute(
            f"CREATE VIEW k_{kind.replace('-now', '_now')} AS SELECT file_row_number + {first} AS rid, * FROM read_parquet('{path}', file_row_number = true)"
        )
        parts.append(f"SELECT rid, '{kind}' AS kind, {IDENTITY} FROM k_{kind.replace('-now', '_now')}")
        first += base.execute(f"SELECT num_rows FROM parquet_file_metadata('{path}')").fetchall()[0][0]
    base.execute("CREATE VIEW k_edu_roll_all AS SELECT * FROM k_edu_roll; DROP VIEW k_edu_roll_all")
    base.execute(f"CREATE TEMP TABLE r0 AS {' UNION ALL '.join(parts)}")
    base.execute(Template((SQL / "link.sql").read_text(encoding="utf-8")).substitute(values))
    base.execute("CREATE OR REPLACE VIEW k_edu_roll AS SELECT * FROM k_edu_roll_now")
    base.execute(Template((SQL / "screen.sql").read_text(encoding="utf-8")).substitute(values))
    links = base.sql(
        "SELECT r0.rid, coalesce(linked.status, 'rejected') AS status, CASE WHEN linked.status = 'linked' THEN pid END AS pid FROM r0 LEFT JOIN linked USING (rid)"
    ).to_arrow_table()
    findings = base.sql("SELECT * FROM found").to_arrow_table()
    rolled = base.sql("SELECT * FROM rolled").to_arrow_table()
    return links, findings, rolled


def floor(folder: Path) -> int:
    """The least that any way must do: scan, join every row once to its person and household, group at each of three stages.

    Stage A joins rows to persons by number; stage B gathers each kind by household and puts it beside both years
    of the register; stage C counts by town and village. No matching beyond equality, no rule, no text, no distance.
    """
    base, files = connection(folder)
    base.execute(f"CREATE VIEW h AS SELECT * FROM read_parquet({_list(files[REGISTRY[0]])})")
    base.execute(f"CREATE VIEW p AS SELECT * FROM read_parquet({_list(files[REGISTRY[1]])})")
    kinds = [(kind, paths) for kind, paths in files.items() if kind not in REGISTRY]
    rows = " UNION ALL ".join(
        f"SELECT '{kind}' AS kind, {IDENTITY} FROM read_parquet({_list(paths)})" for kind, paths in kinds
    )
    base.execute(
        f"CREATE TEMP TABLE a AS SELECT kind, person_no, household_no, r.name = p.name AS named FROM ({rows}) r LEFT JOIN p USING (id_norm)"
    )
    beside = []
    for number, (_, paths) in enumerate(kinds):
        held = set(pl.read_parquet_schema(paths[0])) & {
            "date",
            "start",
            "amount",
            "level",
            "state",
            "result",
            "stage",
            "reason",
            "grade",
        }
        wanted = ", ".join(f"max(r.{c}) AS {c}" for c in sorted(held))
        base.execute(
            f"CREATE TEMP TABLE b{number} AS SELECT household_no, count(*) AS n{number}, {wanted} "
            f"FROM read_parquet({_list(paths)}) r JOIN p USING (id_norm) GROUP BY household_no"
        )
        beside.append(f"LEFT JOIN (SELECT household_no, n{number} FROM b{number}) USING (household_no)")
    base.execute(
        "CREATE TEMP TABLE q AS SELECT household_no, count(*) AS members, max(COLUMNS('^(birth|skill|health|wage|work_months|post|education|school_status|resident_insured|employee_insured)$')) FROM p GROUP BY household_no"
    )
    base.execute(
        f"CREATE TEMP TABLE c AS SELECT * FROM (SELECT * FROM h WHERE year = (SELECT max(year) FROM h)) JOIN q USING (household_no) LEFT JOIN (SELECT household_no, sum(wage_income) AS before FROM h WHERE year < (SELECT max(year) FROM h) GROUP BY household_no) USING (household_no) {' '.join(beside)}"
    )
    counted = base.execute(
        f"SELECT town, village, count(*), {', '.join(f'count(n{k})' for k in range(len(kinds)))} FROM c GROUP BY town, village"
    ).fetchall()
    return len(counted)


if __name__ == "__main__":
    county_folder, pack_dir = Path(sys.argv[1]), Path(sys.argv[2])
    values = parameters(pack_dir, COUNTIES[0])
    start = time.process_time()
    links, found, rolled = run(county_folder, values)
    done = time.process_time()
    floor(county_folder)
    print(
        round(done - start, 2),
        "floor",
        round(time.process_time() - done, 2),
        links.num_rows,
        found.num_rows,
        rolled.num_rows,
    )
