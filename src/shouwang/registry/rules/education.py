"""Q17–Q25: schooling as the register has it."""

from __future__ import annotations

import narwhals as nw

from shouwang.engine.figures_in_force import Figures

JUNIOR = ("七年级", "八年级", "九年级")
SENIOR = "^(普通高中|中职)[一二三]年级$"
COLLEGE = "^(高职高专|本科)"
MASTER = "硕士研究生及以上"
BEFORE_SCHOOL = ("学龄前儿童", "学前教育")


def person_checks(f: Figures) -> dict[str, nw.Expr]:
    """By person row; without a birth date there is no age and no finding."""
    age, status, education = nw.col("age"), nw.col("school_status"), nw.col("education")
    reason = nw.col("out_of_school_reason")

    def outside(low: str, high: str) -> nw.Expr:
        return (age < f.number(low)) | (age > f.number(high))

    too_young = (status.str.contains(COLLEGE) & (age < f.number("college_age_min"))) | (
        (status == MASTER) & (age < f.number("master_age_min"))
    )
    of_age = (age >= f.number("absent_age_min")) & (age <= f.number("absent_age_max"))
    return {
        "Q17": ~education.is_null() & ~status.is_null(),
        "Q18": education.is_null() & status.is_null(),
        "Q19": (status == "小学") & outside("primary_age_min", "primary_age_max"),
        "Q20": status.is_in(JUNIOR) & outside("junior_age_min", "junior_age_max"),
        "Q21": status.str.contains(SENIOR) & outside("senior_age_min", "senior_age_max"),
        "Q22": too_young,
        "Q23": (age >= f.number("preschool_age_end")) & status.is_in(BEFORE_SCHOOL),
        "Q24": of_age & status.is_null() & reason.is_null(),
        "Q25": reason.is_in(("因病", "因残")) & (nw.col("health") == ",健康,"),
    }


def household_checks(f: Figures) -> dict[str, nw.Expr]:
    """None here."""
    return {}
