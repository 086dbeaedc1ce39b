"""Finds and loads the policy book: instruments, standards, and the cards of all rules."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from shouwang.policy.book import Book, Instrument
from shouwang.policy.figure_files import read_figures
from shouwang.policy.figures import Figure
from shouwang.policy.rules import YEARS, CheckSet, RuleCard, read_checks, read_rule
from shouwang.policy.yaml_lines import PolicyError, load, mapping, only_keys

HERE = Path(__file__).parent


def load_book(rule_folders: Iterable[Path], check_folders: Iterable[Path] = (), overlay: Path | None = None) -> Book:
    """The whole book. `overlay` is a --policy folder: its `figures:` files add values above the built-in ones."""
    figures: dict[str, Figure] = {}
    rules: dict[str, RuleCard] = {}
    checks: list[CheckSet] = []
    for path in sorted((HERE / "standards").glob("*.yaml")):
        node = mapping(path, load(path), 1)
        only_keys(path, node, {"figures"}, {"figures"})
        _add(path, figures, read_figures(path, mapping(path, node["figures"], 1), "built-in"))
    for folder in rule_folders:
        for path in _cards(folder):
            card, own = read_rule(path)
            if card.code in rules:
                raise PolicyError(path, 1, f"规则 {card.code} 已在 {rules[card.code].path.name} 中", "换一个代号")
            rules[card.code] = card
            _add(path, figures, own)
    for folder in check_folders:
        for path in _cards(folder):
            check_set, own = read_checks(path)
            checks.append(check_set)
            _add(path, figures, own)
    instruments = _instruments(HERE / "instruments")
    if overlay is not None:
        instruments |= _lay_over(figures, overlay)
    _refuse_unknown(figures, rules, checks, instruments)
    return Book(figures, instruments, dict(sorted(rules.items())), tuple(checks))


def _cards(folder: Path) -> list[Path]:
    return sorted(p for p in folder.rglob("*.yaml") if not p.name.endswith(".examples.yaml"))


def _add(path: Path, figures: dict[str, Figure], new: Iterable[Figure]) -> None:
    for figure in new:
        if figure.name in figures:
            raise PolicyError(path, 1, f"政策数 {figure.name} 已经定义", "两条规则共用的数放在 policy/standards/")
        figures[figure.name] = figure


def _instruments(folder: Path) -> dict[str, Instrument]:
    found: dict[str, Instrument] = {}
    for path in sorted(folder.glob("*.yaml")):
        node = mapping(path, load(path), 1)
        for key in node:
            entry = mapping(path, node[key], node.lines[key])
            only_keys(path, entry, {"title", "issuer", "issued", "number", "evidence"}, {"title", "issuer"})
            texts = {name: str(value) for name, value in entry.items()}
            found[key] = Instrument(key, **texts)
    return found


def _lay_over(figures: dict[str, Figure], overlay: Path) -> dict[str, Instrument]:
    if not overlay.is_dir():
        raise PolicyError(overlay, 1, "不是目录", "--policy 后写一个存放 yaml 文件的目录")
    for path in sorted(overlay.glob("*.yaml")):
        node = mapping(path, load(path), 1)
        only_keys(path, node, {"figures"}, {"figures"})
        for figure in read_figures(path, mapping(path, node["figures"], 1), "policy"):
            base = figures.get(figure.name)
            if base is not None and base.unit is not figure.unit:
                raise PolicyError(
                    path, 1, f"{figure.name} 的单位应为 {base.unit.value}，不是 {figure.unit.value}", "改正 unit"
                )
            values = (*base.values, *figure.values) if base else figure.values
            figures[figure.name] = Figure(**{**(base or figure).__dict__, "values": values})
    return _instruments(overlay / "instruments")


def _refuse_unknown(
    figures: dict[str, Figure], rules: dict[str, RuleCard], checks: list[CheckSet], instruments: dict[str, Instrument]
) -> None:
    cards: list[RuleCard | CheckSet] = [*rules.values(), *checks]
    for card in cards:
        for name in card.uses:
            if name not in figures:
                raise PolicyError(
                    card.path, 1, f"用到未定义的政策数 {name}", "在本文件 figures 或 policy/standards/ 中定义"
                )
        if card.citation.instrument not in instruments:
            raise PolicyError(card.path, 1, f"没有文件 {card.citation.instrument}", "在 policy/instruments/ 中登记")
    for rule in rules.values():
        if rule.window and rule.window not in (*YEARS, *rule.uses):
            raise PolicyError(
                rule.path, 1, f"window 不能是 {rule.window}", f"写 {'、'.join(YEARS)}，或本规则用到的天数"
            )
    for figure in figures.values():
        for value in figure.values:
            if value.layer == "built-in" and value.citation.instrument not in instruments:
                raise PolicyError(
                    Path(value.place), 1, f"没有文件 {value.citation.instrument}", "在 policy/instruments/ 中登记"
                )
