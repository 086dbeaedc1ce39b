"""一户一档: a household's papers in one zip in the order of the archive; a sample's files with prefilled visit sheets."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import date

from shouwang.assistance.papers import FORMS as HELP_FORMS
from shouwang.cases.entry_paper import entry_sheet
from shouwang.cases.models import Case
from shouwang.cases.papers import FORMS, visit_sheet
from shouwang.cases.queries import latest_case_of
from shouwang.cases.words import RISKS
from shouwang.documents.printed import Printed, to_docx
from shouwang.registry.models import Household

ORDER = (
    "application",
    "visit",
    "comparison",
    "record",
    "refusal",
    "entry",
    "plan",
    "visits",
    "sheet8",
    "sheet9",
    "sheet10",
)
FIXED = (1980, 1, 1, 0, 0, 0)
ALL_FORMS = {**FORMS, "entry": ("录入对照单", entry_sheet), **HELP_FORMS}


def papers_of(case: Case, home: Household, today: date) -> Iterator[tuple[str, Printed]]:
    """The papers that a case has reached, numbered in archive order."""
    wanted = [k for k in ORDER if k in _reached(case)]
    for n, key in enumerate(wanted, start=1):
        title, make = ALL_FORMS[key]
        yield f"{n:02d}_{title}.docx", make(case, home, today)


def _reached(case: Case) -> set[str]:
    found = {"application", "visit", "record"}
    if case.comparison_sent_on:
        found.add("comparison")
    if case.state == "not_included":
        found.add("refusal")
    if case.decided_on:
        found |= {"entry", "plan", "visits"}
    if case.elimination:
        found |= {"sheet8", "sheet9", "sheet10"}
    return found


def household_file(home: Household, today: date) -> list[tuple[str, bytes]]:
    """The files of one household; without a case the prefilled visit sheet alone."""
    case = latest_case_of(home.pk)
    if case is None:
        case = Case(
            area_code=home.area_code,
            household_id=home.pk,
            state="opened",
            clock_start=today,
            risks=list(RISKS[:0]),
            persons=home.persons,
        )
        return [("01_入户核查表.docx", to_docx(visit_sheet(case, home, today)))]
    return [(name, to_docx(content)) for name, content in papers_of(case, home, today)]


def sample_zip(homes: list[tuple[str, Household]], today: date) -> bytes:
    """All drawn households: 档案/ with a folder each, and 入户核查表/ with one prefilled sheet each."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for n, (group, home) in enumerate(homes, start=1):
            folder = f"档案/{n:02d}_{group}_{home.number}"
            for name, data in household_file(home, today):
                archive.writestr(zipfile.ZipInfo(f"{folder}/{name}", FIXED), data, zipfile.ZIP_DEFLATED)
            case = latest_case_of(home.pk) or Case(
                area_code=home.area_code,
                household_id=home.pk,
                state="opened",
                clock_start=today,
                risks=[],
                persons=home.persons,
            )
            sheet = to_docx(visit_sheet(case, home, today))
            archive.writestr(
                zipfile.ZipInfo(f"入户核查表/{n:02d}_{home.number}.docx", FIXED), sheet, zipfile.ZIP_DEFLATED
            )
    return out.getvalue()
