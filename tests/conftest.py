"""What many tests share: the sample packs, screened once a session, and small ways to write sheets."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import settings

from shouwang.cli.main import commands
from shouwang.kernel.errors import UserError

pytest_plugins = ("tests.platform.fixtures",)  # a real installation, for tests that ask for it

settings.register_profile("shouwang", deadline=None, print_blob=True)
settings.register_profile("ci", parent=settings.get_profile("shouwang"), derandomize=True)  # the same cases every time
settings.register_profile("search", parent=settings.get_profile("shouwang"), max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") else "shouwang"))

SAMPLES = Path(__file__).parent.parent / "samples"
PACKS = {"raohe-small": "2025-11-15", "yibin-medium": "2024-11-20"}


def run(*arguments: str, stdin: str | None = None) -> Result:
    """Run a command in this process. A UserError counts as exit code 2, as the real command has it."""
    result = CliRunner().invoke(commands, [str(a) for a in arguments], input=stdin, standalone_mode=False)
    if isinstance(result.exception, UserError):
        result.exit_code = 2
    elif result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    elif isinstance(result.return_value, int):
        result.exit_code = result.return_value
    return result


def screened(pack: Path, out: Path, as_of: str, *more: str) -> Path:
    """Screen a pack; asserts that it was done (0) or done with a refused file (1)."""
    result = run("screen", str(pack), "--as-of", as_of, "--out", str(out), *more)
    assert result.exit_code in (0, 1), result.output
    return out


@pytest.fixture(scope="session")
def raohe(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The result of the small sample pack."""
    return screened(SAMPLES / "raohe-small", tmp_path_factory.mktemp("raohe") / "out", PACKS["raohe-small"])


@pytest.fixture
def write_csv(tmp_path: Path) -> Callable[..., Path]:
    """Writes a csv into the test's folder."""

    def write(name: str, rows: Sequence[Sequence[object]], encoding: str = "utf-8-sig") -> Path:
        path = tmp_path / name
        with path.open("w", encoding=encoding, newline="") as stream:
            csv.writer(stream).writerows(rows)
        return path

    return write
