"""The period a rule looked at, in words, for the sentence that people read."""

from __future__ import annotations

from datetime import date

from shouwang.engine.figures_in_force import Figures
from shouwang.kernel.dates import Window, income_window, school_year
from shouwang.policy.rules import RuleCard


def window_of(card: RuleCard, figures: Figures) -> Window | None:
    """The card's period on the day spoken about; None for rules that look at the register as it stands."""
    day = figures.as_of
    if not card.window:
        return None
    if card.window == "income_year":
        return income_window(figures.income_year)
    if card.window == "school_year":
        return Window(date(school_year(day), 9, 1), day)
    if card.window == "calendar_year":
        grace = "med_grace_until" in card.uses and f"{day:%m-%d}" <= figures.text("med_grace_until")
        return Window(date(day.year - grace, 1, 1), day)
    return figures.within(card.window)


def window_text(card: RuleCard, figures: Figures) -> str:
    """`期间：2025-08-17至2025-11-15；`, or nothing."""
    window = window_of(card, figures)
    return f"期间：{window.start}至{window.end}；" if window else ""
