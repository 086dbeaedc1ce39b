"""What a command says: progress and problems to the terminal's error stream, results to its output."""

from __future__ import annotations

import json
from typing import Any

import click

from shouwang.kernel.errors import UserError

DONE, DONE_BUT_FILE_REFUSED, UNUSABLE = 0, 1, 2


def _plain(text: str) -> str:
    """Text from files must not steer the terminal: control characters are shown as a mark."""
    return "".join(c if c.isprintable() or c == "\n" else "\ufffd" for c in text)


def step(text: str) -> None:
    """One line of progress."""
    click.echo(f"… {_plain(text)}", err=True)


def warn(text: str) -> None:
    """Something the user should know; work goes on."""
    click.secho(f"！ {_plain(text)}", err=True, fg="yellow")


def problem(error: UserError) -> None:
    """A mistake that the user can mend."""
    click.secho(f"✗ {_plain(error.text)}", err=True, fg="red")


def say(text: str = "") -> None:
    """A result."""
    click.echo(_plain(text))


def say_json(value: Any) -> None:
    """A result for machines."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=1, default=str))
