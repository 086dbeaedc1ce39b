"""SHARE 部门数据共享比对: what already holds at the command line."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

from tests.conftest import SAMPLES, run
from tests.scoring import lines

PACK = SAMPLES / "raohe-small"


def people(count: int) -> list[list[str]]:
    """Name, number, birth date, town and village of persons whom a clean row of the deaths file names beyond doubt."""
    truth = {
        int(r["row"])
        for r in lines(PACK / "truth" / "links.csv")
        if r["kind"] == "deaths" and r["why"] == "D1 id and name"
    }
    rows = list(csv.reader((PACK / "14_公安局_死亡注销.csv").read_bytes().decode("gb18030").splitlines()))
    return [[c.strip() for c in rows[n - 1][1:6]] for n in sorted(truth)][:count]


def test_an_extract_of_five_rows_ends_three_one_one(write_csv: Callable[..., Path]) -> None:
    first, second, third, fourth = people(4)
    extract = [
        ["姓名", "身份证号", "乡镇", "行政村"],
        *[[p[0], p[2], p[3], p[4]] for p in (first, second, third)],
        [fourth[0], "", fourth[3], fourth[4]],
        ["无此人", "110101199001017014", "", ""],
    ]
    done = run("match", str(write_csv("五行.csv", extract)), "--registry", str(PACK), "--json")
    assert done.exit_code == 0
    counts = json.loads(done.stdout)
    assert (counts["linked"], counts["to_confirm"], counts["unmatched"]) == (3, 1, 1)
