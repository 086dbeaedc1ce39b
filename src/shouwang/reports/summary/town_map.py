"""Towns as points on a small picture: where the households to check are. No boundaries, marked 示意."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

WIDTH, HEIGHT, MARGIN = 720, 440, 56
SMALLEST, LARGEST = 5.0, 22.0
LABEL_GAP, LABEL_HEIGHT, LETTER = 14, 15, 13


@dataclass(frozen=True)
class Dot:
    """A town on the picture: place, radius, number, and where its label stands (`anchor` as SVG has it)."""

    name: str
    x: float
    y: float
    radius: float
    count: int
    label_x: float
    label_y: float
    anchor: str


def dots(points: pl.DataFrame, counts: dict[str, int]) -> tuple[list[Dot], list[str]]:
    """Dots for the towns that have a point, largest first so that small ones stay visible; names of those without."""
    rows = [(name, lon, lat) for name, lon, lat in points.select("name", "lon", "lat").iter_rows() if name in counts]
    without = sorted(set(counts) - {name for name, _, _ in rows})
    if not rows:
        return [], without
    place = _projection([(lon, lat) for _, lon, lat in rows])
    most = max(counts.values()) or 1
    circles = []
    for name, lon, lat in rows:
        x, y = place(lon, lat)
        circles.append((name, x, y, SMALLEST + (LARGEST - SMALLEST) * math.sqrt(counts[name] / most)))
    circles.sort(key=lambda c: (-c[3], c[0]))
    taken = [(x - r, y - r, x + r, y + r) for _, x, y, r in circles]
    found: list[Dot] = []
    for name, x, y, radius in circles:
        label_x, label_y, anchor, box = _free_label(name, x, y, radius, taken)
        taken.append(box)
        found.append(
            Dot(
                name,
                round(x, 1),
                round(y, 1),
                round(radius, 1),
                counts[name],
                round(label_x, 1),
                round(label_y, 1),
                anchor,
            )
        )
    return found, without


Box = tuple[float, float, float, float]


def _free_label(name: str, x: float, y: float, radius: float, taken: list[Box]) -> tuple[float, float, str, Box]:
    """Below, right, left or above the dot: wherever it covers least of what is there already."""
    wide, gap = len(name) * LETTER, radius + 4
    choices = [
        (x, y + radius + LABEL_GAP, "middle", x - wide / 2),
        (x + gap, y + 4, "start", x + gap),
        (x - gap, y + 4, "end", x - gap - wide),
        (x, y - radius - 5, "middle", x - wide / 2),
    ]

    def covered(choice: tuple[float, float, str, float]) -> float:
        _, base, _, left = choice
        box = (left, base - LABEL_HEIGHT, left + wide, base + 2)
        inside = left >= 0 and left + wide <= WIDTH and base <= HEIGHT
        return sum(_overlap(box, other) for other in taken) + (0 if inside else wide * LABEL_HEIGHT)

    label_x, base, anchor, left = min(choices, key=covered)
    return label_x, base, anchor, (left, base - LABEL_HEIGHT, left + wide, base + 2)


def _overlap(one: Box, other: Box) -> float:
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    return max(wide, 0) * max(high, 0)


def _projection(places: list[tuple[float, float]]) -> Callable[[float, float], tuple[float, float]]:
    """Longitude and latitude to the picture, one scale both ways, the county in the middle."""
    west, east = min(p[0] for p in places), max(p[0] for p in places)
    south, north = min(p[1] for p in places), max(p[1] for p in places)
    squeeze = math.cos(math.radians((south + north) / 2))
    wide, high = max((east - west) * squeeze, 1e-6), max(north - south, 1e-6)
    scale = min((WIDTH - 2 * MARGIN) / wide, (HEIGHT - 2 * MARGIN) / high)

    def place(lon: float, lat: float) -> tuple[float, float]:
        x = WIDTH / 2 + ((lon - (west + east) / 2) * squeeze) * scale
        y = HEIGHT / 2 - (lat - (south + north) / 2) * scale
        return x, y

    return place
