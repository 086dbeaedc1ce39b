"""`shouwang screen` as a user meets it: exit codes, clear words, no traceback, a folder without a manifest."""

from __future__ import annotations

import json
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import SAMPLES, run
from tests.scoring import lines

PACK = SAMPLES / "raohe-small"
AS_OF = "2025-11-15"


def shouwang(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The real command in a process of its own, nobody at the terminal."""
    return subprocess.run(
        [sys.executable, "-m", "shouwang.cli.main", *arguments],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )


def copy_of(folder: Path, *leave_out: str) -> Path:
    target = folder / "pack"
    shutil.copytree(PACK, target, ignore=shutil.ignore_patterns("truth", *leave_out))
    return target


def test_done_is_zero_and_the_folder_is_private(tmp_path: Path) -> None:
    done = shouwang("screen", str(PACK), "--as-of", AS_OF, "--out", str(tmp_path / "out"))
    assert done.returncode == 0, done.stderr
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o700
    assert "读入 4,009 行 = 比中 3,727 + 疑似待确认 81 + 未比中 123 + 退回 78" in done.stdout
    assert "99_驻村工作队排班表.csv" in done.stderr


def test_one_broken_file_is_named_and_the_rest_is_done(tmp_path: Path) -> None:
    pack = copy_of(tmp_path)
    (pack / "10_住建局_农村房屋安全鉴定.xlsx").write_bytes(b"PK\x03\x04broken")
    done = shouwang("screen", str(pack), "--as-of", AS_OF, "--out", str(tmp_path / "out"))
    assert done.returncode == 1
    assert "10_住建局_农村房屋安全鉴定.xlsx：文件不完整" in done.stderr
    summary = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))
    assert [f["file"] for f in summary["refused_files"]] == ["10_住建局_农村房屋安全鉴定.xlsx"]
    assert {"rule": "R10", "household_no": "*", "reason": "file_not_delivered"} in lines(
        tmp_path / "out" / "not_assessed.csv"
    )
    assert "文件被退回" in (tmp_path / "out" / "摘要.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda p: p.mkdir(), "没有可以读的数据文件"),
        (lambda p: None, "不是文件夹"),
        (lambda p: (p.mkdir(), (p / "x.csv").write_text("a,b\n1,2\n")), "没有可用的文件"),
    ],
)
def test_unusable_input_is_two_and_says_what_to_do(tmp_path: Path, make: object, said: str) -> None:
    make(tmp_path / "p")  # type: ignore[operator]
    done = shouwang("screen", str(tmp_path / "p"), "--as-of", AS_OF, "--out", str(tmp_path / "out"), "--yes")
    assert done.returncode == 2
    assert said in done.stderr
    assert "处理办法" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["screen", str(PACK), "--as-of", "2025-13-01", "--out", "x"], "--as-of"),
        (["screen", str(PACK), "--as-of", "2019-01-01", "--out", "x"], "年度"),
        (["screen", str(PACK), "--as-of", AS_OF, "--out", "x", "--engine", "abacus"], "abacus"),
        (["screen", str(PACK), "--as-of", AS_OF, "--out", "x", "--policy", "/nowhere"], "不是目录"),
        (["screen", str(PACK), "--as-of", AS_OF, "--out", "x", "--map", "abc"], "--map"),
        (["match", str(PACK / "params.csv"), "--registry", str(PACK)], "没有找到姓名"),
        (["nonsense"], "nonsense"),
        (["screen", str(PACK), "--as-of", AS_OF, "--out", "/proc/nowhere/out"], "无法读写"),
    ],
)
def test_a_users_mistake_never_ends_in_a_traceback(tmp_path: Path, arguments: list[str], said: str) -> None:
    done = shouwang(*[str(tmp_path / a) if a == "x" else a for a in arguments])
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_results_never_overwrite_what_is_not_results(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "letter.txt").write_text("keep me", encoding="utf-8")
    done = shouwang("screen", str(PACK), "--as-of", AS_OF, "--out", str(tmp_path / "out"))
    assert done.returncode == 2
    assert (tmp_path / "out" / "letter.txt").read_text(encoding="utf-8") == "keep me"


def test_without_a_manifest_the_same_is_found_once_the_proposals_are_accepted(tmp_path: Path, raohe: Path) -> None:
    pack = copy_of(tmp_path, "manifest.csv", "pack.json", "99_*")
    nobody = shouwang("screen", str(pack), "--as-of", AS_OF, "--out", str(tmp_path / "out"))
    assert nobody.returncode == 2
    assert "--yes" in nobody.stderr
    done = shouwang("screen", str(pack), "--as-of", AS_OF, "--out", str(tmp_path / "out"), "--yes")
    assert done.returncode == 0, done.stderr
    for name in ("links.csv", "signals.csv", "not_assessed.csv", "unregistered.csv", "quality.csv"):
        assert (tmp_path / "out" / name).read_bytes() == (raohe / name).read_bytes(), name
    assert json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))["county"] == "230524"


def test_proposals_are_asked_about_one_by_one(tmp_path: Path) -> None:
    pack = copy_of(tmp_path, "manifest.csv", "99_*")
    answers = "y\n" * 3 + "n\n" + "y\n" * 30
    done = run("screen", str(pack), "--as-of", AS_OF, "--out", str(tmp_path / "out"), stdin=answers)
    assert done.exit_code == 0, done.output
    assert "对吗？" in done.output
    summary = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))
    assert summary["unlisted_files"] == [sorted(p.name for p in pack.iterdir() if p.name[0].isdigit())[3]]


def test_an_unlisted_file_is_named_even_without_a_manifest(tmp_path: Path) -> None:
    pack = copy_of(tmp_path, "manifest.csv")
    done = shouwang("screen", str(pack), "--as-of", AS_OF, "--out", str(tmp_path / "out"), "--yes")
    assert done.returncode == 0
    assert "99_驻村工作队排班表.csv" in done.stderr
    assert json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))["unlisted_files"] == [
        "99_驻村工作队排班表.csv"
    ]


def test_text_from_files_cannot_steer_the_terminal(tmp_path: Path) -> None:
    pack = copy_of(tmp_path)
    (pack / "evil\x1b[2J.csv").write_text("a\n", encoding="utf-8")
    done = shouwang("screen", str(pack), "--as-of", AS_OF, "--out", str(tmp_path / "out"))
    assert "\x1b[2J" not in done.stderr + done.stdout
    assert "evil" in done.stderr


def test_json_is_the_summary(tmp_path: Path) -> None:
    done = shouwang("screen", str(PACK), "--as-of", AS_OF, "--out", str(tmp_path / "out"), "--json")
    assert json.loads(done.stdout) == json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "command", [[], ["screen"], ["match"], ["return"], ["policy"], ["policy", "explain"], ["synthetic"]]
)
def test_help_speaks_both_languages(command: list[str]) -> None:
    text = run(*command, "--help").output
    assert any("\u4e00" <= c <= "\u9fff" for c in text)
    assert any(word in text for word in ("Screen", "Match", "Read", "Print", "Which", "Write", "Shouwang"))


def test_a_policy_folder_stands_between_county_and_built_in(tmp_path: Path) -> None:
    overlay = tmp_path / "policy"
    overlay.mkdir()
    (overlay / "own.yaml").write_text(
        "figures:\n  monitoring_line:\n    title: 线\n    unit: yuan\n    keyed_by: income_year\n    values:\n"
        '      - {value: 9000, area: "2305", income_year: 2025, grade: local, cite: {instrument: 某市发〔2025〕1号}}\n',
        encoding="utf-8",
    )
    done = run(
        "screen", str(PACK), "--as-of", AS_OF, "--out", str(tmp_path / "out"), "--policy", str(overlay), "--json"
    )
    assert done.exit_code == 0
    summary = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))
    assert summary["parameters"]["monitoring_line"]["value"] == 9000
    assert "某市发〔2025〕1号" in summary["parameters"]["monitoring_line"]["source"]
    assert summary["rules"]["R01"]["signals"] > 0
    assert summary["parameters"]["relief_large"]["value"] == 3000
