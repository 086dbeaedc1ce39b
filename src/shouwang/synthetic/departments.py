"""What departments send of an invented county: rows about registered people, and about some who are not registered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from shouwang.kernel.dates import school_year
from shouwang.synthetic.people import Rng

ILLNESSES = ("胃癌", "肺癌", "急性心肌梗死", "脑卒中", "终末期肾病", "重性精神病", "血友病")
VEHICLES = ("小型轿车", "轻型普通货车", "正三轮载货摩托车", "普通二轮摩托车", "大型轮式拖拉机")

PROJECTS = (
    "耕地地力保护补贴",
    "玉米大豆生产者补贴",
    "退耕还林补助",
    "光伏资产收益分红",
    "土地流转费",
    "公益性岗位补贴",
    "一次性交通补助",
)


@dataclass(frozen=True)
class Wanted:
    """How many rows of a kind per hundred persons, and who is likely to be in it."""

    share: float
    who: str = "all"
    outside: float = 0.03


WANTED = {
    "med_oop": Wanted(0.16),
    "serious_illness": Wanted(0.006, outside=0.08),
    "edu_fee": Wanted(0.02, "student"),
    "dibao": Wanted(0.07),
    "temp_relief": Wanted(0.012),
    "disability": Wanted(0.022),
    "housing": Wanted(0.03, "head"),
    "water": Wanted(0.03, "head"),
    "jobs": Wanted(0.15, "worker"),
    "disaster": Wanted(0.006, "head", 0.08),
    "deaths": Wanted(0.006, outside=0.06),
    "vehicles": Wanted(0.03, "worker"),
    "business": Wanted(0.012, "worker"),
    "real_estate": Wanted(0.02, "worker"),
    "non_inclusion": Wanted(0.008, "head"),
    "payments": Wanted(0.3, "head"),
}


def department_rows(rng: Rng, kind: str, people: pl.DataFrame, strangers: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Rows of one kind: name, id_no, birth, town, village, and the kind's fields as values (fen, dates, text)."""
    wanted = WANTED[kind]
    pool = _pool(people, wanted.who)
    count = max(int(people.height * wanted.share), 12)
    chosen = pool[rng.integers(0, pool.height, count)]
    unknown = strangers[rng.integers(0, strangers.height, max(int(count * wanted.outside), 2))]
    columns = ["name", "id_no", "birth", "town", "village"]
    rows = pl.concat([chosen.select(columns), unknown.select(columns)])
    rows = rows[rng.permutation(rows.height)]
    return rows.with_columns(**FIELDS[kind](rng, rows.height, as_of))


def roll_rows(rng: Rng, people: pl.DataFrame, absent: float) -> pl.DataFrame:
    """The school roll: everybody in school but the share that is missing from it; pre-school is not on a roll."""
    stage = pl.col("school_status")
    pupils = people.filter((stage != "") & ~stage.is_in(["学龄前儿童", "学前教育"]) & ~stage.str.starts_with("本科"))
    pupils = pupils.filter(pl.Series(rng.random(pupils.height) >= absent))
    return pupils.select("name", "id_no", "birth", "town", "village", "sex", pl.col("school_status").alias("grade"))


def _pool(people: pl.DataFrame, who: str) -> pl.DataFrame:
    if who == "head":
        return people.filter(pl.col("slot") == 1)
    if who == "worker":
        return people.filter(pl.col("age").is_between(18, 62))
    if who == "student":
        return people.filter(pl.col("age").is_between(4, 22))
    return people


def _days(rng: Rng, n: int, as_of: date, back: int, ahead: int = 0) -> pl.Series:
    days = np.datetime64(as_of) - rng.integers(-ahead, back, n).astype("timedelta64[D]")
    return pl.Series(days.astype("datetime64[ms]")).cast(pl.Date)


def _month_starts(rng: Rng, n: int, as_of: date, back: int) -> pl.Series:
    return _days(rng, n, as_of, back * 30).dt.month_start()


def _money(values: Any) -> pl.Series:
    return pl.Series(np.maximum(values * 100, 0).astype(np.int64))


def _pick(rng: Rng, n: int, choices: tuple[str, ...], weights: tuple[float, ...] | None = None) -> pl.Series:
    return pl.Series(np.array(choices)[rng.choice(len(choices), n, p=weights)])


def _med_oop(rng: Rng, n: int, as_of: date) -> dict[str, pl.Series]:
    own = _money(rng.gamma(0.8, 2600, n))
    return {"date": _days(rng, n, as_of, 420, 3), "amount": own, "total": own * 3, "fund": own * 2}


def _jobs(rng: Rng, n: int, as_of: date) -> dict[str, pl.Series]:
    state = _pick(rng, n, ("在岗", "失业", "返乡未就业"), (0.86, 0.09, 0.05))
    return {
        "state": state,
        "place": _pick(rng, n, ("县内", "省外", "县外省内")),
        "date": _days(rng, n, as_of, 300),
        "amount": _money(rng.choice([2200, 2600, 3200, 3800, 4500, 5500], n)),
    }


def _dibao(rng: Rng, n: int, as_of: date) -> dict[str, pl.Series]:
    stopped = rng.random(n) < 0.05
    stop = _month_starts(rng, n, as_of, 8)
    return {
        "type": _pick(rng, n, ("农村低保", "特困供养"), (0.88, 0.12)),
        "rel": _pick(rng, n, ("户主", "配偶", "之子")),
        "start": _month_starts(rng, n, as_of, 60),
        "amount": _money(rng.uniform(200, 620, n).round(2)),
        "stop": pl.select(pl.when(pl.Series(stopped)).then(stop)).to_series(),
    }


def _edu_fee(rng: Rng, n: int, as_of: date) -> dict[str, pl.Series]:
    own = _money(rng.gamma(2, 2600, n).round(0))
    return {
        "stage": _pick(rng, n, ("学前教育", "普通高中", "中职", "高职高专", "本科", "小学")),
        "due": own * 2,
        "aid": own,
        "amount": own,
        "year": pl.Series(school_year(as_of) - (rng.random(n) < 0.3).astype(int)),
    }


Fields = Callable[[Rng, int, date], dict[str, pl.Series]]
FIELDS: dict[str, Fields] = {
    "med_oop": _med_oop,
    "jobs": _jobs,
    "dibao": _dibao,
    "edu_fee": _edu_fee,
    "serious_illness": lambda r, n, d: {"disease": _pick(r, n, ILLNESSES), "date": _days(r, n, d, 200, 2)},
    "temp_relief": lambda r, n, d: {
        "reason": _pick(r, n, ("因病", "因灾", "突发意外", "因学", "生活困难")),
        "amount": _money(r.choice([500, 1000, 2000, 3000, 5200], n)),
        "date": _days(r, n, d, 500),
    },
    "disability": lambda r, n, d: {
        "cat": _pick(r, n, ("肢体", "视力", "听力", "精神")),
        "level": _pick(r, n, ("一级", "二级", "三级", "四级")),
        "date": _days(r, n, d, 1800),
    },
    "housing": lambda r, n, d: {
        "level": _pick(r, n, ("A级", "B级", "C级", "D级"), (0.6, 0.28, 0.08, 0.04)),
        "date": _days(r, n, d, 700),
        "occupied": _pick(r, n, ("是", "否", ""), (0.85, 0.12, 0.03)),
        "repair": _pick(r, n, ("", "改造中", "已竣工"), (0.7, 0.1, 0.2)),
    },
    "water": lambda r, n, d: {
        "source": _pick(r, n, ("集中供水", "分散供水", "山泉水")),
        "result": _pick(r, n, ("安全", "基本安全", "不安全", ""), (0.75, 0.19, 0.05, 0.01)),
        "date": _days(r, n, d, 500),
    },
    "disaster": lambda r, n, d: {
        "type": _pick(r, n, ("洪涝", "风雹", "干旱")),
        "date": _days(r, n, d, 180),
        "house": _pick(r, n, ("无", "一般损坏", "严重损坏", "倒塌"), (0.7, 0.2, 0.07, 0.03)),
        "amount": _money(r.gamma(1, 5000, n).round(0)),
    },
    "deaths": lambda r, n, d: {"date": _days(r, n, d, 330)},
    "vehicles": lambda r, n, d: {
        "vtype": _pick(r, n, VEHICLES),
        "date": _days(r, n, d, 3500),
        "state": _pick(r, n, ("正常", "注销"), (0.9, 0.1)),
    },
    "business": lambda r, n, d: {
        "firm": _pick(r, n, ("福源商店", "鑫源养殖场", "民富种植专业合作社", "绿野建材店")),
        "amount": _money(r.choice([30000, 100000, 500000], n)),
        "date": _days(r, n, d, 3000),
        "state": _pick(r, n, ("存续", "注销", "吊销"), (0.8, 0.15, 0.05)),
    },
    "real_estate": lambda r, n, d: {
        "usage": _pick(r, n, ("农村宅基地住宅", "安置房", "商品房", "商铺"), (0.7, 0.15, 0.12, 0.03)),
        "area": _pick(r, n, ("62", "82", "105", "137")),
        "date": _days(r, n, d, 3000),
    },
    "non_inclusion": lambda r, n, d: {
        "date": _days(r, n, d, 300),
        "reason": _pick(r, n, ("支出可由家庭承担", "家庭有稳定工资收入", "子女有赡养能力", ""), (0.4, 0.3, 0.25, 0.05)),
    },
    "payments": lambda r, n, d: {
        "project": _pick(r, n, PROJECTS, (0.34, 0.2, 0.08, 0.1, 0.12, 0.08, 0.08)),
        "amount": _money(r.choice([180, 320, 450, 600, 960, 1500, 3000], n)),
        "date": _days(r, n, d, 400),
    },
}
