"""Q32, Q33: medical insurance of persons."""

from __future__ import annotations

import narwhals as nw

from shouwang.engine.figures_in_force import Figures


def person_checks(f: Figures) -> dict[str, nw.Expr]:
    """By person row."""
    resident, employee = nw.col("resident_insured"), nw.col("employee_insured")
    return {"Q32": resident & employee, "Q33": nw.col("medical_aid") & ~resident & ~employee}


def household_checks(f: Figures) -> dict[str, nw.Expr]:
    """None here."""
    return {}
