"""The policy book in plain text: article → rule → figures → worked examples."""

from __future__ import annotations

from collections.abc import Iterator

from shouwang.engine.worked_examples import read_examples
from shouwang.policy.book import Book
from shouwang.policy.figure_files import money_text
from shouwang.policy.figures import UNIT_LABELS, Figure
from shouwang.policy.rules import CLASS_LABELS, RuleCard

COPY_ONLY = " 只见转载，用前请核对原文"
POPULATIONS = {
    "everyone": "全部农户",
    "lifted_out": "脱贫户",
    "in_monitoring": "监测中",
    "eliminated": "风险已消除",
    "never_monitored": "从未监测",
    "not_monitored": "未在监测中",
    "registered": "脱贫户和监测对象（含已消除）",
}


def book_text(book: Book) -> str:
    """The whole book as Markdown."""
    lines = [
        "# 政策库 Policy book",
        "",
        "由规则文件生成，请勿手改。带 † 的值是参考值或默认值，不是任何地方的规定；各县在 params.csv 中替换。",
        "",
    ]
    for card in book.rules.values():
        lines += _rule(book, card)
    lines += ["# 登记数据质量检查 Registry checks", ""]
    for checks in book.checks:
        lines += [f"## {checks.title} {checks.title_en}", ""]
        lines += [
            f"- {code} {title} · {checks.titles_en[code]}（{'人' if checks.people[code] else '户'}）"
            for code, title in checks.titles.items()
        ]
        lines += ["", *[line for name in checks.uses for line in _figure(book, book.figures[name])], ""]
    lines += ["# 程序的时限、人数和用语 Figures of the procedure", ""]
    used = {name for uses in (*(c.uses for c in book.rules.values()), *(c.uses for c in book.checks)) for name in uses}
    lines += [line for name, figure in book.figures.items() if name not in used for line in _figure(book, figure)]
    return "\n".join(lines).rstrip() + "\n"


def _rule(book: Book, card: RuleCard) -> Iterator[str]:
    yield f"## {card.code} {card.title} · {card.title_en}"
    yield ""
    yield f"- 依据：{book.citation_text(card.citation)}"
    kind = "人" if card.over == "person" else "户"
    label = CLASS_LABELS[card.signal_class]
    yield f"- 对象：{POPULATIONS[card.population]}，按{kind}；类别：{label}；风险类型：{card.risk_type}"
    if card.files:
        yield f"- 需要文件：{'、'.join(card.files)}"
    yield f"- 说法：{card.sentence}"
    yield f"- 核查：{card.check}"
    for name in card.uses:
        yield from _figure(book, book.figures[name])
    for example in read_examples(card):
        yield f"- 算例 {example.about['as_of']}：{example.name} → {example.about['expect']}"
    yield ""


def _figure(book: Book, figure: Figure) -> Iterator[str]:
    yield f"- 政策数 {figure.title}（`{figure.name}`，{figure.title_en}）"
    for value in figure.values:
        when = (
            f"{value.income_year}年度"
            if value.income_year
            else f"自{value.valid_from}"
            if value.valid_from
            else "不限日期"
        )
        until = f"至{value.valid_until}" if value.valid_until else ""
        dagger = "†" if value.grade in ("reference", "default") else ""
        floor = "（仅知下限）" if value.kind == "floor" else ""
        shown = f"{money_text(figure, value.value)} {UNIT_LABELS[figure.unit]}"
        known = book.instruments.get(value.citation.instrument)
        evidence = (
            f"（来源登记 {known.evidence}{COPY_ONLY if '◐' in known.evidence else ''}）"
            if known and known.evidence
            else ""
        )
        source = f"{book.citation_text(value.citation)}{evidence}"
        yield f"  - {shown}{dagger}{floor} · 地区 {value.area} · {when}{until} · {source}"
