"""Do the product and the hand-written SQL say the same, row for row?"""

from __future__ import annotations

import sys
from pathlib import Path

import polars as pl

from benchmarks import baseline, product
from benchmarks.data import COUNTIES, pack_folder, parquet_folder


def differences(folder: Path, pack: Path, area: str) -> list[str]:
    """What differs, in words."""
    mine_links, mine_signals, mine_rolled = product.run(folder, pack, area)
    links, found, rolled = (pl.DataFrame(t) for t in baseline.run(folder, baseline.parameters(pack, area)))
    hits = found.filter(pl.col("status") == "hit").select("rule", "hid", "pid")
    said = []
    for name, mine, theirs, keys in (
        ("links", mine_links.select("rid", "status", "pid"), links, ["rid"]),
        ("signals", mine_signals, hits, ["rule", "hid", "pid"]),
        ("roll-up", mine_rolled, rolled, ["level", "town", "village", "rule"]),
    ):
        types = dict(mine.schema)
        both = pl.concat(
            [
                mine.with_columns(side=pl.lit("product")),
                theirs.select(pl.col(c).cast(t) for c, t in types.items()).with_columns(side=pl.lit("sql")),
            ]
        )
        once = both.filter(pl.len().over(list(mine.columns)) == 1)
        if once.height:
            said.append(f"{name}: {once.height} lines differ, e.g. {once.sort(keys).head(6).rows()}")
    return said


if __name__ == "__main__":
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 0
    found = differences(parquet_folder(number, 100_000), pack_folder(number, 100_000), COUNTIES[number])
    print("\n".join(found) or "product and SQL agree")
