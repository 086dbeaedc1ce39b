"""Everything of a run that is written for people: check sheets, rows to confirm, the summary page."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from shouwang.reports.checklist.workbooks import write_checklists
from shouwang.reports.confirm_list import write_confirm_list
from shouwang.reports.summary.page import write_summary
from shouwang.screening.county import CountyRun


def write_for_people(run: CountyRun, folder: Path, summary: Mapping[str, Any]) -> None:
    """Write the check sheets per township, the list of rows to confirm, and 摘要.html from the run's summary."""
    households = write_checklists(run, folder)
    write_confirm_list(run, folder)
    write_summary(run, folder, summary, households)
