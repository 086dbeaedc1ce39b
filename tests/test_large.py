"""Larger invented counties: both engines agree, hand-written SQL agrees, the stories are found, half-way stops leave no ruins."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest
from benchmarks.agree import differences
from benchmarks.data import parquet_of

from shouwang.cli import setup
from shouwang.synthetic.county import invent
from shouwang.synthetic.pack import write_pack
from tests.conftest import run, screened
from tests.scoring import lines

pytestmark = pytest.mark.slow
COUNTIES = [("511529", 12_000, 31), ("530602", 8_000, 32)]


@pytest.mark.parametrize(("area", "households", "seed"), COUNTIES)
def test_hand_written_sql_says_the_same(tmp_path: Path, area: str, households: int, seed: int) -> None:
    write_pack(invent(area, households, date(2025, 11, 15), seed), tmp_path / "pack", setup.feeds(), seed)
    folder = parquet_of(tmp_path / "pack", tmp_path / "parquet")
    assert differences(folder, tmp_path / "pack", area) == []


def test_the_engines_agree_and_the_stories_are_found(tmp_path: Path) -> None:
    assert run("synthetic", str(tmp_path / "county"), "--households", "6000", "--seed", "5").exit_code == 0
    first = screened(tmp_path / "county", tmp_path / "a", "2025-11-15")
    second = screened(tmp_path / "county", tmp_path / "b", "2025-11-15", "--engine", "duckdb")
    for name in (
        "signals.csv",
        "not_assessed.csv",
        "evidence.csv",
        "unregistered.csv",
        "quality.csv",
        "links.csv",
        "summary.json",
    ):
        assert (first / name).read_bytes() == (second / name).read_bytes(), name
    told = run("stories", str(tmp_path / "county"), str(first)).output
    assert told.count("【") == 5
    assert "没有找到" not in told


@pytest.mark.parametrize("as_of", ["2025-02-20", "2025-06-30", "2025-09-30", "2026-01-10"])
def test_any_day_of_the_year_is_accounted_for(tmp_path: Path, as_of: str) -> None:
    day = date.fromisoformat(as_of)
    write_pack(invent("360703", 1_500, day, 9), tmp_path / "pack", setup.feeds(), 9)
    out = screened(tmp_path / "pack", tmp_path / "out", as_of)
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    assert all(f["rows_in"] == f["linked"] + f["to_confirm"] + f["unmatched"] + f["rejected"] for f in summary["files"])
    assert {r["rule"] for r in lines(out / "signals.csv")} >= {"R02", "R03", "R05", "R07"}


def test_a_killed_run_leaves_the_earlier_results_whole(tmp_path: Path) -> None:
    write_pack(invent("230524", 6_000, date(2025, 11, 15), 3), tmp_path / "pack", setup.feeds(), 3)
    out = screened(tmp_path / "pack", tmp_path / "out", "2025-11-15")
    before = {p.name: p.read_bytes() for p in out.iterdir() if p.is_file()}
    command = [
        sys.executable,
        "-m",
        "shouwang.cli.main",
        "screen",
        str(tmp_path / "pack"),
        "--as-of",
        "2025-11-15",
        "--out",
        str(out),
    ]
    started = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True)
    assert started.stderr is not None
    for line in started.stderr:
        if "写出结果" in line:
            break
    time.sleep(0.2)
    os.killpg(started.pid, signal.SIGKILL)
    started.wait()
    started.stderr.close()
    assert {p.name: p.read_bytes() for p in out.iterdir() if p.is_file()} == before
