"""Makes the data of the benchmarks: an invented county of 100,000 households, typed, in Parquet. Made once, kept."""

from __future__ import annotations

import sys
import tempfile
from datetime import date
from pathlib import Path

import polars as pl

from shouwang.cli import setup
from shouwang.intake.pack import open_pack
from shouwang.screening.delivery import read_listed
from shouwang.synthetic.county import invent
from shouwang.synthetic.pack import write_pack

AS_OF = date(2025, 11, 15)
COUNTIES = ("511529", "230524", "520123", "530602", "621122", "610826", "450123", "431230", "360703", "340323")
ROOT = Path(__file__).parent.parent / "bench-data"
REGISTRY = ("registry_household", "registry_person")


def pack_folder(number: int, households: int) -> Path:
    """The files of one invented county, as offices would send them."""
    folder = ROOT / f"pack-{households}-{number}"
    if not (folder / "manifest.csv").is_file():
        say(f"inventing county {number + 1} of {households:,} households …")
        write_pack(
            invent(COUNTIES[number % len(COUNTIES)], households, AS_OF, seed=100 + number),
            folder,
            setup.feeds(),
            100 + number,
        )
    return folder


def parquet_folder(number: int, households: int) -> Path:
    """The same county as typed Parquet: registry rows, and one file per department sheet."""
    return parquet_of(pack_folder(number, households), ROOT / f"parquet-{households}-{number}")


def parquet_of(pack_dir: Path, folder: Path) -> Path:
    """A pack's typed rows as Parquet in `folder`, written once."""
    if (folder / "done").is_file():
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    pack = open_pack(pack_dir, setup.known_kinds())
    with tempfile.TemporaryDirectory() as scratch:
        reading = read_listed(pack, setup.feeds(), Path(scratch), {}, lambda _: None, lambda _: None)
        for sheet in reading.sheets:
            rows = sheet.rows().with_columns(
                pl.lit(sheet.file_no, dtype=pl.Int64).alias("file_no"),
                pl.lit(sheet.sheet_no, dtype=pl.Int64).alias("sheet_no"),
            )
            term = (
                "-now"
                if sheet.delivery.kind == "edu_roll" and sheet.delivery.end and sheet.delivery.end >= AS_OF
                else ""
            )
            rows.write_parquet(folder / f"{sheet.read.kind}{term}-{sheet.file_no:02d}.parquet")
    (folder / "done").touch()
    return folder


def say(text: str) -> None:
    """Progress, to the error stream."""
    sys.stderr.write(text + "\n")


if __name__ == "__main__":
    for county in range(int(sys.argv[1]) if len(sys.argv) > 1 else 1):
        parquet_folder(county, 100_000)
