"""Finds the header row of a sheet and says which column is which field. What is not certain is shown, never assumed."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from shouwang.intake.feed import Feed, Field, header_key
from shouwang.intake.grid import Grid
from shouwang.kernel.errors import FileRefused

SEARCHED_LINES = 15
LEAST_KNOWN = 2
ALIKE = 0.6
UNIT_IN_TITLE = re.compile(r"单位[:：]\s*(万元|元)")


class NoHeader(FileRefused):
    """No line of a sheet looks like the header of the kind."""


@dataclass(frozen=True)
class Mapped:
    """The header of one sheet: line (from 0), field of each column, what is unknown, units, titles above it."""

    line: int
    fields: Mapping[int, str]
    headers: tuple[str, ...]
    unknown: tuple[str, ...]
    suggestions: Mapping[str, str]
    in_wan: frozenset[str]
    titles: tuple[str, ...]
    missing: tuple[str, ...] = ()
    hits: int = 0
    chosen: Mapping[str, str] = field(default_factory=dict)


def find_header(grid: Grid, feed: Feed, chosen: Mapping[str, str] | None = None) -> Mapped | None:
    """The best header row for a feed, or None when no line has two known headers. `chosen` maps headers by hand."""
    known = dict(feed.headers()) | {header_key(h): name for h, name in (chosen or {}).items()}
    best_line, best_hits = -1, 0
    for index in range(min(SEARCHED_LINES, grid.height)):
        cells = [header_key(c) for c in grid.line(index)]
        hits = len({known[c] for c in cells if c in known})
        if hits > best_hits:
            best_line, best_hits = index, hits
    if best_hits < LEAST_KNOWN:
        return None
    return _mapped(grid, feed, known, best_line)


def _mapped(grid: Grid, feed: Feed, known: Mapping[str, str], line: int) -> Mapped:
    headers = tuple(grid.line(line))
    titles = tuple(c for n in range(line) for c in grid.line(n) if c.strip())
    title_unit = next((m[1] for t in titles if (m := UNIT_IN_TITLE.search(t))), "元")
    fields: dict[int, str] = {}
    unknown: list[str] = []
    in_wan: set[str] = set()
    for column, header in enumerate(headers):
        name = known.get(header_key(header))
        if name is None or name in fields.values():
            if header.strip():
                unknown.append(header)
            continue
        fields[column] = name
        if _header_unit(header, title_unit) == "万元":
            in_wan.add(name)
    missing = tuple(_absent(feed, set(fields.values())))
    return Mapped(
        line,
        fields,
        headers,
        tuple(unknown),
        _suggestions(feed, unknown, set(fields.values())),
        frozenset(in_wan),
        titles,
        missing,
        len(fields),
    )


def _header_unit(header: str, title_unit: str) -> str:
    written = re.search(r"[(（](万元|元)[)）]\s*$", header)
    return written[1] if written else title_unit


def _absent(feed: Feed, present: set[str]) -> list[str]:
    absent = [f.name for f in feed.required if f.name not in present]
    needs_person = any(f.type in ("name", "id") for f in feed.fields) and not feed.is_registry
    if needs_person and not {"name", "id"} & present:
        absent.append("name")
    return absent


def _suggestions(feed: Feed, unknown: list[str], present: set[str]) -> dict[str, str]:
    free = {h: name for h, name in feed.headers().items() if name not in present}
    found = {}
    for header in unknown:
        close = difflib.get_close_matches(header_key(header), list(free), n=1, cutoff=ALIKE)
        if close:
            found[header] = free[close[0]]
    return found


def require_complete(feed: Feed, mapped: Mapped | None, sheet: str) -> Mapped:
    """The header, or FileRefused naming the columns that are missing and which unknown header may be meant."""
    where = f"工作表“{sheet}”" if sheet else ""
    if mapped is None:
        raise NoHeader(
            f"{where}找不到“{feed.title}”的表头", f"表头应含：{'、'.join(_written(f) for f in feed.fields[:8])}…"
        )
    if not mapped.missing:
        return mapped
    columns = "、".join(_written(feed.field(name)) for name in mapped.missing[:6])
    maybe = "；".join(
        f"“{h}”是否就是“{_written(feed.field(n))}”？用 --map 文件名:{h}={n} 确认" for h, n in mapped.suggestions.items()
    )
    raise FileRefused(f"{where}第{mapped.line + 1}行表头缺少列：{columns}", maybe or "补上这一列，或核对表头写法")


def _written(field: Field) -> str:
    return field.headers[0] if field.headers else field.name
