"""Divisions are dated: a renamed place is found by its old name, a merged one takes everything with it."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

from tests.platform.fixtures import COUNTY, command, signed_in


def test_the_list_reaches_the_villages_and_names_its_ended_codes(models: Any) -> None:
    divisions = models("regions.models").Division.objects
    assert divisions.filter(level=5, until__isnull=True).count() > 10_000
    assert divisions.filter(code=COUNTY).get().name == "饶河县"
    assert divisions.filter(until__isnull=False).count() > 0
    assert models("regions.models").FormerName.objects.count() > 0


def test_a_rename_keeps_the_old_name_findable(models: Any) -> None:
    command("divisions", "rename", "230524203", "新名乡", "--on", "2026-01-01")
    assert models("regions.models").Division.objects.get(code="230524203").name == "新名乡"
    assert models("regions.models").FormerName.objects.get(code="230524203", until="2026-01-01").name
    wrong = command("divisions", "rename", "999999", "x", "--on", "2026-01-01", check=False)
    assert wrong.returncode == 2
    assert "没有代码为 999999 的现行区划" in wrong.stderr


def test_a_merge_rekeys_everything_and_ends_the_old_code(inside: Any, models: Any) -> None:
    registry = models("registry.models")
    with inside(COUNTY):
        old, new = sorted({c[:9] for c in registry.Household.objects.values_list("area_code", flat=True)})[-2:]
        homes = list(registry.Household.objects.filter(area_code__startswith=old).values_list("pk", flat=True))
        persons = registry.Person.objects.filter(household_id__in=homes).count()
        before = registry.Household.objects.count()
    assert homes
    command("divisions", "merge", old, new, "--on", "2026-02-01")
    ended = models("regions.models").Division.objects.get(code=old)
    assert (str(ended.until), ended.successor) == ("2026-02-01", new)
    with inside(COUNTY):
        assert registry.Household.objects.count() == before
        assert registry.Household.objects.filter(area_code__startswith=old).count() == 0
        assert registry.Household.objects.filter(pk__in=homes, area_code__startswith=new).count() == len(homes)
        assert registry.Person.objects.filter(household_id__in=homes, area_code__startswith=new).count() == persons
        assert models("screening.models").Signal.objects.filter(area_code__startswith=old).count() == 0
    assert signed_in("county").get(f"/map/?area={new}").status_code == 200


def test_init_refuses_a_county_that_is_not_there() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "shouwang.cli.main", "init", "--county", "999999"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "没有代码为 999999 的县" in done.stderr
