"""The output folder: private, and written whole — a run that is stopped leaves the earlier results as they were."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from shouwang.kernel.errors import UserError

PRIVATE = 0o700
MARK = "summary.json"


@contextmanager
def publish(out: Path) -> Iterator[Path]:
    """A fresh private folder beside `out` that takes its place when all is written.

    Raises UserError when `out` is a file, or a folder with something else than earlier results in it.
    """
    if out.exists() and not out.is_dir():
        raise UserError(f"{out} 是文件，不是文件夹", "换一个结果文件夹")
    if out.is_dir() and any(out.iterdir()) and not (out / MARK).is_file():
        raise UserError(f"{out} 里已有其他内容", "换一个空的结果文件夹，以免覆盖")
    out.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    try:
        fresh.chmod(PRIVATE)
        yield fresh
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    if out.is_dir():
        old = Path(tempfile.mkdtemp(prefix=f".{out.name}-old-", dir=out.parent))
        out.rename(old / "results")
        fresh.rename(out)
        shutil.rmtree(old)
    else:
        fresh.rename(out)
