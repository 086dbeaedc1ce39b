"""Clues and cases at 20,000 clues: taking up signals, lists, dispatch, progress, clearing to zero — beside the stock way, in one run.

    python -m benchmarks.cases PACK [--site FOLDER]

PACK is an invented county of at least 20,000 households. The site is built through the product's own path and kept.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from benchmarks.platform import on_site

CLUES, BY_LOOP, REPEATS = 20_000, 300, 15
SIGNALS = """
INSERT INTO screening_signal (area_code, household_id, subject, rule, signal_class, risk_type, value, threshold, event_date, sentence, citation, late, facts,
    opened_run, opened_on)
SELECT h.area_code, h.id, 'medical', 'R05', 'risk', '因病', '31400', '26000', NULL, '年度个人自付医疗费31400元', '', false, '{}', %s, %s
FROM registry_household h WHERE NOT EXISTS (SELECT 1 FROM cases_clue c WHERE c.household_id = h.id)
AND NOT EXISTS (SELECT 1 FROM screening_signal s WHERE s.household_id = h.id AND s.closed_run IS NULL AND s.signal_class = 'risk') ORDER BY h.id LIMIT %s
"""


def median(work: Callable[[int], Any], repeats: int = REPEATS) -> float:
    """Milliseconds."""
    times = []
    for n in range(repeats):
        start = time.perf_counter()
        work(n)
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def told(what: str, ours: float, baseline: float, unit: str = "ms") -> None:
    print(f"  {what}: {ours:,.1f} {unit}, baseline {baseline:,.1f} {unit}, ratio {baseline / ours:.1f}", flush=True)


def fusing(part: Callable[[str], Any], county: str, today: date) -> None:
    """Signals into clues: one call for all, beside get-or-create signal by signal."""
    from django.db import connection  # noqa: PLC0415

    tasks, models, runs = part("cases.tasks"), part("cases.models"), part("screening.models").Run
    territory, now = part("accounts.territory"), part("config.clock").now()
    with territory.territory(territory.system_scope(county)):
        run = runs.objects.filter(state="done").order_by("-pk").first()
        have = models.Clue.objects.count()
        with connection.cursor() as cursor:
            cursor.execute(SIGNALS, [run.pk, run.as_of, max(CLUES - have, 0)])
            added = cursor.rowcount
    start = time.perf_counter()
    counts = tasks.take_up(run, today, now)
    ours = time.perf_counter() - start
    if not counts["clues"]:
        print("  fusing: done in an earlier run of this site")
        return
    assert counts["clues"] == added
    loop = loop_seconds(part, county, today, now)
    told(f"fusing {counts['clues']:,} clues, per 1,000", ours * 1000 / counts["clues"], loop * 1000 / BY_LOOP, "s")


def loop_seconds(part: Callable[[str], Any], county: str, today: date, now: Any) -> float:
    """The stock way for some households, undone afterwards."""
    from django.db import transaction  # noqa: PLC0415

    territory, models, homes = part("accounts.territory"), part("cases.models"), part("registry.models").Household
    with territory.territory(territory.system_scope(county)):
        some = list(homes.objects.order_by("-pk")[:BY_LOOP])
        start = time.perf_counter()
        for home in some:
            clue = models.Clue.objects.filter(
                household_id=home.pk, state__in=("new", "dispatched")
            ).first() or models.Clue.objects.create(
                area_code=home.area_code, household_id=home.pk, source="department", received_on=today, recorded_at=now
            )
            if not models.Evidence.objects.filter(household_id=home.pk, rule="R06", period="x").exists():
                models.Evidence.objects.create(area_code=home.area_code, clue_id=clue.pk, household_id=home.pk, subject="medical", source="department", rule="R06",
                                               period="x", sentence="x", received_on=today, recorded_at=now)  # fmt: skip
        seconds = time.perf_counter() - start
        transaction.set_rollback(True)
    return seconds


def pages(part: Callable[[str], Any], county: str, today: date) -> None:
    """Lists by key beside lists by offset with counts and one query a row; boards in SQL beside loops over objects."""
    territory, queries, models = part("accounts.territory"), part("cases.queries"), part("cases.models")
    clues, board, progress, homes = (
        part("cases.clues"),
        part("assistance.board"),
        part("cases.progress"),
        part("registry.models").Household,
    )
    scope = territory.system_scope(county)
    with territory.territory(scope):
        last = list(models.Clue.objects.order_by("-pk").values_list("pk", flat=True))
    print(f"  {len(last):,} clues", flush=True)

    def inside(work: Callable[[int], Any]) -> Callable[[int], Any]:
        def asked(n: int) -> None:
            with territory.territory(scope):
                work(n)

        return asked

    def by_offset(n: int) -> None:
        found = models.Clue.objects.filter(state="new").order_by("-pk")
        found.count()
        for clue in found[deep(n) : deep(n) + 50]:
            homes.objects.filter(pk=clue.household_id).first()
            models.Evidence.objects.filter(clue_id=clue.pk).first()

    def deep(n: int) -> int:
        return (n * 997) % max(len(last) - 100, 1)

    def volumes_by_loop(_: int) -> None:
        counts: dict[str, int] = {}
        for clue in models.Clue.objects.filter(state="new"):
            counts[clue.area_code] = counts.get(clue.area_code, 0) + 1

    def board_by_loop(_: int) -> None:
        red: dict[str, int] = {}
        for clue in models.Clue.objects.filter(state__in=("new", "dispatched")):
            red[clue.area_code] = red.get(clue.area_code, 0) + bool(clue.due_on and clue.due_on < today)

    def funnel_by_loop(_: int) -> None:
        states = [clue.state for clue in models.Clue.objects.all()]
        states.count("done")

    told(
        "a page of clues, anywhere",
        median(inside(lambda n: queries.clues_page("", "new", {"after": str(last[deep(n)])}))),
        median(inside(by_offset)),
    )
    told(
        "volume by village before dispatch",
        median(inside(lambda _: clues.volumes(county, county + ":"))),
        median(inside(volumes_by_loop)),
    )
    told(
        "clearing to zero, all villages",
        median(inside(lambda _: board.board("", today))),
        median(inside(board_by_loop), 5),
    )
    told(
        "funnel and holders",
        median(inside(lambda _: (progress.funnel(""), progress.holders("", today)))),
        median(inside(funnel_by_loop), 5),
    )
    steps = median(inside(lambda _: progress.days_by_step("", today - timedelta(days=400), today)))
    print(f"  days by step: {steps:.1f} ms", flush=True)


def main(part: Callable[[str], Any], county: str) -> None:
    today = part("config.clock").today()
    fusing(part, county, today)
    pages(part, county, today)


if __name__ == "__main__":
    on_site("cases-site", "worker", main)
