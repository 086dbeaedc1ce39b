"""`shouwang policy`: the policy book, and why a value applies."""

from __future__ import annotations

from pathlib import Path

import click

from shouwang.cli import printer, setup
from shouwang.kernel.dates import income_year
from shouwang.kernel.errors import UserError
from shouwang.policy.county_params import read_params
from shouwang.policy.figure_files import money_text
from shouwang.policy.figures import UNIT_LABELS
from shouwang.reports.policy_book import book_text

OVERLAY = click.option(
    "--policy",
    "overlay",
    type=click.Path(path_type=Path),
    default=None,
    help="补充政策数的目录 / folder with further figures",
)


@click.group(
    invoke_without_command=True,
    short_help="政策库 / the policy book",
    help="""打印政策库：规则、政策数、依据和算例。

\b
Print the policy book: rules, figures, citations, worked examples.
""",
)
@OVERLAY
@click.option("--json", "as_json", is_flag=True, help="用 JSON 输出 / print as JSON")
@click.pass_context
def policy(context: click.Context, overlay: Path | None, as_json: bool) -> None:
    """Without a subcommand, print the whole book."""
    if context.invoked_subcommand is not None:
        return
    book = setup.book(overlay)
    if as_json:
        printer.say_json(
            {
                "rules": {c: {"title": r.title, "figures": r.uses} for c, r in book.rules.items()},
                "figures": {n: [v.__dict__ for v in f.values] for n, f in book.figures.items()},
            }
        )
    else:
        printer.say(book_text(book))


@policy.command(
    help="""说明一条规则（或一个政策数）在某地某日用哪个值、为什么。

\b
Which value applies to a RULE (or figure) in an area on a day, and why.
"""
)
@click.argument("rule", metavar="规则RULE")
@click.option("--area", required=True, help="行政区划代码 / area code")
@click.option("--as-of", "as_of", required=True, metavar="YYYY-MM-DD", help="截止日 / day")
@click.option(
    "--params",
    "params",
    type=click.Path(exists=True, path_type=Path),
    default=None,
    help="本县 params.csv / the county's own figures",
)
@OVERLAY
@click.option("--json", "as_json", is_flag=True, help="用 JSON 输出 / print as JSON")
def explain(rule: str, area: str, as_of: str, params: Path | None, overlay: Path | None, as_json: bool) -> None:
    """Print each figure of the rule with value, source and reason."""
    book, day = setup.book(overlay), setup.day(as_of, "--as-of")
    if params is not None:
        book, problems = read_params(params, book, area)
        for error in problems:
            printer.warn(error.text)
    if rule not in book.rules and rule not in book.figures:
        raise UserError(
            f"没有名为 {rule} 的规则或政策数", f"规则：{'、'.join(book.rules)}；政策数用 shouwang policy 查看"
        )
    names = book.rules[rule].uses if rule in book.rules else (rule,)
    year = income_year(day)
    lines = []
    for name in names:
        applied = book.applied(name, area=area, as_of=day, income_year=year)
        shown = (
            "未设定"
            if applied.value is None
            else f"{money_text(applied.figure, applied.value)} {UNIT_LABELS[applied.figure.unit]}"
        )
        lines.append(
            {
                "name": name,
                "title": applied.figure.title,
                "value": shown + ("†" if applied.is_dagger else ""),
                "source": book.source_text(applied),
                "why": applied.reason,
            }
        )
    if as_json:
        printer.say_json(lines)
        return
    if rule in book.rules:
        card = book.rules[rule]
        printer.say(f"{card.code} {card.title}（{book.citation_text(card.citation)}）")
    if not lines:
        printer.say("这条规则不用政策数")
    for line in lines:
        printer.say(f"  {line['title']}（{line['name']}）：{line['value']}")
        printer.say(f"    依据：{line['source']}")
        printer.say(f"    原因：{line['why']}（收入年度 {year}）")
