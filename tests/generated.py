"""Documents that are printed from the code: written by `make fix`, compared by `make check`."""

from __future__ import annotations

import sys
from pathlib import Path

from shouwang.cli import setup
from shouwang.reports.feeds_book import feeds_text
from shouwang.reports.policy_book import book_text
from tests.translations import PO
from tests.translations import compiled as compiled_texts

ROOT = Path(__file__).parent.parent
REFERENCE = ROOT / "docs" / "reference"
DOCUMENTS = {
    REFERENCE / "policy-book.md": lambda: book_text(setup.book()),
    REFERENCE / "feeds.md": lambda: feeds_text(setup.feeds()),
}


def stale() -> list[str]:
    """Generated documents that differ from what the code prints today."""
    texts = [
        str(p.relative_to(ROOT))
        for p, text in DOCUMENTS.items()
        if not p.is_file() or p.read_text(encoding="utf-8") != text()
    ]
    compiled = PO.with_suffix(".mo")
    return texts if compiled.is_file() and compiled.read_bytes() == compiled_texts() else [*texts, compiled.name]


if __name__ == "__main__":
    if "--check" in sys.argv:
        if found := stale():
            sys.exit(f"不是最新的：{'、'.join(found)}。运行 make fix")
    else:
        for path, text in DOCUMENTS.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text(), encoding="utf-8")
        PO.with_suffix(".mo").write_bytes(compiled_texts())
