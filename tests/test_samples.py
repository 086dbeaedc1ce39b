"""The sample packs score 1.0 on everything their truth covers, on both engines, with the same bytes whatever surrounds the run."""

from __future__ import annotations

import filecmp
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import PACKS, SAMPLES, screened
from tests.scoring import differences

CONTRACT = (
    "links.csv",
    "signals.csv",
    "evidence.csv",
    "not_assessed.csv",
    "unregistered.csv",
    "rejects.csv",
    "quality.csv",
    "summary.json",
)


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
@pytest.mark.parametrize("pack", PACKS)
def test_a_sample_pack_scores_one(pack: str, engine: str, tmp_path: Path) -> None:
    out = screened(SAMPLES / pack, tmp_path / "out", PACKS[pack], "--engine", engine)
    assert differences(out, SAMPLES / pack / "truth") == []


def test_the_scorer_sees_a_lost_row_and_a_guessed_link(raohe: Path, tmp_path: Path) -> None:
    truth = SAMPLES / "raohe-small" / "truth"
    for name, change in {
        "links.csv": lambda lines: lines[:5] + lines[6:],
        "signals.csv": lambda lines: lines[:-1],
        "quality.csv": lambda lines: [*lines, lines[-1]],
    }.items():
        copy = tmp_path / name
        copy.mkdir()
        for file in CONTRACT:
            text = (raohe / file).read_text(encoding="utf-8")
            if file == name:
                text = "\n".join(change(text.splitlines())) + "\n"
            (copy / file).write_text(text, encoding="utf-8")
        assert differences(copy, truth), name
    guessed = tmp_path / "guessed"
    guessed.mkdir()
    for file in CONTRACT:
        text = (raohe / file).read_text(encoding="utf-8")
        (guessed / file).write_text(text.replace(",to_confirm,,", ",linked,2305241022140001303,", 1), encoding="utf-8")
    assert any("link" in d for d in differences(guessed, truth))


def test_the_same_bytes_whatever_the_clock_locale_and_hash_seed(raohe: Path, tmp_path: Path) -> None:
    strange = {**os.environ, "TZ": "America/New_York", "LC_ALL": "C", "LANG": "C", "PYTHONHASHSEED": "4711"}
    command = [
        sys.executable,
        "-m",
        "shouwang.cli.main",
        "screen",
        str(SAMPLES / "raohe-small"),
        "--as-of",
        "2025-11-15",
        "--out",
        str(tmp_path / "out"),
    ]
    subprocess.run(command, check=True, env=strange, capture_output=True)
    match, different, missing = filecmp.cmpfiles(raohe, tmp_path / "out", CONTRACT, shallow=False)
    assert (sorted(match), different, missing) == (sorted(CONTRACT), [], [])
    again = sorted(p.relative_to(raohe) for p in raohe.rglob("*") if p.is_file())
    assert filecmp.cmpfiles(raohe, tmp_path / "out", [str(p) for p in again], shallow=False)[1:] == ([], [])
