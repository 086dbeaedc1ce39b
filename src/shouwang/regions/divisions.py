"""The divisions of the country: names by code, the villages of a county, and a point for each town."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import polars as pl

DATA = Path(__file__).parent / "data"
TOWN_LEVEL, VILLAGE_LEVEL = 4, 5
PLACEHOLDERS = ("市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划")


@cache
def divisions() -> pl.DataFrame:
    """code, level, name of every division (NBS, 31 October 2021)."""
    frame = pl.read_csv(DATA / "divisions_2021.csv.gz", infer_schema=False)
    return frame.select("code", pl.col("level").cast(pl.Int64), "name")


@dataclass(frozen=True)
class County:
    """A county with the names that stand above it."""

    code: str
    name: str
    city: str
    province: str


def county(code: str) -> County | None:
    """The county of a six-digit code, or None when the list does not have it."""
    names = dict(
        divisions().filter(pl.col("code").is_in([code[:2], code[:4], code[:6]])).select("code", "name").iter_rows()
    )
    if len(code) != 6 or code not in names:
        return None
    city = names.get(code[:4], "")
    return County(code, names[code], "" if city in PLACEHOLDERS else city, names.get(code[:2], ""))


def villages(county_code: str) -> pl.DataFrame:
    """town_code, town, code, village of a county; villages carry their everyday name (镇北村, not 镇北村委会)."""
    inside = divisions().filter(pl.col("code").str.starts_with(county_code))
    towns = inside.filter(pl.col("level") == TOWN_LEVEL).select(
        pl.col("code").alias("town_code"), pl.col("name").str.strip_suffix("办事处").alias("town")
    )
    return (
        inside.filter(pl.col("level") == VILLAGE_LEVEL)
        .with_columns(pl.col("code").str.slice(0, 9).alias("town_code"), _everyday(pl.col("name")).alias("village"))
        .join(towns, on="town_code", how="inner")
        .select("town_code", "town", "code", "village")
        .sort("code")
    )


def _everyday(name: pl.Expr) -> pl.Expr:
    village = name.str.replace(r"(村)?村委会$", "村").str.replace(r"村民委员会$", "村")
    return village.str.replace(r"(社区)?(居委会|居民委员会)$", "社区")


def town_points(county_code: str) -> pl.DataFrame:
    """name, lon, lat of the county's towns (GCJ-02, codes of 2016)."""
    points = pl.read_csv(DATA / "town_points_2016.csv.gz", schema_overrides={"code": pl.String})
    inside = points.filter(pl.col("code").str.starts_with(county_code))
    return inside.select(pl.col("name").str.strip_suffix("办事处"), "lon", "lat").unique("name").sort("name")
