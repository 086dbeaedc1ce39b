"""Q07–Q12: who belongs to the household and how."""

from __future__ import annotations

import narwhals as nw

from shouwang.engine.figures_in_force import Figures

MALE_ONLY = (
    "之子",
    "之女婿",
    "之孙子",
    "之外孙子",
    "之父",
    "之岳父",
    "之公公",
    "之祖父",
    "之外祖父",
    "之侄儿",
    "之叔伯",
    "之曾孙子",
)
FEMALE_ONLY = (
    "之女",
    "之儿媳",
    "之孙女",
    "之外孙女",
    "之母",
    "之岳母",
    "之婆婆",
    "之祖母",
    "之外祖母",
    "之兄弟媳妇",
    "之侄女",
    "之曾孙女",
)


def person_checks(f: Figures) -> dict[str, nw.Expr]:
    """By person row."""
    relation, sex = nw.col("relation"), nw.col("sex")
    contradicts = (relation.is_in(MALE_ONLY) & (sex == "女")) | (relation.is_in(FEMALE_ONLY) & (sex == "男"))
    return {"Q11": contradicts}


def household_checks(f: Figures) -> dict[str, nw.Expr]:
    """By household."""
    one_couple = (nw.col("heads") == 1) & (nw.col("spouses") == 1)
    return {
        "Q07": nw.col("heads") == 0,
        "Q08": nw.col("heads") > 1,
        "Q09": nw.col("spouses") > 1,
        "Q10": one_couple & (nw.col("head_sex") == nw.col("spouse_sex")),
        "Q12": nw.col("written_persons") != nw.col("members"),
    }
