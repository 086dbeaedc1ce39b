"""Compares a result folder with the truth of a sample pack: every line of every contract file."""

from __future__ import annotations

import csv
import json
from pathlib import Path

REGISTRY = "registry"
SIGNAL_FIELDS = ("class", "risk_type", "event_date")


def lines(path: Path) -> list[dict[str, str]]:
    """A csv as dictionaries."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def differences(out: Path, truth: Path) -> list[str]:
    """What differs, in words; empty when the run scores 1.0 on everything the truth covers."""
    return [
        *_links(out, truth),
        *_signals(out, truth),
        *_sets(out, truth, "not_assessed.csv", ("rule", "household_no", "reason")),
        *_sets(out, truth, "quality.csv", ("check", "household_no", "person_no")),
        *_unregistered(out, truth),
        *_accounting(out, truth),
    ]


def _links(out: Path, truth: Path) -> list[str]:
    mine = {(r["file"], r["sheet"], r["row"]): r for r in lines(out / "links.csv")}
    rejects = {(r["file"], r["sheet"], r["row"]): r["reason"] for r in lines(out / "rejects.csv")}
    found = []
    for t in lines(truth / "links.csv"):
        key = (t["file"], t["sheet"], t["row"])
        if t["status"] == "rejected" and rejects.get(key) != t["why"]:
            found.append(f"reject {key}: {t['why']} / {rejects.get(key)}")
        if t["kind"].startswith(REGISTRY):
            continue
        m = mine.pop(key, None)
        if m is None or (m["status"], m["person_no"], m["household_no"]) != (
            t["status"],
            t["person_no"],
            t["household_no"],
        ):
            found.append(f"link {key}: {t['status']} {t['person_no']} / {m}")
        elif set(filter(None, t["candidates"].split("|"))) != set(filter(None, m["candidates"].split("|"))):
            found.append(f"candidates {key}: {t['candidates']} / {m['candidates']}")
    return found + [f"link not in truth: {key}" for key in mine]


def _signals(out: Path, truth: Path) -> list[str]:
    def keyed(path: Path) -> dict[tuple[str, str, str], dict[str, str]]:
        return {(r["rule"], r["household_no"], r["person_no"]): r for r in lines(path)}

    mine, theirs = keyed(out / "signals.csv"), keyed(truth / "signals.csv")
    found = [f"signal {'missing' if k in theirs else 'extra'}: {k}" for k in sorted(set(mine) ^ set(theirs))]
    for key in sorted(set(mine) & set(theirs)):
        m, t = mine[key], theirs[key]
        if any(m[f] != t[f] for f in SIGNAL_FIELDS) or not _close(m["value"], t["value"]):
            found.append(f"signal {key}: {t} / {m}")
    return found


def _close(mine: str, theirs: str) -> bool:
    if not mine or not theirs:
        return mine == theirs
    return abs(float(mine) - float(theirs)) <= 0.01


def _sets(out: Path, truth: Path, name: str, fields: tuple[str, ...]) -> list[str]:
    mine = [tuple(r[f] for f in fields) for r in lines(out / name)]
    theirs = {tuple(r[f] for f in fields) for r in lines(truth / name)}
    repeated = [] if len(mine) == len(set(mine)) else [f"{name}: repeated lines"]
    return repeated + [f"{name} {'missing' if k in theirs else 'extra'}: {k}" for k in sorted(set(mine) ^ theirs)]


def _unregistered(out: Path, truth: Path) -> list[str]:
    def keyed(path: Path) -> dict[tuple[str, ...], str]:
        return {(r["file"], r["sheet"], r["row"], r["rule"]): r["value"] for r in lines(path)}

    mine, theirs = keyed(out / "unregistered.csv"), keyed(truth / "unregistered.csv")
    keys = sorted(set(mine) ^ set(theirs))
    return [f"unregistered: {k}" for k in keys] + [
        f"value {k}" for k in mine if k in theirs and not _close(mine[k], theirs[k])
    ]


def _accounting(out: Path, truth: Path) -> list[str]:
    mine = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    theirs = json.loads((truth / "truth.json").read_text(encoding="utf-8"))
    found = [] if mine["unlisted_files"] == theirs["unlisted_files"] else ["unlisted_files differ"]
    if mine["files"] != theirs["files"]:
        found.append("files differ")
    for entry in mine["files"]:
        ends = sum(entry[k] for k in ("linked", "to_confirm", "unmatched", "rejected"))
        if ends != entry["rows_in"]:
            found.append(f"rows lost: {entry}")
    return found
