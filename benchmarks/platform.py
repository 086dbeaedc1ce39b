"""The platform at a hundred thousand households: ratios to hand-written or stock baselines in the same run.

    python -m benchmarks.platform PACK [--site FOLDER]

PACK is an invented county (shouwang synthetic). The site is built through the product's own path and kept.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import json
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

THREADS, REQUESTS = 20, 400
POOL = concurrent.futures.ThreadPoolExecutor(THREADS)  # the same threads, and so connections, throughout


def seconds(work: Callable[[], Any]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def percentile(times: list[float], share: float) -> float:
    return sorted(times)[int(len(times) * share)]


def load(name: str, ask: Callable[[int], Any]) -> float:
    """p95 in milliseconds of REQUESTS calls by THREADS users at once."""
    times: list[float] = []

    def one(n: int) -> None:
        times.append(seconds(lambda: ask(n)))

    list(POOL.map(one, range(THREADS)))  # warm
    times.clear()
    list(POOL.map(one, range(REQUESTS)))
    print(
        f"  {name}: p50 {statistics.median(times) * 1000:.0f} ms, p95 {percentile(times, 0.95) * 1000:.0f} ms",
        flush=True,
    )
    return percentile(times, 0.95)


def build(pack: Path, county: str, as_of: str) -> None:
    for words in (
        ["init", "--county", county, "--no-admin", "--provinces", county[:2]],
        ["demo", str(pack), "--county", county, "--as-of", as_of],
    ):
        subprocess.run([sys.executable, "-m", "shouwang.cli.main", *words], check=True, stdout=subprocess.DEVNULL)


def search_and_list(part: Callable[[str], Any], county: str) -> None:
    """Lists and search under row-level security beside the stock admin's query shape on the same tables."""
    territory, queries, registry = part("accounts.territory"), part("registry.queries"), part("registry.models")
    from django.db import connection  # noqa: PLC0415

    scope = territory.system_scope(county)
    with territory.territory(scope):
        names = list(registry.Household.objects.order_by("?").values_list("head_name", flat=True)[:REQUESTS])
        codes = list(registry.Household.objects.order_by("area_code").values_list("area_code", flat=True).distinct())
        print(f"  {registry.Household.objects.count():,} households, {registry.Person.objects.count():,} persons")
    rng = random.Random(7)
    villages = [rng.choice(codes) for _ in range(REQUESTS)]

    def ours_search(n: int) -> None:
        with territory.territory(scope):
            queries.search(names[n % len(names)])

    def admin_search(n: int) -> None:  # what search_fields = [name, number] asks, with the page's count
        with territory.territory(scope):
            found = registry.Person.objects.filter(
                name__icontains=names[n % len(names)]
            ) | registry.Person.objects.filter(number__icontains=names[n % len(names)])
            found.count()
            list(found.order_by("-pk")[:100])

    def ours_list(n: int) -> None:
        with territory.territory(scope):
            queries.households_page(villages[n % len(villages)], "", {})

    def admin_list(n: int) -> None:  # what the changelist asks: count, count of all, one page by offset
        with territory.territory(scope):
            found = registry.Household.objects.filter(area_code__startswith=villages[n % len(villages)])
            found.count()
            registry.Household.objects.count()
            list(found.order_by("-pk")[0:100])

    def closing(ask: Callable[[int], None]) -> Callable[[int], None]:
        def asked(n: int) -> None:
            ask(n)

        return asked

    print("search by name, 20 at once")
    a, b = load("token table", closing(ours_search)), load("as the admin asks", closing(admin_search))
    print(f"  p95 ratio admin / ours: {b / a:.1f}")
    print("one village's list, 20 at once")
    a, b = load("by key", closing(ours_list)), load("as the admin asks", closing(admin_list))
    print(f"  p95 ratio admin / ours: {b / a:.1f}", flush=True)
    connection.close()


def touched(part: Callable[[str], Any], county: str) -> None:
    """Screening the households of a batch of 10,000 rows beside a whole screening."""
    territory, running, runs = part("accounts.territory"), part("screening.running"), part("screening.models").Run
    facts = part("exchange.models").Fact
    with territory.territory(territory.system_scope(county)):
        run = runs.objects.filter(state="done", manner="full").order_by("-pk").first()
        hids = list(facts.objects.order_by("?").values_list("household_id", flat=True)[:10_000])
    some = sorted(set(hids))
    times: dict[str, list[float]] = {"all": [], "some": []}
    for _ in range(3):
        for name, wanted in (("some", some), ("all", None)):
            with territory.territory(territory.system_scope(county)):
                start = time.perf_counter()
                found = running.find(county, run.as_of, run.known_at, wanted)
                times[name].append(time.perf_counter() - start)
    total = found.known.registry.households.height
    ratio = min(times["some"]) / min(times["all"])
    print(
        f"screening {len(some):,} touched of {total:,} households: {min(times['some']):.2f} s / {min(times['all']):.2f} s = {ratio:.1%}",
        flush=True,
    )


def on_site(folder: str, role: str, work: Callable[[Callable[[str], Any], str], None]) -> None:
    """Build the site of a pack once, keep it, and work on it: `work(part, county)`. Arguments: PACK [--site FOLDER] [--as-of DAY]."""
    parser = argparse.ArgumentParser()
    parser.add_argument("pack", type=Path)
    parser.add_argument("--site", type=Path, default=Path("bench-data") / folder)
    parser.add_argument("--as-of", default="2025-11-15")
    chosen = parser.parse_args()
    county = json.loads((chosen.pack / "pack.json").read_text(encoding="utf-8"))["county"]
    os.environ |= {"SHOUWANG_DATA": str(chosen.site / "data"), "SHOUWANG_KEYS": str(chosen.site / "keys")}
    from shouwang.config.place import place_from_environment  # noqa: PLC0415
    from shouwang.config.start import part, site  # noqa: PLC0415

    if not (chosen.site / "built").exists():
        place_from_environment().create()
        print("building the site …", flush=True)
        print(f"  {seconds(lambda: build(chosen.pack, county, chosen.as_of)):.0f} s for everything", flush=True)
        (chosen.site / "built").touch()
    with site(role):
        work(part, county)


def main(part: Callable[[str], Any], county: str) -> None:
    search_and_list(part, county)
    touched(part, county)


if __name__ == "__main__":
    on_site("site", "web", main)
