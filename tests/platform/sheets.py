"""Small sheets as offices send them, made from persons of the sample register."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl

from shouwang.config.start import part
from tests.platform.fixtures import COUNTY

MED = ("姓名", "身份证号", "乡镇", "行政村", "结算日期", "个人自付(元)")


def people(count: int, skip: int = 0) -> list[dict[str, Any]]:
    """Persons with valid numbers: pid, hid, name, number, town, village."""
    territory, registry, fields = part("accounts.territory"), part("registry.models"), part("accounts.secret_fields")
    with territory.territory(territory.system_scope(COUNTY)):
        found = list(registry.Person.objects.filter(identity_kind="valid").order_by("pk")[skip : skip + count])
        homes = {h.pk: h for h in registry.Household.objects.filter(pk__in=[p.household_id for p in found])}
        return [
            {"pid": p.pk, "hid": p.household_id, "name": p.name, "number": fields.show("registry_person", "identity", p.pk, p.identity),
             "town": homes[p.household_id].town, "village": homes[p.household_id].village, "area": p.area_code}
            for p in found
        ]  # fmt: skip


def write_xlsx(path: Path, rows: Sequence[Sequence[Any]], titles: Sequence[str] = ()) -> Path:
    """A workbook with title rows above the header."""
    book = openpyxl.Workbook()
    page = book.active
    for title in titles:
        page.append([title])
    for row in rows:
        page.append(list(row))
        for cell in page[page.max_row]:
            if isinstance(cell.value, str):
                cell.data_type = "s"  # text stays text, also where it begins with =
    book.save(path)
    return path


def med_row(person: dict[str, Any], amount: Any, day: str = "2025-06-01", **changes: Any) -> list[Any]:
    """One bill of a person."""
    said = {**person, **changes}
    return [said["name"], said["number"], said["town"], said["village"], day, amount]
