"""One measurement, in a process of its own. Prints JSON: cpu (seconds), rss (bytes), and more where it makes sense."""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import openpyxl
import xlsxwriter

from benchmarks import baseline, product
from benchmarks.data import AS_OF, COUNTIES
from shouwang.cli import screen, setup
from shouwang.cli.place import place_of
from shouwang.engine.backends.choose import backend
from shouwang.intake.child import ReadJob, read_file
from shouwang.intake.pack import open_pack
from shouwang.reports.contract import write_contract
from shouwang.reports.people import write_for_people
from shouwang.screening.county import screen as screen_county
from shouwang.screening.delivery import read_listed

Result = dict[str, float]


def timed(work: Callable[[], object]) -> Result:
    """CPU seconds of this process (all threads) and its peak memory."""
    start = time.process_time()
    work()
    cpu = time.process_time() - start
    return {"cpu": cpu, "rss": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}


def warm() -> None:
    """What is loaded once in a life: the policy book and the divisions."""
    setup.book()
    place_of_code(COUNTIES[0])


def place_of_code(code: str) -> object:
    """The county of a code."""
    return product.county(code)


def core(engine: str) -> Callable[[str, str], Result]:
    def measure(folder: str, pack: str) -> Result:
        warm()
        return timed(lambda: product.run(Path(folder), Path(pack), COUNTIES[0], engine))

    return measure


def sql(folder: str, pack: str) -> Result:
    values = baseline.parameters(Path(pack), COUNTIES[0])
    return timed(lambda: baseline.run(Path(folder), values))


def floor(folder: str, pack: str) -> Result:
    return timed(lambda: baseline.floor(Path(folder)))


def partitions(*pairs: str) -> Result:
    warm()

    def work() -> None:
        for number in range(len(pairs) // 2):
            product.run(Path(pairs[2 * number]), Path(pairs[2 * number + 1]), COUNTIES[number])

    return timed(work)


def make_xlsx(path: str, rows: str) -> Result:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    book = xlsxwriter.Workbook(path, {"constant_memory": True})
    page = book.add_worksheet("Sheet1")
    page.write_row(0, 0, ["某县个人自付费用明细表"])
    page.write_row(
        1,
        0,
        [
            "序号",
            "参保地",
            "姓名",
            "证件号码",
            "所在乡镇",
            "所在村",
            "结算日期",
            "医疗总费用(元)",
            "基金支付合计(元)",
            "自付金额(元)",
        ],
    )
    for n in range(int(rows)):
        page.write_row(
            n + 2,
            0,
            [
                n + 1,
                "饶河县",
                "王李张刘陈"[n % 5] + "秀英国强芳伟敏静"[n % 8] + "华平兰玉明"[n % 5],
                f"23052419{60 + n % 39}0{1 + n % 9}1{n % 10}7{n % 1000:03d}",
                "饶河镇",
                "镇北村",
                f"2025/{1 + n % 11}/{1 + n % 28}",
                n * 1.37,
                n * 0.9,
                round(n * 0.47, 2),
            ],
        )
    return timed(book.close)


def intake(path: str) -> Result:
    with tempfile.TemporaryDirectory() as scratch:
        feeds = {"med_oop": setup.feeds()["med_oop"]}
        job = ReadJob(Path(path), feeds, Path(scratch), 0, kind="med_oop")
        result = timed(lambda: read_file(job))
    return result


def plain_openpyxl(mode: str) -> Callable[[str], Result]:
    """openpyxl reads every cell and does nothing with it, in its ordinary or its read-only mode."""

    def measure(path: str) -> Result:
        def work() -> None:
            for page in openpyxl.load_workbook(path, read_only=mode == "read-only"):
                for _ in page.iter_rows(values_only=True):
                    pass

        return timed(work)

    return measure


def command(folder: str) -> Result:
    """Every stage of `shouwang screen`, timed by the wall."""
    stages: Result = {}
    start = time.perf_counter()

    def stage(name: str, since: float) -> float:
        now = time.perf_counter()
        stages[f"stage {name}"] = now - since
        return now

    with tempfile.TemporaryDirectory() as scratch:
        pack = open_pack(Path(folder), setup.known_kinds())
        reading = read_listed(pack, setup.feeds(), Path(scratch), {}, lambda _: None, lambda _: None)
        at = stage("read and type the files", start)
        place = place_of(pack, reading, setup.feeds(), None)
        run = screen_county(
            reading, setup.feeds(), screen.with_params(pack, place.code, None), place, AS_OF, backend("polars")
        )
        at = stage("link, screen, check", at)
        out = Path(scratch) / "out"
        out.mkdir()
        summary = write_contract(run, out, [])
        at = stage("write the contract files", at)
        write_for_people(run, out, summary)
        stage("write check sheets and summary", at)
    usage, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = usage.ru_utime + usage.ru_stime + children.ru_utime + children.ru_stime
    return {
        "wall": time.perf_counter() - start,
        "cpu": cpu,
        "rss": (usage.ru_maxrss + 2 * children.ru_maxrss) * 1024,
        **stages,
    }


WORK: dict[str, Callable[..., Result]] = {
    "product": core("polars"),
    "duckdb": core("duckdb"),
    "sql": sql,
    "floor": floor,
    "partitions": partitions,
    "make-xlsx": make_xlsx,
    "intake": intake,
    "openpyxl": plain_openpyxl("ordinary"),
    "openpyxl-read-only": plain_openpyxl("read-only"),
    "command": command,
}

if __name__ == "__main__":
    sys.stdout.write(json.dumps(WORK[sys.argv[1]](*sys.argv[2:])) + "\n")
