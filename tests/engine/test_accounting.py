"""Rows in = rows out, whatever happens to a file on its way."""

from __future__ import annotations

import csv
import io
import random
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shouwang.intake.grid import decoded_text
from shouwang.reports import contract
from shouwang.reports.contract import sheet_accounts
from tests.conftest import SAMPLES, screened
from tests.scoring import lines

PACK = SAMPLES / "raohe-small"
DEATHS, WATER = "14_公安局_死亡注销.csv", "11_水利局_饮水安全排查.csv"


def small_pack(folder: Path, rows: list[list[str]]) -> Path:
    """The registry and one department file."""
    for name in ("01_全国防返贫监测信息系统导出.xlsx", "pack.json"):
        (folder / name).write_bytes((PACK / name).read_bytes())
    with (folder / DEATHS).open("w", encoding="gb18030", newline="") as stream:
        csv.writer(stream).writerows(rows)
    (folder / "manifest.csv").write_text(
        "文件名,类别,来源单位,期间起,期间止,说明\n01_全国防返贫监测信息系统导出.xlsx,registry,,,2025-11-15,\n"
        + f"{DEATHS},deaths,,2024-01-01,2025-11-15,\n",
        encoding="utf-8-sig",
    )
    return folder


def corrupted(rows: list[list[str]], seed: int) -> list[list[str]]:
    """Rows dropped, doubled, shuffled, cells emptied, exchanged or filled with rubbish — below the header."""
    chance = random.Random(seed)
    header, body = rows[0], [list(r) for r in rows[1:]]
    for _ in range(chance.randrange(1, 60)):
        row = chance.choice(body)
        at, other = chance.randrange(len(row)), chance.randrange(len(row))
        what = chance.randrange(7)
        if what == 0:
            row[at] = ""
        elif what == 1:
            row[at], row[other] = row[other], row[at]
        elif what == 2:
            row[at] = chance.choice(["待核实", "合计", "2.3E+17", "=1+1", "无", "2025年13月", "张三"])
        elif what == 3:
            body.insert(chance.randrange(len(body)), list(row))
        elif what == 4:
            body.insert(chance.randrange(len(body)), [""] * len(header))
        elif what == 5:
            body.insert(chance.randrange(len(body)), list(header))
        elif len(body) > 5:
            body.remove(row)
    return [header, *body]


@settings(max_examples=12)
@given(st.integers(0, 10**6))
def test_rows_are_never_lost_under_random_corruption(seed: int) -> None:
    rows = list(csv.reader(io.StringIO(decoded_text(PACK / DEATHS))))
    spoiled = corrupted(rows, seed)
    with tempfile.TemporaryDirectory() as folder:
        out = screened(small_pack(Path(folder), spoiled), Path(folder) / "out", "2025-11-15")
        written = [n for n, row in enumerate(spoiled, start=1) if n > 1 and "".join(row).strip(" \t\u3000")]
        mine = [r for r in lines(out / "links.csv") if r["file"] == DEATHS]
        assert [int(r["row"]) for r in mine] == written
        ends = {s: sum(r["status"] == s for r in mine) for s in ("linked", "to_confirm", "unmatched", "rejected")}
        assert sum(ends.values()) == len(written)
        rejects = [r for r in lines(out / "rejects.csv") if r["file"] == DEATHS]
        assert len(rejects) == ends["rejected"]
        assert all(r["reason"] for r in rejects)


def test_a_row_lost_on_the_way_stops_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def loses_one(run: contract.CountyRun) -> list[dict[str, object]]:
        rows = run.accounted.rows
        object.__setattr__(run.accounted, "rows", rows.slice(1))
        return sheet_accounts(run)

    monkeypatch.setattr(contract, "sheet_accounts", loses_one)
    rows = list(csv.reader(io.StringIO(decoded_text(PACK / DEATHS))))
    with pytest.raises(AssertionError, match="行读入"):
        screened(small_pack(tmp_path, rows), tmp_path / "out", "2025-11-15")
    assert not (tmp_path / "out").exists()
