"""The national export of an invented county: incomes, monitoring, measures, members."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import polars as pl

from shouwang.kernel.dates import income_window
from shouwang.synthetic.people import Rng

KINDS = ("脱贫不稳定户", "边缘易致贫户", "突发严重困难户")
RISKS = ("因病", "因学", "因残", "因务工就业不稳", "缺劳动力", "因自然灾害", "因安全住房", "因安全饮水", "其他")
MEASURES: dict[str, tuple[str, ...]] = {
    "m_industry": ("发展种植", "发展养殖", "其他"),
    "m_employment": ("劳务输出", "技能培训", "技能培训,劳务输出", "其他"),
    "m_post": ("护林员", "保洁员"),
    "m_finance": ("小额信贷", "小额信贷,其他"),
    "m_security": ("低保", "残疾人补贴", "临时救助"),
    "m_health": ("家庭医生签约服务", "参加城乡居民基本医疗保险个人缴费补贴"),
    "m_education": ("教育资助", "雨露计划"),
    "m_housing": ("危房改造",),
    "m_water": ("供水入户",),
    "m_social": ("结对帮扶",),
}
FAULTY = 0.004
STAGES = (
    (3, "学龄前儿童"),
    (6, "学前教育"),
    (12, "小学"),
    (13, "七年级"),
    (14, "八年级"),
    (15, "九年级"),
    (16, "普通高中一年级"),
    (17, "普通高中二年级"),
    (18, "普通高中三年级"),
)


def household_table(rng: Rng, people: pl.DataFrame, year: int, as_of: date) -> pl.DataFrame:
    """One line a household for income year `year`, with last year's parts beside them as `…0`."""
    heads = people.filter(pl.col("slot") == 1)
    n = heads.height
    sizes = people.group_by("h").len().sort("h")["len"].to_numpy()
    lifted = rng.random(n) < 0.34
    monitored = rng.random(n) < np.where(lifted, 0.13, 0.05)
    kind = np.where(monitored, np.where(rng.random(n) < 0.35, KINDS[2], np.where(lifted, KINDS[0], KINDS[1])), "")
    gone = monitored & (rng.random(n) < 0.3)
    scale = np.where(lifted, 17500, 21500) * sizes * rng.lognormal(0, 0.26, n)
    parts = _parts(rng, scale)
    growth = np.where(rng.random(n) < 0.04, rng.normal(0.75, 0.12, n), rng.normal(1.09, 0.05, n)).clip(0.4, 1.6)
    back = rng.integers(1, 40, n)
    identified = np.where(monitored, _months(as_of, back + 7 * gone), "")
    removed = np.where(gone, _months(as_of, np.maximum(back // 2, 1)), "")
    frame = pl.DataFrame(
        {
            "h": np.arange(n),
            "household_type": np.where(lifted, "脱贫户", "一般农户"),
            "monitored_kind": kind,
            "persons": sizes,
            "identified": identified,
            "risk_gone": np.where(monitored, np.where(gone, "是", "否"), ""),
            "eliminated_month": removed,
            "elimination_way": np.where(gone, np.where(rng.random(n) < 0.9, "帮扶消除", "自然消除"), ""),
            "risk1": np.where(monitored, _pick(rng, RISKS, n), ""),
            "risk2": np.where(monitored & (rng.random(n) < 0.2), _pick(rng, RISKS, n), ""),
            "unsafe_house": np.where(rng.random(n) < 0.006, "是", "否"),
            "safe_water": np.where(rng.random(n) < 0.004, "否", "是"),
            "no_labour_backed": np.where(monitored & (rng.random(n) < 0.08), "是", "否"),
            "claims": _blank(rng, np.where(rng.random(n) < 0.3, rng.choice([600.0, 2000.0, 3500.0], n), 0.0)),
            "self_paid": _blank(rng, np.where(rng.random(n) < 0.3, (rng.gamma(1.2, 3500, n)).round(0), 0.0)),
            **{name: _blank(rng, values.round(0), 0.002) for name, values in parts.items()},
            **{f"{name}0": _blank(rng, (values / growth).round(0), 0.002) for name, values in parts.items()},
            **{
                m: np.where(monitored & (rng.random(n) < 0.28), _pick(rng, entries, n), "")
                for m, entries in MEASURES.items()
            },
            "is_new": rng.random(n) < 0.012,
            "odd_window": rng.random(n) < FAULTY,
        }
    )
    return heads.select(
        "h", "town", "village", "code", pl.col("name").alias("head_name"), pl.col("id_no").alias("head_id")
    ).join(frame, on="h", how="left")


def _parts(rng: Rng, scale: Any) -> dict[str, Any]:
    n = len(scale)
    business = scale * rng.beta(1.2, 4, n)
    return {
        "wage_income": scale * rng.beta(6, 3, n),
        "business_income": np.where(rng.random(n) < 0.15, 0.0, business),
        "property_income": np.where(rng.random(n) < 0.5, 0.0, rng.choice([300.0, 600.0, 1200.0, 2000.0], n)),
        "transfer_income": rng.gamma(2, 1100, n),
        "business_cost": business * rng.beta(2, 5, n),
    }


def _pick(rng: Rng, choices: tuple[str, ...], n: int) -> Any:
    return np.array(choices)[rng.integers(0, len(choices), n)]


def _blank(rng: Rng, values: Any, share: float = 0.02) -> Any:
    return np.where(rng.random(len(values)) < share, np.nan, values)


def _months(as_of: date, back: Any) -> Any:
    number = as_of.year * 12 + as_of.month - 1 - back
    return np.char.add((number // 12).astype(str), np.char.zfill((number % 12 + 1).astype(str), 2))


def person_table(rng: Rng, people: pl.DataFrame, households: pl.DataFrame) -> pl.DataFrame:
    """Persons with everything the export says of them; a few cells contradict each other on purpose."""
    n = people.height
    age = people["age"].to_numpy()
    status = _school_status(rng, age)
    adult, old = age >= 16, age >= 60
    health, disabled = _health(rng, old)
    in_school = status != ""
    skill = np.where(
        old,
        np.where(rng.random(n) < 0.5, "弱劳动力或半劳动力", "丧失劳动力"),
        np.where(rng.random(n) < 0.14, "技能劳动力", "普通劳动力"),
    )
    skill = np.where(~adult | in_school, "无劳动力", np.where(health == "患有大病", "弱劳动力或半劳动力", skill))
    works = adult & ~in_school & ~old & (rng.random(n) < 0.84)
    months = np.where(works, rng.integers(3, 13, n).astype(str), np.where(adult & ~in_school & ~old, "0", ""))
    poor = (
        people.join(households.select("h", "household_type"), on="h", how="left")["household_type"].to_numpy()
        == "脱贫户"
    )
    return people.with_columns(
        pl.Series(
            "education", np.where(in_school, "", np.where(old, "小学", np.where(rng.random(n) < 0.6, "初中", "高中")))
        ),
        pl.Series("school_status", status),
        pl.Series("health", health),
        pl.Series(
            "disability_category", np.where(disabled, _pick(rng, ("肢体", "视力", "听力", "精神", "智力"), n), "")
        ),
        pl.Series("skill", skill),
        pl.Series("work_months", months),
        pl.Series(
            "wage",
            np.where(
                works & (rng.random(n) < 0.95),
                rng.choice([1800, 2200, 2600, 3200, 3800, 4500, 5500], n).astype(str),
                "",
            ),
        ),
        pl.Series("post", np.where(works & (rng.random(n) < 0.02), "护林员", "")),
        *_insurance(rng, works),
        pl.Series("allowance", np.where(rng.random(n) < np.where(poor, 0.16, 0.04), "农村低保", "未享受")),
        pl.Series("destitute", np.where(old & (rng.random(n) < 0.03), "农村特困", "不享受")),
        pl.Series(
            "phone",
            np.where(adult & (rng.random(n) < 0.5), np.char.add("199", np.char.zfill(np.arange(n).astype(str), 8)), ""),
        ),
        pl.Series("written_id", _written_ids(rng, people)),
    )


def _insurance(rng: Rng, works: Any) -> list[pl.Series]:
    """Nearly everybody is insured, some workers by their employer."""
    n = len(works)
    insured = rng.random(n) < 0.996
    employee = works & (rng.random(n) < 0.08)
    aid = insured & (rng.random(n) < 0.02)
    return [
        pl.Series("resident_insured", np.where(insured & ~employee, "是", "否")),
        pl.Series("employee_insured", np.where(employee, "是", "否")),
        pl.Series("medical_aid", np.where(aid, "是", "否")),
    ]


def _health(rng: Rng, old: Any) -> tuple[Any, Any]:
    """Health as the register writes it, and who is disabled."""
    n = len(old)
    health = np.where(rng.random(n) < np.where(old, 0.30, 0.06), "长期慢性病", "健康")
    health = np.where(rng.random(n) < 0.022, "患有大病", health)
    disabled = rng.random(n) < 0.022
    health = np.where(disabled, "残疾", health)
    return health, disabled


def _school_status(rng: Rng, age: Any) -> Any:
    """Before school, primary, junior, senior by age; some young adults study."""
    n = len(age)
    status = np.full(n, "", dtype="U10")
    for limit, name in reversed(STAGES):
        status = np.where(age < limit, name, status)
    status = np.where((age >= 18) & (age < 22) & (rng.random(n) < 0.35), "本科二年级", status)
    return status


def _written_ids(rng: Rng, people: pl.DataFrame) -> list[str]:
    """The register's own numbers: mostly right, some blank, a few with a wrong digit, some kept on two lists."""
    numbers = np.array(people["id_no"].to_list())
    n = len(numbers)
    chance = rng.random(n)
    wrong = np.char.add(
        np.array([x[:10] for x in numbers]), np.array([str((int(x[10]) + 1) % 10) + x[11:] for x in numbers])
    )
    numbers = np.where(chance < FAULTY, wrong, numbers)
    numbers = np.where((chance >= FAULTY) & (chance < 2 * FAULTY), "", numbers)
    shared = (chance >= 2 * FAULTY) & (chance < 2.5 * FAULTY)
    listed: list[str] = np.where(shared, numbers[rng.integers(0, n, n)], numbers).tolist()
    return listed


def windows(year: int) -> tuple[str, str]:
    """The income window of a year as the export writes it."""
    window = income_window(year)
    return window.start.isoformat(), window.end.isoformat()
