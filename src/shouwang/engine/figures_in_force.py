"""The figures a rule sees: the values in force for one area, day and income year."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from shouwang.kernel.dates import Window, within_days
from shouwang.policy.book import Book
from shouwang.policy.figures import Applied, Kind


@dataclass
class Figures:
    """Look-ups are remembered, so that a run can show every figure it applied."""

    book: Book
    area: str
    as_of: date
    income_year: int
    looked_up: dict[str, Applied] = field(default_factory=dict)

    def applied(self, name: str) -> Applied:
        """The figure with its value and reason."""
        if name not in self.looked_up:
            self.looked_up[name] = self.book.applied(
                name, area=self.area, as_of=self.as_of, income_year=self.income_year
            )
        return self.looked_up[name]

    def is_set(self, name: str) -> bool:
        """Whether any value applies here and now."""
        return self.applied(name).value is not None

    def number(self, name: str) -> int:
        """The value as a whole number: fen, days, years or percent. Raises LookupError when it is not set."""
        value = self.applied(name).value
        if value is None:
            raise LookupError(name)
        return int(value)

    def text(self, name: str) -> str:
        """The value as text (a month and day). Raises LookupError when it is not set."""
        value = self.applied(name).value
        if value is None:
            raise LookupError(name)
        return str(value)

    def is_floor(self, name: str) -> bool:
        """Whether only a lower bound is known."""
        chosen = self.applied(name).chosen
        return chosen is not None and chosen.kind is Kind.FLOOR

    def within(self, name: str) -> Window:
        """The window of the last so many days, both ends included."""
        return within_days(self.as_of, self.number(name))
