"""Runs the benchmarks and prints ratios. Every ratio compares CPU time measured in one run on one machine."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from statistics import median

from benchmarks.data import ROOT, pack_folder, parquet_folder, say

HOUSEHOLDS = 100_000
ROUNDS = 5
PARTITIONS = 10
XLSX_ROWS = 100_000


def measured(what: str, *arguments: str) -> dict[str, float]:
    """One measurement in a process of its own: CPU seconds and peak memory."""
    command = [sys.executable, "-m", "benchmarks.measure", what, *arguments]
    answer = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parent.parent)
    result: dict[str, float] = json.loads(answer.stdout.splitlines()[-1])
    return result


def core() -> None:
    """Link + screen + roll-up against hand-tuned SQL, and that against the bare floor."""
    folder, pack = str(parquet_folder(0, HOUSEHOLDS)), str(pack_folder(0, HOUSEHOLDS))
    rounds = [
        {w: measured(w, folder, pack)["cpu"] for w in ("product", "duckdb", "sql", "floor")} for _ in range(ROUNDS)
    ]
    show(
        "link + screen + roll-up (Polars) / hand-tuned SQL",
        [r["product"] / r["sql"] for r in rounds],
        "≤ 1.5, aim < 1.0",
    )
    show(
        "link + screen + roll-up (rules on DuckDB) / hand-tuned SQL",
        [r["duckdb"] / r["sql"] for r in rounds],
        "for information",
    )
    show("hand-tuned SQL / scan-and-join floor", [r["sql"] / r["floor"] for r in rounds], "≤ 3.5")


def million() -> None:
    """Ten counties of 100,000 households, partition by partition, against one."""
    pairs = [
        a for n in range(PARTITIONS) for a in (str(parquet_folder(n, HOUSEHOLDS)), str(pack_folder(n, HOUSEHOLDS)))
    ]
    one = [measured("partitions", *pairs[:2])["cpu"] for _ in range(3)]
    ten = measured("partitions", *pairs)
    show("1,000,000 households by partition / 100,000", [ten["cpu"] / o for o in one], "≤ 11")
    say(f"  peak memory of the ten partitions: {ten['rss'] / 1e9:.2f} GB (limit 4 GB)")


def xlsx() -> None:
    """100,000 xlsx rows parsed and typed against openpyxl's bare reading."""
    path = str(ROOT / "rows.xlsx")
    measured("make-xlsx", path, str(XLSX_ROWS))
    rounds = [[measured(w, path)["cpu"] for w in ("intake", "openpyxl", "openpyxl-read-only")] for _ in range(3)]
    show("openpyxl reading alone / parsed, checked and typed", [r[1] / r[0] for r in rounds], "≥ 6")
    show("openpyxl in read-only mode / parsed, checked and typed", [r[2] / r[0] for r in rounds], "for information")


def command() -> None:
    """The whole command on files: wall clock, peak memory, and where the time goes."""
    result = measured("command", str(pack_folder(0, HOUSEHOLDS)))
    say(
        f"  whole command, 100,000 households from files: {result['wall']:.1f} s wall, {result['cpu']:.1f} s CPU, {result['rss'] / 1e9:.2f} GB peak (limit 6 GB)"
    )
    for name, seconds in sorted(((k, v) for k, v in result.items() if k.startswith("stage ")), key=lambda x: -x[1])[:6]:
        say(f"    {name.removeprefix('stage ')}: {seconds:.1f} s")


def show(name: str, ratios: list[float], wanted: str) -> None:
    """A ratio as median with its range."""
    say(f"  {name}: {median(ratios):.2f}  ({min(ratios):.2f} … {max(ratios):.2f})   [{wanted}]")


SECTIONS = {"core": core, "xlsx": xlsx, "command": command, "million": million}

if __name__ == "__main__":
    for chosen in sys.argv[1:] or list(SECTIONS):
        say(f"{chosen}: {SECTIONS[chosen].__doc__}")
        SECTIONS[chosen]()
    say("next: benchmarks/README.md says what these numbers mean")
