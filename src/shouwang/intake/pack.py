"""A county's folder: the manifest, the county's own parameters, and which file is what."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from shouwang.intake.grid import decoded_text
from shouwang.kernel.dates import parse_iso
from shouwang.kernel.errors import UserError

OWN_FILES = ("manifest.csv", "pack.json", "params.csv")
MANIFEST_COLUMNS = ("文件名", "类别", "来源单位", "期间起", "期间止", "说明")


@dataclass(frozen=True)
class Delivery:
    """One file that somebody delivered: its kind, who sent it, the period it speaks about."""

    file: str
    kind: str
    sender: str = ""
    start: date | None = None
    end: date | None = None
    note: str = ""


@dataclass(frozen=True)
class Pack:
    """What lies in the folder. `deliveries` is None when there is no manifest: then everything is proposed."""

    folder: Path
    county: str = ""
    county_name: str = ""
    city: str = ""
    province: str = ""
    income_year: int | None = None
    deliveries: tuple[Delivery, ...] | None = None
    problems: tuple[UserError, ...] = ()
    passwords: Mapping[str, str] = field(default_factory=dict)

    @property
    def params(self) -> Path | None:
        """The county's own figures, if there are any."""
        path = self.folder / "params.csv"
        return path if path.is_file() else None

    def files(self) -> list[str]:
        """Names of the data files lying directly in the folder, sorted."""
        return sorted(p.name for p in self.folder.iterdir() if p.is_file() and p.name not in OWN_FILES)

    def unlisted(self) -> list[str]:
        """Files that nobody named or accepted: a clerk must see that they were left unread."""
        named = {d.file for d in self.deliveries or ()}
        return [name for name in self.files() if name not in named]

    def with_deliveries(self, accepted: list[Delivery]) -> Pack:
        """The pack once somebody has accepted proposals."""
        return replace(self, deliveries=tuple(accepted))


def open_pack(folder: Path, known_kinds: frozenset[str]) -> Pack:
    """The folder as a pack. Raises UserError when it is no folder, or nothing in it can be data."""
    if not folder.is_dir():
        raise UserError(f"{folder} 不是文件夹", "写存放登记导出和部门表格的文件夹")
    about = _about(folder / "pack.json")
    pack = Pack(
        folder,
        county=str(about.get("county", "")),
        county_name=str(about.get("county_name", "")),
        city=str(about.get("city", "")),
        province=str(about.get("province", "")),
        income_year=int(about["income_year"]) if str(about.get("income_year", "")).isdigit() else None,
    )
    if not pack.files():
        raise UserError(f"{folder} 里没有可以读的数据文件", "把登记导出和各部门表格放进这个文件夹")
    manifest = folder / "manifest.csv"
    if not manifest.is_file():
        return pack
    deliveries, problems = read_manifest(manifest, known_kinds)
    return replace(pack, deliveries=tuple(deliveries), problems=tuple(problems))


def _about(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except (json.JSONDecodeError, UnicodeDecodeError) as broken:
        raise UserError(f"不是有效的 JSON：{broken}", "改正或删除这个文件", where=path.name) from broken
    if not isinstance(content, dict):
        raise UserError("内容应是 {…}", "改正或删除这个文件", where=path.name)
    return content


def read_manifest(path: Path, known_kinds: frozenset[str]) -> tuple[list[Delivery], list[UserError]]:
    """The deliveries whose file is there, and what is wrong with the other lines."""
    rows = list(csv.reader(io.StringIO(decoded_text(path))))
    header = [c.strip() for c in rows[0]] if rows else []
    missing = [c for c in MANIFEST_COLUMNS[:2] if c not in header]
    if missing:
        raise UserError(f"缺少列：{'、'.join(missing)}", f"表头应为 {'、'.join(MANIFEST_COLUMNS)}", where=path.name)
    deliveries: list[Delivery] = []
    problems: list[UserError] = []
    for line, row in enumerate(rows[1:], start=2):
        cell = dict(zip(header, [c.strip() for c in row], strict=False))
        if not any(cell.values()):
            continue
        where = f"{path.name} 第{line}行"
        name, kind = cell.get("文件名", ""), cell.get("类别", "")
        if kind not in known_kinds:
            problems.append(UserError(f"类别 {kind!r} 不认识", f"可用：{'、'.join(sorted(known_kinds))}", where=where))
        elif not name or Path(name).name != name:
            problems.append(UserError(f"文件名 {name!r} 不能带路径或为空", "写文件夹里的文件名", where=where))
        elif not (path.parent / name).is_file():
            problems.append(UserError(f"文件 {name} 不在文件夹里，按未送达处理", "补上文件或删去这一行", where=where))
        elif name in {d.file for d in deliveries}:
            problems.append(UserError(f"文件 {name} 写了两次", "删去重复的一行", where=where))
        else:
            start, end = _day(cell.get("期间起", "")), _day(cell.get("期间止", ""))
            deliveries.append(Delivery(name, kind, cell.get("来源单位", ""), start, end, cell.get("说明", "")))
    return deliveries, problems


def _day(text: str) -> date | None:
    """A day; a bare year (the registry's 期间起 may be one) is its first day."""
    if len(text) == 4 and text.isdigit():
        return date(int(text), 1, 1)
    return parse_iso(text.replace("/", "-"))
