"""Mistakes that a user can mend, told apart from bugs.

A `UserError` says what happened, with which value, and what to do next. Commands print it and end with
exit code 2; anything else that is raised is a defect of the program.
"""

from __future__ import annotations

from datetime import date


class UserError(Exception):
    """The input cannot be used as it is; `remedy` tells the user what would change that."""

    def __init__(self, what: str, remedy: str = "", *, where: str = "") -> None:
        self.what = what
        self.remedy = remedy
        self.where = where
        super().__init__(self.text)

    @property
    def text(self) -> str:
        """The whole message on one line: place, fact, remedy."""
        place = f"{self.where}：" if self.where else ""
        remedy = f" 处理办法：{self.remedy}" if self.remedy else ""
        return f"{place}{self.what}{remedy}"


SHORTEST_REASON = 4


def given_reason(text: str, what: str) -> str:
    """A reason that somebody wrote, trimmed. Raises UserError when it says next to nothing."""
    reason = text.strip()
    if len(reason) < SHORTEST_REASON:
        raise UserError(f"{what}要写明理由", f"理由至少 {SHORTEST_REASON} 个字")
    return reason


def given_day(
    on: date, today: date, what: str, remedy: str, *, since: date | None = None, since_what: str = ""
) -> None:
    """A day that somebody wrote lies between the first possible one and today. Raises UserError naming it."""
    if on > today:
        raise UserError(f"{what} {on} 在今天之后", remedy)
    if since is not None and on < since:
        raise UserError(f"{what} {on} 在{since_what}（{since}）之前", remedy)


class FileRefused(UserError):
    """One file cannot be read; the others still can (exit code 1)."""
