"""Signals become clues: one open clue a household, with all its evidence; set by set, never household by household.

Only signals of class risk. A signal whose like people have judged (same rule, same person) comes back only when its value
got worse, or a new year of its kind or a new event began; the day a screening speaks about alone brings nothing back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from shouwang.accounts.bulk import insert_rows, take_ids
from shouwang.cases.models import Clue, Evidence
from shouwang.exchange.models import Row
from shouwang.exchange.queries import Written, written
from shouwang.kernel.areas import COUNTY_DIGITS
from shouwang.kernel.dates import school_year
from shouwang.kernel.identity import masked
from shouwang.kernel.money import yuan_text
from shouwang.policy.book import Book
from shouwang.regions.queries import children, everyday

LOWER = "lower"
OUTSIDE_CLUE = ("id", "area_code", "title", "state", "source", "received_on", "recorded_at", "late", "result", "reason", "manner", "visitors",
                "referred_to", "version")  # fmt: skip
OUTSIDE_EVIDENCE = ("clue_id", "area_code", "subject", "source", "rule", "risk_type", "row_id", "period", "value", "sentence", "citation", "late",
                    "received_on", "recorded_at")  # fmt: skip
CANDIDATES = """
CREATE TEMP TABLE fresh ON COMMIT DROP AS
WITH open_signals AS (
    SELECT s.*, w.kind AS window_kind, w.is_lower,
        CASE WHEN s.value ~ '^-?[0-9]+([.][0-9]+)?$' THEN round(s.value::numeric, 4) END AS number,
        f.last_event, f.received_on
    FROM screening_signal s
    JOIN unnest(%(rules)s::text[], %(windows)s::text[], %(lower)s::bool[]) AS w(rule, kind, is_lower) ON w.rule = s.rule
    LEFT JOIN LATERAL (
        SELECT max(x.event_date) AS last_event, max((b.received_at AT TIME ZONE 'Asia/Shanghai')::date) AS received_on
        FROM exchange_fact x JOIN exchange_batch b ON b.id = x.batch_id
        WHERE x.row_id = ANY (s.facts) AND x.household_id = s.household_id) f ON true
    WHERE s.closed_run IS NULL AND s.signal_class = 'risk'),
dated AS (
    SELECT o.*, CASE o.window_kind
        WHEN 'calendar_year' THEN 'C' || extract(year FROM coalesce(o.last_event, o.event_date, %(as_of)s))::int
        WHEN 'school_year' THEN 'S' || %(school_year)s
        WHEN 'income_year' THEN 'I' || %(income_year)s
        ELSE coalesce('E' || coalesce(o.event_date, o.last_event), '') END AS period
    FROM open_signals o)
SELECT d.id AS signal_id, d.area_code, d.household_id, d.person_id, d.subject, d.rule, d.risk_type, d.number, d.sentence, d.citation,
    d.event_date, d.late, d.period, least(coalesce(d.received_on, %(today)s), %(today)s) AS received_on
FROM dated d
WHERE NOT EXISTS (
    SELECT 1 FROM cases_evidence e
    WHERE e.household_id = d.household_id AND e.rule = d.rule AND e.person_id IS NOT DISTINCT FROM d.person_id AND e.period = d.period
    AND (d.number IS NULL OR e.value IS NULL OR CASE WHEN d.is_lower THEN e.value <= d.number ELSE e.value >= d.number END))
"""
# A household without an open clue gets one, unless a case that is not decided yet will take the evidence.
NEW_CLUES = """
INSERT INTO cases_clue (area_code, household_id, title, state, source, received_on, recorded_at, late, result, reason, manner, visitors, referred_to, version)
SELECT f.area_code, f.household_id, '', 'new', 'department', min(f.received_on), %(at)s, bool_or(f.late), '', '', '', '', '', 1 FROM fresh f
WHERE NOT EXISTS (SELECT 1 FROM cases_clue c WHERE c.household_id = f.household_id AND c.state IN ('new', 'dispatched'))
AND NOT EXISTS (SELECT 1 FROM cases_case k WHERE k.household_id = f.household_id AND k.state = ANY (%(undecided)s) AND k.clue_id IS NOT NULL)
GROUP BY f.area_code, f.household_id
"""
ADD_EVIDENCE = """
WITH home AS (
    SELECT DISTINCT ON (household_id) household_id, clue_id FROM (
        SELECT household_id, id AS clue_id, 0 AS rank FROM cases_clue WHERE state IN ('new', 'dispatched') AND household_id IS NOT NULL
        UNION ALL SELECT household_id, clue_id, 1 FROM cases_case WHERE state = ANY (%(undecided)s) AND clue_id IS NOT NULL) x
    ORDER BY household_id, rank)
INSERT INTO cases_evidence (clue_id, area_code, household_id, person_id, subject, source, rule, risk_type, signal_id, period, value, event_date, sentence,
    citation, late, received_on, recorded_at)
SELECT h.clue_id, f.area_code, f.household_id, f.person_id, f.subject, 'department', f.rule, f.risk_type, f.signal_id, f.period, f.number, f.event_date,
    f.sentence, f.citation, f.late, f.received_on, %(at)s
FROM fresh f JOIN home h USING (household_id) ORDER BY f.area_code, f.household_id, f.rule, f.signal_id
"""
EARLIEST = """
UPDATE cases_clue c SET received_on = e.first, late = c.late OR e.late FROM (
    SELECT clue_id, min(received_on) AS first, bool_or(late) AS late FROM cases_evidence WHERE recorded_at = %(at)s GROUP BY clue_id) e
WHERE c.id = e.clue_id AND c.state IN ('new', 'dispatched') AND (c.received_on > e.first OR (e.late AND NOT c.late))
"""
NEW_OUTSIDE = """
SELECT o.row_id, o.subject, o.rule, o.value, b.file_name || ' 第' || r.row || '行', (b.received_at AT TIME ZONE 'Asia/Shanghai')::date
FROM screening_outside_row o JOIN exchange_row r ON r.id = o.row_id JOIN exchange_batch b ON b.id = r.batch_id
WHERE NOT EXISTS (SELECT 1 FROM cases_evidence e WHERE e.row_id = o.row_id AND e.rule = o.rule) ORDER BY o.row_id, o.rule
"""


@dataclass(frozen=True)
class Screened:
    """The screening that is taken up: its area, the day it spoke about, its income year."""

    area: str
    as_of: date
    income_year: int


def fuse(found: Screened, book: Book, undecided: list[str], today: date, at: datetime) -> dict[str, int]:
    """Take up what the last screening found. Idempotent: a second call finds nothing new. Gives clues and evidence made."""
    risk = [card for card in book.rules.values() if card.signal_class == "risk"]
    params = {
        "rules": [c.code for c in risk], "windows": [c.window for c in risk], "lower": [c.worse == LOWER for c in risk], "today": today, "at": at,
        "undecided": undecided, "as_of": found.as_of, "income_year": str(found.income_year),
        "school_year": str(school_year(found.as_of)),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS fresh")
        cursor.execute(CANDIDATES, params)
        cursor.execute(NEW_CLUES, params)
        clues = cursor.rowcount
        cursor.execute(ADD_EVIDENCE, params)
        evidence = cursor.rowcount
        cursor.execute(EARLIEST, params)
        cursor.execute("DROP TABLE fresh")
    return {"clues": clues, "evidence": evidence, "outside": _outside(found.area, book, today, at)}


def _outside(area: str, book: Book, today: date, at: datetime) -> int:
    """库外农户: rows of nobody in the register become clues of the township that the row names, else of the county."""
    with connection.cursor() as cursor:
        cursor.execute(NEW_OUTSIDE)
        rows = cursor.fetchall()
    towns = sorted(((everyday(t.name), t.code) for t in children(area[:COUNTY_DIGITS])), key=lambda t: -len(t[0]))
    by_row: dict[int, list[tuple[Any, ...]]] = {}
    for row in rows:
        by_row.setdefault(row[0], []).append(row)
    ids = take_ids(Clue, len(by_row))
    clues, evidence = [], []
    said = {row.pk: written(row) for row in Row.objects.filter(pk__in=list(by_row))}
    for clue_id, (row_id, lines) in zip(ids, by_row.items(), strict=True):
        place = said[row_id].place + said[row_id].raw
        code = next((code for name, code in towns if name in place), area[:COUNTY_DIGITS])
        received = min(lines[0][5], today)
        clues.append(
            (clue_id, code, f"{said[row_id].name}（库外）", "new", "outside", received, at, False, *[""] * 5, 1)
        )
        for _, subject, rule, value, source, _ in lines:
            sentence = _sentence(book, rule, value, said[row_id])
            evidence.append(
                (
                    clue_id,
                    code,
                    subject,
                    "outside",
                    rule,
                    "",
                    row_id,
                    "",
                    None,
                    sentence,
                    f"来源：{source}",
                    False,
                    received,
                    at,
                )
            )
    insert_rows(Clue, OUTSIDE_CLUE, clues)
    insert_rows(Evidence, OUTSIDE_EVIDENCE, evidence)
    return len(clues)


def _sentence(book: Book, rule: str, value: str | None, said: Written) -> str:
    """What happened to whom, and where the sheet says they live; the number masked."""
    card = book.rules.get(rule)
    title = card.title if card else rule
    amount = f" {yuan_text(int(value))} 元" if value and value.lstrip("-").isdigit() else ""
    return f"{title}{amount}：证件 {masked(said.number) if said.number else '无'}，{said.place or '表中没有写地址'}"
