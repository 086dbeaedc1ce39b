"""R07: a person without basic medical insurance, by the register."""

from __future__ import annotations

import narwhals as nw

from shouwang.engine.answers import Answer
from shouwang.engine.figures_in_force import Figures
from shouwang.engine.frames import Tables


def assess(t: Tables, f: Figures) -> Answer:
    """Either scheme yes: clear. Both no: hit. Anything else is not known."""
    resident, employee = nw.col("resident_insured"), nw.col("employee_insured")
    insured = resident.fill_null(False) | employee.fill_null(False)
    return Answer(
        over=t.persons.filter(~insured),
        hit=~resident & ~employee,
        otherwise={"missing_value": resident.is_null() | employee.is_null()},
        per_person=True,
    )
