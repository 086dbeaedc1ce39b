"""Towns as points on a small picture: where the households to check are. No boundaries, marked 示意."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

WIDTH, HEIGHT, MARGIN = 720, 440, 56
SMALLEST, LARGEST = 6.0, 30.0
LABEL_GAP = 14


@dataclass(frozen=True)
class Dot:
    """A town on the picture: place, radius, number, and whether its label goes below."""

    name: str
    x: float
    y: float
    radius: float
    count: int
    label_y: float


def dots(points: pl.DataFrame, counts: dict[str, int]) -> tuple[list[Dot], list[str]]:
    """Dots for the towns that have a point, largest first so that small ones stay visible; names of those without."""
    rows = [(name, lon, lat) for name, lon, lat in points.select("name", "lon", "lat").iter_rows() if name in counts]
    without = sorted(set(counts) - {name for name, _, _ in rows})
    if not rows:
        return [], without
    place = _projection([(lon, lat) for _, lon, lat in rows])
    most = max(counts.values()) or 1
    found: list[Dot] = []
    for name, lon, lat in rows:
        x, y = place(lon, lat)
        radius = SMALLEST + (LARGEST - SMALLEST) * math.sqrt(counts[name] / most)
        found.append(Dot(name, round(x, 1), round(y, 1), round(radius, 1), counts[name], round(y + radius + LABEL_GAP, 1)))
    return sorted(found, key=lambda d: (-d.radius, d.name)), without


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
