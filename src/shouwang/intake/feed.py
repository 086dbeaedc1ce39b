"""What a file of one kind looks like: its fields, their types, and the headers offices write above them."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from shouwang.kernel.errors import UserError

FIELD_TYPES = (
    "serial",
    "code",
    "county",
    "name",
    "id",
    "address",
    "date",
    "month",
    "school_year",
    "money",
    "text",
    "level",
    "grade",
    "count",
    "yes_no",
    "list",
)
TOWN_HEADERS = ("乡镇", "所在乡镇", "乡(镇)")
VILLAGE_HEADERS = ("行政村", "所在村", "村")
ADDRESS_HEADERS = ("家庭住址", "住址", "户籍地址", "所在乡镇村")
REGISTRY_KINDS = ("registry_household", "registry_person", "registry_roster")


def header_key(text: str) -> str:
    """A header as it is compared: NFKC, no white space, no money unit behind it."""
    key = "".join(unicodedata.normalize("NFKC", text).split())
    for unit in ("(元)", "(万元)"):
        key = key.removesuffix(unit)
    return key


@dataclass(frozen=True)
class Field:
    """One field of a feed. `required` fields that are blank or unreadable reject their row."""

    name: str
    type: str
    headers: tuple[str, ...]
    required: bool = False


@dataclass(frozen=True)
class Feed:
    """The description of one kind of file."""

    kind: str
    title: str
    title_en: str
    department: str
    absence: str
    fields: tuple[Field, ...]

    def headers(self) -> dict[str, str]:
        """Every header as compared, and the field (or `town`, `village`, `addr`) it stands for."""
        known: dict[str, str] = {}
        for field in self.fields:
            if field.type == "address":
                known |= {header_key(h): "town" for h in TOWN_HEADERS}
                known |= {header_key(h): "village" for h in VILLAGE_HEADERS}
                known |= {header_key(h): "addr" for h in ADDRESS_HEADERS}
            else:
                known |= {header_key(h): field.name for h in field.headers}
        return known

    def field(self, name: str) -> Field:
        """The field of that name; the two address columns are text."""
        for field in self.fields:
            if field.name == name:
                return field
        return Field(name, "text", ())

    @property
    def required(self) -> tuple[Field, ...]:
        """The fields without which a row says nothing."""
        return tuple(f for f in self.fields if f.required)

    @property
    def is_registry(self) -> bool:
        """Whether the file is part of the national export."""
        return self.kind in REGISTRY_KINDS


def read_feed(path: Path) -> Feed:
    """A feed from its YAML file. Raises UserError for an unknown type or key."""
    raw: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    fields = []
    for name, entry in raw["fields"].items():
        if entry["type"] not in FIELD_TYPES:
            raise UserError(
                f"{name} 的类型 {entry['type']} 未知", f"可用：{'、'.join(FIELD_TYPES)}", where=str(path.name)
            )
        fields.append(
            Field(name, entry["type"], tuple(map(str, entry.get("headers", ()))), bool(entry.get("required", False)))
        )
    return Feed(raw["kind"], raw["title"], raw["title_en"], raw["department"], raw["absence"], tuple(fields))


def read_feeds(root: Path) -> dict[str, Feed]:
    """All feeds below `exchange/feeds`, by kind."""
    feeds = [read_feed(path) for path in sorted(root.glob("*/feed.yaml"))]
    return {feed.kind: feed for feed in feeds}
