"""Large counties deliver the register as csv: the same findings as from the workbook, whatever the encoding."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import openpyxl
import pytest

from tests.conftest import SAMPLES, screened
from tests.scoring import lines

PACK = SAMPLES / "raohe-small"
WORKBOOK = "01_全国防返贫监测信息系统导出.xlsx"
KINDS = {
    "户信息2025": ("registry_household", "2025"),
    "户信息2024": ("registry_household", "2024"),
    "人信息2025": ("registry_person", "2025"),
}


def as_csv(target: Path, encoding: str, titles: bool) -> Path:
    """The small sample pack with its register as three csv files; long digit strings start with a TAB."""
    shutil.copytree(PACK, target, ignore=shutil.ignore_patterns("truth", WORKBOOK))
    book = openpyxl.load_workbook(PACK / WORKBOOK, read_only=True)
    manifest = (target / "manifest.csv").read_text(encoding="utf-8-sig").splitlines()
    listed = [line for line in manifest if not line.startswith("01_")]
    for sheet, (kind, year) in KINDS.items():
        rows = [["" if c is None else c for c in row] for row in book[sheet].iter_rows(values_only=True)]
        shown = [
            [f"\t{c}" if isinstance(c, str) and c.isdigit() and len(c) > 15 else c for c in row]
            for row in rows[0 if titles else 3 :]
        ]
        with (target / f"01_{sheet}.csv").open("w", encoding=encoding, newline="") as stream:
            csv.writer(stream).writerows(shown)
        listed.append(f"01_{sheet}.csv,{kind},农业农村局,{year},2025-11-15,")
    (target / "manifest.csv").write_text("\n".join(listed) + "\n", encoding="utf-8-sig")
    return target


@pytest.mark.parametrize(("encoding", "titles"), [("gb18030", False), ("utf-8-sig", True)])
def test_a_register_in_csv_gives_the_same_findings(tmp_path: Path, raohe: Path, encoding: str, titles: bool) -> None:
    out = screened(as_csv(tmp_path / "pack", encoding, titles), tmp_path / "out", "2025-11-15")
    for name in ("not_assessed.csv", "quality.csv", "unregistered.csv"):
        assert (out / name).read_bytes() == (raohe / name).read_bytes(), name
    mine, theirs = lines(out / "signals.csv"), lines(raohe / "signals.csv")
    assert [{k: v for k, v in r.items() if not k.startswith("source")} for r in mine] == [
        {k: v for k, v in r.items() if not k.startswith("source")} for r in theirs
    ]
    registry = [f for f in lines(out / "rejects.csv") if f["file"].startswith("01_")]
    assert [r["reason"] for r in registry] == [
        "duplicate_row",
        "total_row",
        "duplicate_row",
        "total_row",
        "duplicate_row",
    ] or sorted(r["reason"] for r in registry) == sorted(["duplicate_row"] * 3 + ["total_row"] * 2)
