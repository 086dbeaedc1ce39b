"""The transition table, read from `procedure.yaml`: which action leads from where to where, by whom, with what."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

TABLE = Path(__file__).with_name("procedure.yaml")
IDENTIFY, HELP, ELIMINATE, END = "identify", "help", "eliminate", "end"


@dataclass(frozen=True)
class State:
    """A state of a case: its title, the part of the course it belongs to, and the right of whoever holds it."""

    key: str
    title: str
    chain: str
    holder: str


@dataclass(frozen=True)
class Action:
    """One line of the table. `people` and `clock` are names of figures; `to` blank: the state stays."""

    key: str
    title: str
    origins: tuple[str, ...]
    to: str
    otherwise: str
    right: str
    people: str
    signature: bool
    photo: bool
    paper: str
    clock: str
    batch: bool
    votes: bool
    reason: bool
    side: bool
    guards: tuple[str, ...]

    @property
    def decides(self) -> bool:
        """Whether the action has a yes and a no."""
        return bool(self.otherwise)

    def leads_to(self, state: str, agreed: bool) -> str:
        """The state after the action."""
        if not agreed:
            return self.otherwise
        return self.to or state


@dataclass(frozen=True)
class Procedure:
    """The whole table."""

    states: dict[str, State]
    actions: dict[str, Action]
    pauses: tuple[str, ...]
    course: dict[str, list[str]]

    def from_state(self, state: str) -> list[Action]:
        """The actions that a state allows, in the order of the table."""
        return [a for a in self.actions.values() if state in a.origins]

    def in_chain(self, *chains: str) -> list[str]:
        """The states of parts of the course."""
        return [s.key for s in self.states.values() if s.chain in chains]


@cache
def procedure() -> Procedure:
    """The table. Raises ValueError where it contradicts itself."""
    raw: dict[str, Any] = yaml.safe_load(TABLE.read_text(encoding="utf-8"))
    states = {k: State(k, s["title"], s["chain"], s["holder"]) for k, s in raw["states"].items()}
    actions = {k: _action(k, a) for k, a in raw["actions"].items()}
    for action in actions.values():
        unknown = {*action.origins, action.to, action.otherwise} - {*states, ""}
        if unknown:
            raise ValueError(f"{action.key}: unknown states {sorted(unknown)}")
    missing = {a for steps in raw["course"].values() for a in steps} - set(actions)
    if missing:
        raise ValueError(f"course: unknown actions {sorted(missing)}")
    return Procedure(states, actions, tuple(raw["pauses"]), raw["course"])


def _action(key: str, raw: dict[str, Any]) -> Action:
    return Action(
        key, raw["title"], tuple(raw["from"]), raw.get("to", ""), raw.get("else", ""), raw["right"], raw.get("people", ""),
        raw.get("signature", False), raw.get("photo", False), raw.get("paper", ""), raw.get("clock", ""), raw.get("batch", False),
        raw.get("votes", False), raw.get("reason", False), raw.get("side", False), tuple(raw.get("guards", ())),
    )  # fmt: skip


def title_of(state: str) -> str:
    """A state's name."""
    found = procedure().states.get(state)
    return found.title if found else state
