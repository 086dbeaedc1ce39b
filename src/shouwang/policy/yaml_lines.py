"""YAML that remembers its lines, so that a mistake in a policy file is answered with file, line and remedy."""

from __future__ import annotations

from collections.abc import Hashable
from pathlib import Path
from typing import Any

import yaml

from shouwang.kernel.errors import UserError


class Lined(dict[str, Any]):
    """A mapping that knows on which line each of its keys stands."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: dict[str, int] = {}
        self.line = 0


class PolicyError(UserError):
    """A policy file that must not be used as it is."""

    def __init__(self, path: Path, line: int, what: str, remedy: str) -> None:
        super().__init__(what, remedy, where=f"{path.name} 第{line}行")


class _Loader(yaml.SafeLoader):
    """Mappings become `Lined`; a key given twice is refused."""


def _mapping(loader: _Loader, node: yaml.MappingNode) -> Lined:
    result = Lined()
    result.line = node.start_mark.line + 1
    for key_node, value_node in node.value:
        key: Hashable = loader.construct_object(key_node, deep=True)
        text, line = str(key), key_node.start_mark.line + 1
        if text in result:
            raise yaml.constructor.ConstructorError(problem=f"{text} 写了两次", problem_mark=key_node.start_mark)
        result[text] = loader.construct_object(value_node, deep=True)
        result.lines[text] = line
    return result


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def load(path: Path) -> Any:
    """The content of a YAML file. Raises PolicyError when it is not YAML."""
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)
    except yaml.MarkedYAMLError as broken:
        mark = broken.problem_mark or broken.context_mark
        line = mark.line + 1 if mark else 1
        raise PolicyError(
            path, line, f"不是有效的YAML：{broken.problem}", "按相邻文件的写法改正缩进、引号或重复的键"
        ) from broken
    except UnicodeDecodeError as broken:
        raise PolicyError(path, 1, "文件不是UTF-8编码", "用UTF-8编码重新保存") from broken


def mapping(path: Path, value: Any, line: int) -> Lined:
    """`value` as a mapping, or PolicyError."""
    if not isinstance(value, Lined):
        raise PolicyError(path, line, f"此处应为“键: 值”，实际是 {value!r}", "改成键值形式")
    return value


def only_keys(path: Path, node: Lined, allowed: set[str], required: set[str] = frozenset()) -> None:  # type: ignore[assignment]
    """Refuse keys that nobody reads, and ask for those that must be there."""
    for key in node:
        if key not in allowed:
            raise PolicyError(path, node.lines[key], f"不认识的键 {key}", f"可用的键：{'、'.join(sorted(allowed))}")
    for key in sorted(required):
        if key not in node:
            raise PolicyError(path, node.line, f"缺少 {key}", f"补上 {key}")
