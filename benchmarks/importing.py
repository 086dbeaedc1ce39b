"""Bringing persons in: the product's path beside openpyxl and Django's bulk_create, from the same workbook.

    python -m benchmarks.importing HOUSEHOLDS

The product reads in a guarded process, checks, compares with what is there, encrypts, writes, indexes for search and keeps yearly sheets.
The baseline reads every cell with openpyxl and writes plain rows with bulk_create: no checks, no encryption, no search.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import openpyxl


def main() -> None:
    households = int(sys.argv[1]) if len(sys.argv) > 1 else 30_000
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        root = Path(scratch)
        os.environ |= {"SHOUWANG_DATA": str(root / "data"), "SHOUWANG_KEYS": str(root / "keys")}
        run = [sys.executable, "-m", "shouwang.cli.main"]
        subprocess.run(
            [*run, "synthetic", str(root / "pack"), "--households", str(households)],
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        subprocess.run(
            [*run, "init", "--county", "230524", "--no-admin", "--provinces", "23"],
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        _measure(root)


def _measure(root: Path) -> None:
    import polars as pl  # noqa: PLC0415

    from shouwang.config.start import part, site  # noqa: PLC0415
    from shouwang.documents.sheet_writer import write_template  # noqa: PLC0415

    frames = {
        p.stem.split("_", 1)[1]: pl.read_csv(p, infer_schema=False, encoding="utf8-lossy")
        for p in sorted((root / "pack").glob("01_*.csv"))
    }
    book = root / "register.xlsx"
    write_template(book, [(name, frame.columns, frame.iter_rows()) for name, frame in frames.items()], date(2025, 1, 1))
    persons = next(f for n, f in frames.items() if n.startswith("人"))
    with site("owner"):
        demo, territory = part("config.demo"), part("accounts.territory")
        with territory.territory(territory.system_scope("230524")):
            part("config.demo")._account("county", "county", "x", "230524", ())
        post = part("accounts.models").Assignment.objects.select_related("user").get()
        from shouwang.intake.pack import Delivery  # noqa: PLC0415

        start = time.perf_counter()
        batch = demo.hand_in(book, Delivery(book.name, "registry"), post)
        ours = time.perf_counter() - start
        print(
            f"product: {persons.height:,} persons, {batch.rows_in:,} rows, {ours:.1f} s, state {batch.state}",
            flush=True,
        )
        start = time.perf_counter()
        _baseline(part("registry.models").Person, book)
        theirs = time.perf_counter() - start
        print(
            f"openpyxl + bulk_create of the persons alone: {theirs:.1f} s; baseline / product: {theirs / ours:.2f}",
            flush=True,
        )
    subprocess.run([sys.executable, "-m", "shouwang.config.processes", "remove"], check=True)


def _baseline(person: type, book: Path) -> None:
    """Reads all sheets, writes the persons under other numbers."""
    from django.utils import timezone  # noqa: PLC0415

    rows = []
    for sheet in openpyxl.load_workbook(book).worksheets:
        header: list[object] = []
        for row in sheet.iter_rows(values_only=True):
            if not header:
                header = list(row)
                continue
            line = dict(zip(header, row, strict=False))
            if "人编号" in line:
                rows.append(line)
    now = timezone.now()
    home = person.objects.values_list("household_id", "area_code").first()
    person.objects.bulk_create(
        [
            person(household_id=home[0], area_code=home[1], number=f"B{n}", name=str(r["姓名"] or ""), sex=str(r["性别"] or ""),
                   relation=str(r["与户主关系"] or "")[:30], identity_kind="valid", recorded_at=now)
            for n, r in enumerate(rows)
        ],
        batch_size=5000,
    )  # fmt: skip


if __name__ == "__main__":
    main()
