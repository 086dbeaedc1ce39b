"""What is written about a rule beside its condition: code, title, whom it is about, which files it needs."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from shouwang.policy.figure_files import read_figures
from shouwang.policy.figures import Citation, Figure
from shouwang.policy.yaml_lines import Lined, PolicyError, load, mapping, only_keys

POPULATIONS = (
    "everyone",
    "lifted_out",
    "in_monitoring",
    "eliminated",
    "never_monitored",
    "not_monitored",
    "registered",
)
CLASSES = ("risk", "income_list", "asset", "process")
YEARS = ("calendar_year", "school_year", "income_year")
CLASS_LABELS = {"risk": "风险", "income_list": "收入清单", "asset": "资产待说明", "process": "工作待办"}
RULE_KEYS = {
    "code",
    "title",
    "title_en",
    "over",
    "population",
    "class",
    "risk_type",
    "files",
    "rejected_rows_of",
    "uses",
    "after",
    "sentence",
    "check",
    "cite",
    "figures",
    "unit",
    "window",
    "compares_years",
    "worse",
}
CHECK_KEYS = {"title", "title_en", "cite", "uses", "figures", "checks"}


@dataclass(frozen=True)
class RuleCard:
    """The card of one rule. `path` is the YAML file; the condition stands beside it under the same stem.

    `window` names the period the rule looks at: a figure in days, or `calendar_year`, `school_year`, `income_year`.
    `compares_years`: the previous year's registry row stands behind its signals too.
    `worse`: whether a `higher` or a `lower` value is worse; a signal that people judged returns only when it got worse.
    """

    code: str
    title: str
    title_en: str
    over: str
    population: str
    signal_class: str
    risk_type: str
    files: tuple[str, ...]
    rejected_rows_of: tuple[str, ...]
    uses: tuple[str, ...]
    after: tuple[str, ...]
    sentence: str
    check: str
    unit: str
    window: str
    compares_years: bool
    worse: str
    citation: Citation
    path: Path


@dataclass(frozen=True)
class CheckSet:
    """One file of registry checks that belong together."""

    title: str
    title_en: str
    uses: tuple[str, ...]
    titles: dict[str, str]
    people: dict[str, bool]
    citation: Citation
    path: Path
    titles_en: dict[str, str] = field(default_factory=dict)


def read_rule(path: Path, layer: str = "built-in") -> tuple[RuleCard, list[Figure]]:
    """A rule's card and its own figures. Raises PolicyError."""
    node = mapping(path, load(path), 1)
    only_keys(
        path,
        node,
        RULE_KEYS,
        {"code", "title", "title_en", "over", "population", "class", "risk_type", "sentence", "check", "cite"},
    )
    for key, allowed in (("over", ("person", "household")), ("population", POPULATIONS), ("class", CLASSES)):
        if node[key] not in allowed:
            raise PolicyError(path, node.lines[key], f"{key} 不能是 {node[key]}", f"可用：{'、'.join(allowed)}")
    own = read_figures(path, mapping(path, node["figures"], node.lines["figures"]), layer) if "figures" in node else []
    card = RuleCard(
        code=str(node["code"]),
        title=str(node["title"]),
        title_en=str(node["title_en"]),
        over=str(node["over"]),
        population=str(node["population"]),
        signal_class=str(node["class"]),
        risk_type=str(node["risk_type"]),
        files=_names(node, "files"),
        rejected_rows_of=_names(node, "rejected_rows_of"),
        uses=(*[f.name for f in own], *_names(node, "uses")),
        after=_names(node, "after"),
        sentence=str(node["sentence"]),
        check=str(node["check"]),
        unit=str(node.get("unit", "")),
        window=str(node.get("window", "")),
        compares_years=bool(node.get("compares_years", False)),
        worse=str(node.get("worse", "higher")),
        citation=_cite(path, node),
        path=path,
    )
    return card, own


def read_checks(path: Path, layer: str = "built-in") -> tuple[CheckSet, list[Figure]]:
    """A file of registry checks and its figures. Raises PolicyError."""
    node = mapping(path, load(path), 1)
    only_keys(path, node, CHECK_KEYS, {"title", "title_en", "cite", "checks"})
    own = read_figures(path, mapping(path, node["figures"], node.lines["figures"]), layer) if "figures" in node else []
    titles, people, english = {}, {}, {}
    checks = mapping(path, node["checks"], node.lines["checks"])
    for code in checks:
        entry = mapping(path, checks[code], checks.lines[code])
        only_keys(path, entry, {"title", "title_en", "per"}, {"title", "title_en", "per"})
        titles[code], english[code] = str(entry["title"]), str(entry["title_en"])
        people[code] = entry["per"] == "person"
    uses = (*[f.name for f in own], *_names(node, "uses"))
    return CheckSet(
        str(node["title"]), str(node["title_en"]), uses, titles, people, _cite(path, node), path, english
    ), own


def _names(node: Lined, key: str) -> tuple[str, ...]:
    return tuple(str(name) for name in node.get(key, []))


def _cite(path: Path, node: Lined) -> Citation:
    cite: Any = node["cite"]
    if not isinstance(cite, Lined) or "instrument" not in cite:
        raise PolicyError(path, node.lines["cite"], "缺少依据", "写 cite: {instrument: 文件代号, article: 条款}")
    return Citation(str(cite["instrument"]), str(cite.get("article", "")))
