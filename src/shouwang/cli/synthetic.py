"""`shouwang synthetic OUT`: writes an invented county as a pack, for demonstrations and benchmarks."""

from __future__ import annotations

import json
from pathlib import Path

import click
import polars as pl

from shouwang.cli import printer, setup
from shouwang.kernel.errors import UserError
from shouwang.synthetic.county import invent
from shouwang.synthetic.pack import write_pack

STORIES = Path("truth") / "stories.json"
HELP = """生成一个虚构的县（真实区划、虚构的人），用于演示和试用。

\b
Write an invented county on real divisions. No real person is in it.
"""


@click.command(help=HELP, short_help="虚构一个县 / invent a county")
@click.argument("out", type=click.Path(path_type=Path), metavar="文件夹OUT")
@click.option("--area", default="230524", show_default=True, help="6位县级代码 / county code")
@click.option(
    "--households", default=20000, show_default=True, type=click.IntRange(50, 1_000_000), help="户数 / households"
)
@click.option("--as-of", "as_of", default="2025-11-15", show_default=True, help="截止日 / day")
@click.option("--seed", default=7, show_default=True, help="种子：相同种子得到相同的县 / same seed, same county")
def synthetic(out: Path, area: str, households: int, as_of: str, seed: int) -> int:
    """Invent and write. Returns the exit code."""
    if out.exists() and any(out.iterdir()) and not (out / STORIES).is_file():
        raise UserError(f"{out} 里已有其他内容", "换一个空文件夹")
    day = setup.day(as_of, "--as-of")
    printer.step(f"虚构 {households:,} 户（{area}，截至 {day}）")
    invented = invent(area, households, day, seed)
    write_pack(invented, out, setup.feeds(), seed, printer.step)
    (out / STORIES).parent.mkdir(exist_ok=True)
    (out / STORIES).write_text(json.dumps(invented.stories, ensure_ascii=False, indent=1), encoding="utf-8")
    printer.say(f"{invented.county.name}：{invented.households.height:,} 户 {invented.persons.height:,} 人，写在 {out}")
    return printer.DONE


@click.command(
    short_help="故事有没有查出来 / were the stories found",
    help="""看虚构的县里那几个故事有没有被筛查出来。

\b
Were the told stories of an invented county found by the screening?
""",
)
@click.argument("county", type=click.Path(exists=True, path_type=Path), metavar="县COUNTY")
@click.argument("result", type=click.Path(exists=True, path_type=Path), metavar="结果RESULT")
def stories(county: Path, result: Path) -> int:
    """Print each story and the sentence with which it was found. Returns the exit code."""
    if not (county / STORIES).is_file():
        raise UserError(f"{county} 里没有故事", "用 shouwang synthetic 生成的文件夹")
    told = json.loads((county / STORIES).read_text(encoding="utf-8"))
    signals = pl.read_csv(result / "signals.csv", infer_schema=False)
    outside = pl.read_csv(result / "unregistered.csv", infer_schema=False)
    for story in told:
        printer.say(f"\n【{story['title']}】{story['told']}")
        for rule in story.get("expect", ()):
            mine = signals.filter((pl.col("rule") == rule) & (pl.col("household_no") == story["household_no"]))
            for line in mine["detail"].to_list() or ["（没有找到）"]:
                printer.say(f"   {rule} {line}")
        for rule in story.get("expect_outside", ()):
            last = outside.filter(pl.col("rule") == rule)
            place = "、".join(f"{f} 第{r}行" for f, r in last.select("file", "row").tail(1).iter_rows())
            printer.say(f"   {rule} 库外农户线索：{place or '（没有找到）'}")
    return printer.DONE
