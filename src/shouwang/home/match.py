"""Any sheet with names or numbers, matched against the register: it comes back with the household beside each row."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import polars as pl
from django.db import connection
from django.http import HttpResponse
from django.shortcuts import render

from shouwang.accounts.pages import page
from shouwang.documents import unmasked
from shouwang.engine.tables.registry import RegistryTables
from shouwang.exchange.people import persons_to_link
from shouwang.exchange.upload_stream import taken
from shouwang.intake.reading import read_raw
from shouwang.kernel.errors import UserError
from shouwang.regions.divisions import county
from shouwang.registry.incoming import KIND_KEYS, STATUS_TITLES
from shouwang.reports.matched_sheet import match_grid, write_matched

HOMES = """SELECT h.id, h.number, bool_or(s.kind = 'lifted_out'), max(s.kind) FILTER (WHERE s.kind = ANY(%s)) FROM registry_household h
LEFT JOIN registry_status_spell s ON s.household_id = h.id AND s.until IS NULL AND s.retracted_at IS NULL GROUP BY h.id, h.number"""


def register_to_match() -> RegistryTables:
    """The register of the open territory, as the matching of foreign sheets reads it."""
    with connection.cursor() as cursor:
        cursor.execute(HOMES, [list(KIND_KEYS.values())])
        rows = [
            (n, number, "脱贫户" if lifted else "", STATUS_TITLES.get(kind or "", ""), kind is not None, False)
            for n, number, lifted, kind in cursor.fetchall()
        ]
    schema = {"hid": pl.Int64, "household_no": pl.String, "household_type": pl.String, "monitored_kind": pl.String,
              "in_monitoring": pl.Boolean, "eliminated": pl.Boolean}  # fmt: skip
    homes = pl.DataFrame(rows, schema=schema, orient="row")
    persons = persons_to_link().join(homes.select("hid", "household_no"), on="hid", how="left")
    return RegistryTables(homes, persons, 0)


@page("match", methods=("GET", "POST"))
def match_sheet(request: Any) -> HttpResponse:
    """Upload and get it back. Nothing of the sheet is kept."""
    if request.method == "GET":
        return render(request, "home/match.html", {})
    reason = unmasked.allow("matched", request.holder, request.POST.get("reason", ""))
    file = request.FILES.get("files")
    with taken(file, "一个表格") as sent, tempfile.TemporaryDirectory(prefix="shouwang-") as scratch:
        path = Path(scratch) / (Path(file.name or "").name or "sheet.xlsx")
        path.write_bytes(sent)
        data, suffix, counts = _matched(path, request.holder.area_code)
    unmasked.leaves("matched", request.holder, reason, sum(counts.values()))
    response = HttpResponse(data, content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="matched{suffix}"'
    return response


def _matched(path: Path, area: str) -> tuple[bytes, str, dict[str, Any]]:
    answer, grids = read_raw([path], {})[0]
    if answer.is_refused:
        raise UserError(answer.refusal, answer.remedy, where=path.name)
    place = county(area[:6])
    prefixes = [place.province, place.city, place.name] if place else []
    tables = register_to_match()
    sheets = [match_grid(grid, tables, prefixes) for grid in grids]
    if not any(sheets):
        raise UserError("没有找到姓名或证件号码的列", "表头写明“姓名”或“身份证号”", where=path.name)
    suffix = ".xlsx" if path.suffix.lower() == ".xls" else path.suffix
    target = path.with_name(f"matched{suffix}")
    write_matched(path, target, sheets, grids)
    counts: dict[str, int] = {}
    for sheet in sheets:
        for key, count in (sheet.counts if sheet else {}).items():
            counts[key] = counts.get(key, 0) + count
    return target.read_bytes(), suffix, counts
