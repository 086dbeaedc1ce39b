"""Stores what a screening found: a signal is opened once, kept while it is found, closed when it no longer is."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import polars as pl
from django.db import connection

from shouwang.accounts.bulk import incoming
from shouwang.screening.models import NotAssessed, Run, Signal

COLUMNS = ("household_id", "person_id", "subject", "rule", "signal_class", "risk_type", "value", "threshold", "event_date", "sentence",
           "citation", "facts", "late")  # fmt: skip
SAME = "s.household_id = i.household_id AND s.person_id IS NOT DISTINCT FROM i.person_id AND s.rule = i.rule"


def store_signals(run: Run, signals: pl.DataFrame, late: pl.DataFrame, hids: Sequence[int] | None) -> dict[str, int]:
    """Open, keep, close. A late signal is opened with its mark and stays until somebody deals with it."""
    lines = [*_lines(signals, late=False), *_lines(late, late=True)]
    of_these = "" if hids is None else "AND s.household_id = ANY(%(hids)s)"
    params: dict[str, Any] = {"run": run.pk, "day": run.as_of, "hids": list(hids or ())}
    with incoming(Signal, COLUMNS, lines) as name, connection.cursor() as cursor:
        cursor.execute(
            f"""UPDATE screening_signal s SET closed_run = %(run)s, closed_on = %(day)s WHERE s.closed_run IS NULL AND NOT s.late {of_these}
            AND NOT EXISTS (SELECT 1 FROM {name} i WHERE {SAME})""",
            params,
        )
        closed = cursor.rowcount
        cursor.execute(
            f"""UPDATE screening_signal s SET value = i.value, threshold = i.threshold, event_date = i.event_date, sentence = i.sentence,
            citation = i.citation, facts = i.facts FROM {name} i WHERE s.closed_run IS NULL AND {SAME}
            AND (s.value, s.threshold, s.event_date, s.sentence, s.facts) IS DISTINCT FROM (i.value, i.threshold, i.event_date, i.sentence, i.facts)"""
        )
        changed = cursor.rowcount
        cursor.execute(
            f"""INSERT INTO screening_signal (area_code, {", ".join(COLUMNS)}, opened_run, opened_on)
            SELECT h.area_code, {", ".join("i." + c for c in COLUMNS)}, %(run)s, %(day)s FROM {name} i JOIN registry_household h ON h.id = i.household_id
            WHERE NOT EXISTS (SELECT 1 FROM screening_signal s WHERE s.closed_run IS NULL AND {SAME})""",
            params,
        )
        opened = cursor.rowcount
    return {"found": len(lines), "opened": opened, "changed": changed, "closed": closed, "late": late.height}


def _lines(signals: pl.DataFrame, late: bool) -> list[tuple[Any, ...]]:
    columns = (
        "hid",
        "pid",
        "subject",
        "rule",
        "class",
        "risk_type",
        "value",
        "threshold",
        "event_date",
        "sentence",
        "citation",
        "rows",
    )
    return [(*line[:-1], line[-1] or [], late) for line in signals.select(columns).iter_rows()]


def store_not_assessed(run: Run, found: pl.DataFrame, hids: Sequence[int] | None) -> None:
    """Per household the rules that could say nothing, and why."""
    lines = [
        (hid, run.pk, json.dumps(dict(zip(rules, reasons, strict=True))))
        for hid, rules, reasons in found.group_by("hid", maintain_order=True).agg("rule", "reason").iter_rows()
    ]
    with incoming(NotAssessed, ("household_id", "run_id", "reasons"), lines) as name, connection.cursor() as cursor:
        if hids is None:
            cursor.execute("DELETE FROM screening_not_assessed")
        else:
            cursor.execute("DELETE FROM screening_not_assessed WHERE household_id = ANY(%s)", [list(hids)])
        cursor.execute(
            f"""INSERT INTO screening_not_assessed (area_code, household_id, run_id, reasons)
            SELECT h.area_code, i.household_id, i.run_id, i.reasons FROM {name} i JOIN registry_household h ON h.id = i.household_id"""
        )


def store_outside(run: Run, outside: pl.DataFrame) -> None:
    """Rows of households that nobody watches yet."""
    rows = outside.select("rid", "rule", "value").iter_rows()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM screening_outside_row")
        cursor.executemany(
            """INSERT INTO screening_outside_row (area_code, run_id, row_id, subject, rule, value)
            SELECT area_code, %s, id, subject, %s, %s FROM exchange_row WHERE id = %s""",
            [(run.pk, rule, None if value is None else str(value), rid) for rid, rule, value in rows],
        )


def store_counts(run: Run, hids: Sequence[int] | None) -> None:
    """Open signals by village and rule; after a small run only for the villages it touched."""
    where, params = "", []
    if hids is not None:
        where, params = "AND area_code IN (SELECT area_code FROM registry_household WHERE id = ANY(%s))", [list(hids)]
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM screening_area_count WHERE true {where}", params)
        cursor.execute(
            f"""INSERT INTO screening_area_count (area_code, rule, signals, households, as_of)
            SELECT area_code, rule, count(*), count(DISTINCT household_id), %s FROM screening_signal WHERE closed_run IS NULL {where}
            GROUP BY area_code, rule""",
            [run.as_of, *params],
        )


def recount() -> None:
    """All counts anew, after areas changed. As the owner."""
    last = Run.objects.filter(state="done").order_by("-pk").first()
    if last is not None:
        store_counts(last, None)
