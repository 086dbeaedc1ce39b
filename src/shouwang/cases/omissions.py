"""应纳未纳疑点 and 程序疑点: lists for people to look through; each says what was found and proves nothing by itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from shouwang.cases.limits import PUBLICITY, add_days, limit, number, words
from shouwang.registry.queries import my_range

HELPED = "helped"
LISTS = {
    "helped": "已救助未研判农户", "unchecked": "超过时限没有核查的线索", "quiet": "发现率异常低的村", "refused": "不予纳入后又有新信号",
    "publicity": "公示不满规定天数", "order": "先后颠倒的步骤", "two_places": "同一人同一天在两处", "pasted": "多户同一段文字", "clustered": "考核前集中消除",
    "photos": "公示没有首尾照片",
}  # fmt: skip
# Helped and never judged: the signal R20 is open, and nobody has recorded a reasoned non-inclusion or taken the household in since.
SQL = {
    "helped": """
        SELECT s.household_id, s.area_code, s.sentence FROM screening_signal s WHERE s.rule = 'R20' AND s.closed_run IS NULL
        AND s.area_code >= %(lo)s AND s.area_code < %(hi)s
        AND NOT EXISTS (SELECT 1 FROM cases_case c WHERE c.household_id = s.household_id AND (c.state NOT IN ('ended', 'eliminated')))
        AND NOT EXISTS (SELECT 1 FROM cases_clue k WHERE k.household_id = s.household_id AND k.result IN ('no_risk', 'untrue')
            AND k.checked_on >= coalesce(s.event_date, k.checked_on))""",
    "unchecked": """
        SELECT household_id, area_code, '收到于 ' || received_on || '，核查时限 ' || coalesce(due_on::text, '未定') FROM cases_clue
        WHERE state IN ('new', 'dispatched') AND area_code >= %(lo)s AND area_code < %(hi)s
        AND (due_on < %(today)s OR (due_on IS NULL AND received_on < %(today)s::date - %(check_days)s))""",
    "refused": """
        SELECT c.household_id, c.area_code, '不予纳入于 ' || c.state_since || '，' || s.opened_on || ' 又有：' || s.sentence FROM cases_case c
        JOIN screening_signal s ON s.household_id = c.household_id AND s.closed_run IS NULL AND s.signal_class = 'risk' AND s.opened_on > c.state_since
        WHERE c.state = 'not_included' AND c.area_code >= %(lo)s AND c.area_code < %(hi)s""",
    "order": """
        SELECT s.household_id, s.area_code, s.action || ' ' || s.happened_on || '：' || coalesce(s.data->>'order_reason', '') FROM cases_step s
        WHERE s.area_code >= %(lo)s AND s.area_code < %(hi)s AND (s.data ? 'order_reason' OR EXISTS (
            SELECT 1 FROM cases_step b WHERE b.case_id = s.case_id AND b.id < s.id AND b.action <> 'open' AND b.happened_on > s.happened_on))""",
    "two_places": """
        WITH seen AS (
            SELECT area_code, household_id, unnest(people) AS who, happened_on AS day FROM cases_step WHERE action IN ('visit', 'e_visit', 'review', 'e_review')
            UNION ALL SELECT area_code, household_id, unnest(string_to_array(visitors, '、')), visited_on FROM cases_round_line WHERE visited_on IS NOT NULL)
        SELECT a.household_id, a.area_code, a.who || ' ' || a.day || ' 同时在别的乡镇的 ' || count(DISTINCT b.area_code) || ' 个村' FROM seen a
        JOIN seen b ON b.who = a.who AND b.day = a.day AND left(b.area_code, 9) <> left(a.area_code, 9)
        WHERE a.who <> '' AND a.area_code >= %(lo)s AND a.area_code < %(hi)s GROUP BY a.household_id, a.area_code, a.who, a.day""",
    "pasted": """
        WITH texts AS (
            SELECT household_id, area_code, reason AS text FROM cases_clue WHERE length(reason) >= %(letters)s
            UNION ALL SELECT household_id, area_code, reason FROM cases_round_line WHERE length(reason) >= %(letters)s)
        SELECT household_id, area_code, '与另外 ' || n - 1 || ' 户相同：' || left(text, 40) FROM (
            SELECT *, count(*) OVER (PARTITION BY text) AS n FROM texts WHERE area_code >= %(lo)s AND area_code < %(hi)s) t WHERE n >= %(pasted)s""",
    "clustered": """
        SELECT household_id, area_code, '消除于 ' || eliminated_on || '，距考核日 ' || %(assessment)s::date - eliminated_on || ' 天' FROM cases_case
        WHERE eliminated_on > %(assessment)s::date - %(cluster)s AND eliminated_on <= %(assessment)s::date AND area_code >= %(lo)s AND area_code < %(hi)s
        AND (SELECT count(*) FROM cases_case x WHERE x.eliminated_on > %(assessment)s::date - 366 AND x.eliminated_on <= %(assessment)s::date
             AND x.area_code >= %(lo)s AND x.area_code < %(hi)s) * %(cluster_share)s <
            100 * (SELECT count(*) FROM cases_case x WHERE x.eliminated_on > %(assessment)s::date - %(cluster)s
             AND x.eliminated_on <= %(assessment)s::date AND x.area_code >= %(lo)s AND x.area_code < %(hi)s)""",
    "photos": """
        SELECT c.household_id, c.area_code, '公示 ' || c.publicity_from || ' 起，照片 ' || count(p.id) || ' 张' FROM cases_case c
        LEFT JOIN cases_paper p ON p.case_id = c.id AND p.kind IN ('first_day', 'last_day')
        WHERE c.publicity_until IS NOT NULL AND c.state NOT IN ('in_publicity', 'e_publicity') AND c.area_code >= %(lo)s AND c.area_code < %(hi)s
        GROUP BY c.id HAVING count(DISTINCT p.kind) < 2""",
}  # fmt: skip
PUBLICITIES = """
SELECT p.household_id, p.area_code, p.happened_on, e.happened_on FROM cases_step p JOIN LATERAL (
    SELECT happened_on FROM cases_step x WHERE x.case_id = p.case_id AND x.id > p.id
    AND x.action IN ('end_publicity', 'e_end_publicity') ORDER BY x.id LIMIT 1) e
    ON true
WHERE p.action IN ('publish', 'e_publish') AND p.area_code >= %(lo)s AND p.area_code < %(hi)s
"""
QUIET = """
WITH seen AS (SELECT area_code, count(*) AS n, count(clue_id) AS found FROM cases_round_line WHERE visited_on IS NOT NULL GROUP BY area_code),
total AS (SELECT sum(n) AS n, sum(found) AS found FROM seen)
SELECT seen.area_code, seen.n, seen.found, total.found, total.n FROM seen, total
WHERE seen.found = 0 AND seen.n * total.found >= %(quiet)s * total.n AND seen.area_code >= %(lo)s AND seen.area_code < %(hi)s
"""
AT_MOST = 500


@dataclass(frozen=True)
class Doubt:
    """One line: the household (None: a whole village), its area, what was found."""

    household_id: int | None
    area: str
    what: str


def doubts(key: str, area: str, today: date) -> list[Doubt]:
    """One list, at most 500 lines. A list whose figure is not set is empty."""
    lo, hi = my_range(area)
    county = (area or lo)[:6]
    month, day = (int(p) for p in (words(county, "assessment_day", today) or "12-31").split("-"))
    passed = (
        date(today.year, month, day) if (today.month, today.day) >= (month, day) else date(today.year - 1, month, day)
    )
    params: dict[str, Any] = {
        "lo": lo, "hi": hi, "today": today, "check_days": number(county, "clue_check_days", today) or 0, "assessment": passed,
        "cluster": number(county, "cluster_days", today) or 0, "cluster_share": number(county, "cluster_share_pct", today),
        "quiet": number(county, "quiet_findings", today), "pasted": number(county, "pasted_households", today),
        "letters": number(county, "pasted_letters", today),
    }  # fmt: skip
    with connection.cursor() as cursor:
        if key == "quiet":
            cursor.execute(QUIET, params)
            return [
                Doubt(
                    None,
                    code,
                    f"排查 {n} 户没有发现风险；按全区 {total}/{all_n} 的发现率应有 {n * total // all_n} 户以上",
                )
                for code, n, _, total, all_n in cursor.fetchall()
            ]
        if key == "publicity":
            cursor.execute(PUBLICITIES, params)
            return _short(cursor.fetchall())[:AT_MOST]
        cursor.execute(SQL[key] + f" LIMIT {AT_MOST}", params)
        return [Doubt(*row) for row in cursor.fetchall()]


def _short(rows: list[tuple[int, str, date, date]]) -> list[Doubt]:
    """Publicities shorter than the figure in force for their area and day says now."""
    found = []
    for home, code, start, end in rows:
        rule = limit(code, PUBLICITY, start)
        if rule.days is not None and end < add_days(start, rule.days, rule.counting):
            found.append(Doubt(home, code, f"{start} 至 {end}，不满 {rule.days} 天"))
    return found
