"""The English interface: every Chinese text of pages and messages has its translation, and the compiled file is current."""

from __future__ import annotations

import io
import re
import sys
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src" / "shouwang"
PO = SOURCE / "ui" / "locale" / "en" / "LC_MESSAGES" / "django.po"
IN_PAGE = re.compile(r"""_\(\s*(?:"([^"]+)"|'([^']+)')\s*\)""")
IN_CODE = re.compile(r"""\b(?:_|gettext_lazy)\(\s*"([^"]+)"\s*\)""")


def wanted() -> set[str]:
    """All texts marked for translation."""
    found = set()
    for path in SOURCE.rglob("templates/**/*.html"):
        found |= {a or b for a, b in IN_PAGE.findall(path.read_text(encoding="utf-8"))}
    for path in SOURCE.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if "gettext" in text:
            found |= set(IN_CODE.findall(text))
    return found


def catalog() -> Catalog:
    """The translations as written."""
    with PO.open("rb") as stream:
        return read_po(stream, locale="en")


def compiled() -> bytes:
    """The translations as the site reads them."""
    made = catalog()
    made.creation_date = made.revision_date = datetime(2000, 1, 1, tzinfo=UTC)  # the clock is no part of the texts
    out = io.BytesIO()
    write_mo(out, made)
    return out.getvalue()


def untranslated() -> set[str]:
    """Texts without an English one."""
    known = {str(m.id) for m in catalog() if m.id and m.string}
    return wanted() - known


if __name__ == "__main__":
    if missing := untranslated():
        sys.exit("没有英文：" + "、".join(sorted(missing)))
    PO.with_suffix(".mo").write_bytes(compiled())
