"""Income lists and roll-up of a million households: the product's expressions beside hand-written DuckDB SQL, CPU time, in one run.

python -m benchmarks.income [HOUSEHOLDS]
"""

from __future__ import annotations

import resource
import sys
from collections.abc import Callable
from typing import Any

import duckdb
import numpy as np
import polars as pl

from shouwang.income import lists
from shouwang.income.kinds import INCOME

LINES = lists.Lines(low=1_000_000, monitoring=None, sharp_pct=30, jump_pct=30)
PARTS = (*INCOME, "cost")
NET = " + ".join(INCOME) + " - cost"
SQL = f"""
WITH n AS (SELECT *, {NET} AS net, {" + ".join(f"{k}0" for k in INCOME)} - cost0 AS net0, {" + ".join(f"f_{k}" for k in INCOME)} - f_cost AS fnet FROM homes),
g AS (SELECT *, lifted OR monitored OR relocated AS grp FROM n),
l AS (SELECT *, coalesce(grp AND net * persons0 < net0 * persons, false) AS fell, coalesce(grp AND fnet * persons < net * f_persons, false) AS will_fall,
    coalesce(grp AND able AND NOT works, false) AS no_work, coalesce(lifted AND net < persons * 1000000, false) AS below,
    coalesce(NOT lifted AND monitored AND net < persons * 1000000, false) AS below_monitored,
    coalesce(relocated AND (net < persons * 1000000 OR net * persons0 < net0 * persons), false) AS relocated_low,
    coalesce(grp AND part_net0 > 0 AND part_net * 100 <= part_net0 * 70, false) AS sharp,
    coalesce(grp AND self_paid0 > 0 AND self_paid * 100 >= self_paid0 * 130, false) AS spending FROM g)
SELECT left(area, 12) AS place, count(*) AS households, sum(persons) AS persons, {", ".join(f"sum({k}) AS {k}" for k in PARTS)},
    sum(fell::int) AS fell, sum(will_fall::int) AS will_fall, sum(below::int) AS below, sum(below_monitored::int) AS below_monitored, sum(sharp::int) AS sharp,
    sum(spending::int) AS spending, sum(no_work::int) AS no_work, sum(relocated_low::int) AS relocated FROM l GROUP BY 1 ORDER BY 1
"""


def made(count: int) -> pl.DataFrame:
    """Invented households of a thousand villages."""
    rng = np.random.default_rng(5)
    columns: dict[str, Any] = {
        "hid": np.arange(count),
        "area": np.char.mod("23052410%04d", rng.integers(0, 1000, count)),
    }
    for name in ("persons", "persons0", "f_persons"):
        columns[name] = rng.integers(1, 7, count)
    for prefix, suffix in (("", ""), ("", "0"), ("f_", "")):
        for part in PARTS:
            columns[f"{prefix}{part}{suffix}"] = rng.integers(0, 3_000_000, count)
    for name in ("self_paid", "claims", "self_paid0", "claims0", "part_net", "part_net0"):
        columns[name] = rng.integers(0, 1_000_000, count)
    for name in ("lifted", "monitored", "able", "works", "relocated"):
        columns[name] = rng.random(count) < 0.4
    return pl.DataFrame(columns)


def cpu(work: Callable[[], Any], repeats: int = 5) -> tuple[float, Any]:
    """Least CPU seconds, and the result."""
    best, result = float("inf"), None
    for _ in range(repeats):
        start = resource.getrusage(resource.RUSAGE_SELF)
        result = work()
        end = resource.getrusage(resource.RUSAGE_SELF)
        best = min(best, end.ru_utime + end.ru_stime - start.ru_utime - start.ru_stime)
    return best, result


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    homes = made(count)

    def ours() -> Any:
        assessed = lists.assess(homes.lazy(), LINES)
        keys = [k for k in lists.LISTS if k in assessed.collect_schema().names()]
        return lists.roll_up(assessed, 12, keys).collect()

    connection = duckdb.connect()
    connection.register("homes", homes.to_arrow())
    mine, found = cpu(ours)
    theirs, wanted = cpu(lambda: connection.sql(SQL).pl())
    for column in (
        "households",
        "persons",
        *PARTS,
        "fell",
        "will_fall",
        "below",
        "below_monitored",
        "sharp",
        "spending",
        "no_work",
        "relocated",
    ):
        assert found[column].cast(pl.Int64).to_list() == wanted[column].cast(pl.Int64).to_list(), column
    print(
        f"{count:,} households, 8 lists and roll-up to 1,000 villages: {mine:.2f} s CPU, SQL {theirs:.2f} s, ratio {mine / theirs:.2f}"
    )


if __name__ == "__main__":
    main()
