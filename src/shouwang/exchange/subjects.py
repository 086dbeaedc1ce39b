"""Which subject a kind of file belongs to: what a department may deliver and see."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from shouwang.intake.feed import Feed, read_feed, read_feeds

HERE = Path(__file__).parent
REGISTRY, ROSTER = "registry", "registry_roster"
REGISTRY_PARTS = ("registry_household", "registry_person")
REGISTRY_KINDS = (REGISTRY, *REGISTRY_PARTS, ROSTER)
SUBJECT_OF_KIND = {
    "med_oop": "medical",
    "serious_illness": "health",
    "edu_roll": "education",
    "edu_fee": "education",
    "dibao": "civil_affairs",
    "temp_relief": "civil_affairs",
    "disability": "disability",
    "housing": "housing",
    "water": "water",
    "jobs": "employment",
    "disaster": "disaster",
    "deaths": "public_security",
    "vehicles": "assets",
    "business": "assets",
    "real_estate": "assets",
    "non_inclusion": "agriculture",
    "payments": "funds",
    **dict.fromkeys(REGISTRY_KINDS, REGISTRY),
}


@cache
def feeds() -> dict[str, Feed]:
    """All kinds of files, the roster without incomes among them."""
    roster = read_feed(HERE.parent / "registry" / "roster_feed.yaml")
    return {**read_feeds(HERE / "feeds"), roster.kind: roster}


def subject_of(kind: str) -> str:
    """The subject of a kind. Raises KeyError for a kind nobody placed."""
    return SUBJECT_OF_KIND[kind]


def feeds_for(subjects: tuple[str, ...]) -> dict[str, Feed]:
    """The kinds that a scope may deliver."""
    return {kind: feed for kind, feed in feeds().items() if subject_of(kind) in subjects}


def title_of(kind: str) -> str:
    """A kind's name for people."""
    if kind == REGISTRY:
        return "全国系统登记导出"
    return feeds()[kind].title if kind in feeds() else kind
