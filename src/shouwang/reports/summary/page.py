"""摘要.html: one page that shows where the county stands, what adds up, and what could not be said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl
from jinja2 import Environment, FileSystemLoader

from shouwang.policy.figure_files import money_text
from shouwang.policy.figures import UNIT_LABELS
from shouwang.policy.rules import CLASS_LABELS
from shouwang.regions.divisions import town_points
from shouwang.reports.checklist.workbooks import FOLDER
from shouwang.reports.summary.town_map import HEIGHT, WIDTH, dots
from shouwang.screening.county import CountyRun
from shouwang.screening.findings_text import REASON_LABELS

HERE = Path(__file__).parent
ENDS = (
    ("linked", "比中", "linked"),
    ("to_confirm", "待确认", "to confirm"),
    ("unmatched", "未比中", "unmatched"),
    ("rejected", "退回", "rejected"),
)


def write_summary(run: CountyRun, folder: Path, summary: Mapping[str, Any], households: pl.DataFrame) -> None:
    """Write the page; `households` are those to check. Everything on it is escaped; it loads nothing from anywhere."""
    environment = Environment(loader=FileSystemLoader(HERE), autoescape=True, trim_blocks=True, lstrip_blocks=True)
    page = environment.get_template("page.html").render(**page_content(run, summary, households))
    (folder / "摘要.html").write_text(page, encoding="utf-8")


def page_content(run: CountyRun, summary: Mapping[str, Any], households: pl.DataFrame) -> dict[str, Any]:
    """What the template shows."""
    cards = run.figures.book.rules
    towns = _towns(run, households)
    points, without = dots(town_points(run.place.code), towns)
    rules = [_rule_line(run, code, numbers) for code, numbers in summary["rules"].items()]
    classes = [
        {"label": label, "count": sum(r["signals"] for r in rules if r["class"] == label)}
        for label in CLASS_LABELS.values()
    ]
    totals = {key: sum(f[key] for f in summary["files"]) for key in ("rows_in", *(e[0] for e in ENDS))}
    return {
        "run": run,
        "place": run.place.name or run.place.code,
        "households": households.height,
        "signals": sum(r["signals"] for r in rules),
        "unregistered": run.findings.outside.height,
        "quality": run.quality.height,
        "registered": run.registry.households.height,
        "dots": points,
        "without_point": without,
        "towns": sorted(towns.items(), key=lambda t: (-t[1], t[0])),
        "most": max(towns.values(), default=1) or 1,
        "map_size": (WIDTH, HEIGHT),
        "folder": FOLDER,
        "classes": classes,
        "rules": rules,
        "most_signals": max((r["signals"] for r in rules), default=1) or 1,
        "departments": _departments(run, summary["files"]),
        "files": summary["files"],
        "totals": totals,
        "ends": ENDS,
        "open": _open_questions(run),
        "not_run": [
            (cards[c].title, c, REASON_LABELS.get(r, r), _needed(run, c))
            for c, r in sorted(run.findings.not_run.items())
        ],
        "unlisted": summary["unlisted_files"],
        "refused": summary["refused_files"],
        "parameters": [_parameter_line(run, name) for name in summary["parameters"]],
        "notes": summary["notes"],
    }


def _towns(run: CountyRun, households: pl.DataFrame) -> dict[str, int]:
    """Households to check by town, towns without any included."""
    counts = dict(households.group_by("town").len().iter_rows())
    known = run.registry.persons["town"].drop_nulls().unique().to_list()
    return {town: counts.get(town, 0) for town in sorted({*known, *counts})}


def _rule_line(run: CountyRun, code: str, numbers: Mapping[str, int]) -> dict[str, Any]:
    card = run.figures.book.rules[code]
    return {
        "code": code,
        "title": card.title,
        "title_en": card.title_en,
        "class": CLASS_LABELS[card.signal_class],
        "over": "人" if card.over == "person" else "户",
        "risk_type": card.risk_type,
        **numbers,
        "not_run": code in run.findings.not_run,
    }


def _departments(run: CountyRun, files: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rows and their ends by sending department."""
    sender = {s.delivery.file: s.delivery.sender or s.delivery.kind for s in run.reading.sheets}
    by_sender: dict[str, dict[str, Any]] = {}
    for entry in files:
        if entry["kind"].startswith("registry_"):
            continue
        line = by_sender.setdefault(
            sender[entry["file"]], {"name": sender[entry["file"]], "rows_in": 0, **{e[0]: 0 for e in ENDS}}
        )
        for key in ("rows_in", *(e[0] for e in ENDS)):
            line[key] += entry[key]
    return list(by_sender.values())


def _open_questions(run: CountyRun) -> list[dict[str, Any]]:
    """How many households each rule could not speak about, by reason."""
    titles = {code: card.title for code, card in run.figures.book.rules.items()}
    counted = (
        run.findings.not_assessed.group_by("rule", "reason").agg(pl.len().alias("households")).sort("rule", "reason")
    )
    return [
        {"rule": rule, "title": titles[rule], "reason": REASON_LABELS.get(reason, reason), "households": number}
        for rule, reason, number in counted.iter_rows()
    ]


def _needed(run: CountyRun, code: str) -> str:
    """Which file or figure would let a rule run."""
    card = run.figures.book.rules[code]
    files = [kind for kind in card.files if kind not in run.kinds]
    if files:
        titles = "、".join(f"{run.feeds[kind].department}的{run.feeds[kind].title}（{kind}）" for kind in files)
        return f"需要文件：{titles}" + ("，要本学期的" if "edu_roll" in files else "")
    unset = [n for n in card.uses if not run.figures.is_set(n)]
    titles = "、".join(f"{run.figures.book.figure(n).title}（{n}）" for n in unset)
    return f"需要在 params.csv 写明：{titles}（{run.income_year}年度）"


def _parameter_line(run: CountyRun, name: str) -> dict[str, Any]:
    applied = run.figures.applied(name)
    value = (
        "未设定"
        if applied.value is None
        else f"{money_text(applied.figure, applied.value)} {UNIT_LABELS[applied.figure.unit]}"
    )
    return {
        "name": name,
        "title": applied.figure.title,
        "value": value,
        "dagger": applied.is_dagger,
        "source": run.figures.book.source_text(applied),
        "unset": applied.value is None,
    }
