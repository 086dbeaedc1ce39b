"""Every signal names the rows it stands on: linked department rows of its household, else the register's own."""

from __future__ import annotations

from pathlib import Path

from tests.conftest import SAMPLES
from tests.scoring import lines

REGISTRY = "01_全国防返贫监测信息系统导出.xlsx"
COMPARING_YEARS = ("R03", "R04")


def test_every_signal_has_rows_and_every_row_belongs_to_its_household(raohe: Path) -> None:
    signals = {_key(r) for r in lines(raohe / "signals.csv")}
    evidence = lines(raohe / "evidence.csv")
    assert {_key(r) for r in evidence} == signals
    linked = {
        (r["file"], r["sheet"], r["row"]): r["household_no"]
        for r in lines(SAMPLES / "raohe-small" / "truth" / "links.csv")
        if r["status"] == "linked"
    }
    department = [r for r in evidence if r["file"] != REGISTRY]
    assert department
    assert all(linked[r["file"], r["sheet"], r["row"]] == r["household_no"] for r in department)


def test_a_rule_that_compares_years_shows_the_rows_of_both(raohe: Path) -> None:
    rows: dict[tuple[str, ...], set[str]] = {}
    for r in lines(raohe / "evidence.csv"):
        if r["rule"] in COMPARING_YEARS:
            rows.setdefault(_key(r), set()).add(r["sheet"])
    assert {key[0] for key in rows} == set(COMPARING_YEARS)
    assert set(map(frozenset, rows.values())) == {frozenset({"户信息2024", "户信息2025"})}


def _key(row: dict[str, str]) -> tuple[str, ...]:
    return row["rule"], row["household_no"], row["person_no"]
