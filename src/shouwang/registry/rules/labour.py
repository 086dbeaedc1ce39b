"""Q15, Q16, Q26–Q31, Q52, Q53: health, labour and work of persons."""

from __future__ import annotations

import narwhals as nw

from shouwang.engine.figures_in_force import Figures
from shouwang.engine.frames import holds
from shouwang.engine.tables.words import ABLE, NO_LABOUR, WEAK


def person_checks(f: Figures) -> dict[str, nw.Expr]:
    """By person row; without a birth date there is no age and no finding."""
    age, skill = nw.col("age"), nw.col("skill")
    able = skill.is_in(ABLE)
    too_young = age < f.number("labour_age_min")
    disabled = holds("health", "残疾")
    category = ~nw.col("disability_category").is_null()
    working_age = ~too_young & (age < f.number("labour_age_end"))
    return {
        "Q15": disabled & ~category,
        "Q16": category & ~disabled,
        "Q26": too_young & (skill != "无劳动力"),
        "Q27": (age >= f.number("labour_age_end")) & able,
        "Q28": working_age
        & (nw.col("health") == ",健康,")
        & nw.col("school_status").is_null()
        & (skill.is_in(NO_LABOUR) | (skill == WEAK)),
        "Q29": holds("health", "患有大病") & able,
        "Q30": ~nw.col("school_status").is_null() & able,
        "Q52": too_young & (nw.col("work_months") > 0),
        "Q53": ~nw.col("post").is_null() & (too_young | (age >= f.number("post_age_end"))),
    }


def household_checks(f: Figures) -> dict[str, nw.Expr]:
    """By household."""
    nobody_able = (nw.col("members") > 0) & (nw.col("without_labour") == nw.col("members"))
    return {"Q31": nobody_able & (nw.col("on_allowance") == 0) & (nw.col("on_destitute") == 0)}
