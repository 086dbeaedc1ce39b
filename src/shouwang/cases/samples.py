"""Inspector's sample: a draw that its seed repeats, from the groups that inspections ask for; what changed after printing."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, datetime

from django.db import connection

from shouwang.accounts.audit.write import record
from shouwang.accounts.models import Assignment, History
from shouwang.cases.field_models import Sample
from shouwang.cases.models import Step
from shouwang.cases.words import KINDS
from shouwang.kernel.errors import UserError
from shouwang.registry.queries import my_range

GROUPS = {"monitored": "监测帮扶中", "eliminated": "风险已消除", "refused": "不予纳入", "priority": "未纳入的重点户"}
MOST, MOST_CHANGES = 30, 500
POOLS = {
    "monitored": "SELECT household_id FROM registry_status_spell WHERE kind = ANY (%(kinds)s) AND until IS NULL "
    "AND retracted_at IS NULL AND area_code >= %(lo)s AND area_code < %(hi)s",
    "eliminated": "SELECT household_id FROM registry_status_spell WHERE kind = ANY (%(kinds)s) AND until IS NOT NULL "
    "AND retracted_at IS NULL AND area_code >= %(lo)s AND area_code < %(hi)s "
    "UNION SELECT household_id FROM registry_year_sheet WHERE person_id IS NULL AND retracted_at IS NULL AND data->>'risk_gone' = 'true' "
    "AND area_code >= %(lo)s AND area_code < %(hi)s",
    "refused": "SELECT household_id FROM cases_case WHERE state = 'not_included' AND area_code >= %(lo)s AND area_code < %(hi)s",
    "priority": "SELECT s.household_id FROM screening_signal s WHERE s.closed_run IS NULL AND s.signal_class = 'risk' AND s.area_code >= %(lo)s "
    "AND s.area_code < %(hi)s AND NOT EXISTS (SELECT 1 FROM registry_status_spell t WHERE t.household_id = s.household_id "
    "AND t.kind = ANY (%(kinds)s) AND t.retracted_at IS NULL)",
}  # fmt: skip
WATCHED = (
    "cases_case",
    "cases_clue",
    "cases_round_line",
    "assistance_plan",
    "assistance_measure",
    "assistance_responsible",
)


def draw(area: str, seed: str, wanted: Mapping[str, int], by: Assignment, at: datetime, today: date) -> Sample:
    """Draw so many households of each group. The same seed on the same register draws the same."""
    counts = {g: n for g, n in wanted.items() if g in GROUPS and n > 0}
    if not seed.strip():
        raise UserError("没有写抽样种子", "写任意数字或文字，如 20261124；同一种子抽出同样的户")
    if not counts or sum(counts.values()) > MOST:
        raise UserError(f"抽查 1 至 {MOST} 户，现在是 {sum(counts.values())} 户", "改各组的户数")
    lo, hi = my_range(area)
    drawn: list[dict[str, object]] = []
    taken: set[int] = set()
    with connection.cursor() as cursor:
        for group, count in counts.items():
            cursor.execute(
                f"SELECT DISTINCT household_id FROM ({POOLS[group]}) x", {"lo": lo, "hi": hi, "kinds": list(KINDS)}
            )
            pool = sorted(
                (row[0] for row in cursor.fetchall() if row[0] not in taken), key=lambda home: _lot(seed, home)
            )
            taken.update(pool[:count])
            drawn += [{"group": group, "household": home} for home in pool[:count]]
    made = Sample.objects.create(
        area_code=area or by.area_code,
        seed=seed.strip()[:40],
        drawn_on=today,
        wanted=dict(counts),
        households=drawn,
        drawn_by=by.user_id,
        drawn_at=at,
    )
    record("sample", "sample", made.pk, role=by.role, rows=len(drawn), area=made.area_code)
    return made


def _lot(seed: str, household_id: int) -> str:
    return hashlib.sha256(f"{seed.strip()}:{household_id}".encode()).hexdigest()


def edited_after(sample: Sample) -> list[tuple[int, str, datetime]]:
    """What was changed or added about the drawn households after the files were printed: household, what, when."""
    if sample.printed_at is None:
        return []
    homes = [int(h["household"]) for h in sample.households]
    found = [
        (s.household_id, f"补记步骤 {s.action}（纸面 {s.happened_on}）", s.recorded_at)
        for s in Step.objects.filter(household_id__in=homes, recorded_at__gt=sample.printed_at)
    ]
    changes = History.objects.filter(table__in=WATCHED, at__gt=sample.printed_at, before__household_id__in=homes)
    found += [
        (int(entry.before["household_id"]), f"改动 {entry.table}", entry.at)
        for entry in changes.order_by("pk")[:MOST_CHANGES]
    ]
    return sorted(found, key=lambda f: f[2])
