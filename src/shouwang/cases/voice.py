"""The voice note of a report: a small sound file, kept encrypted for the township."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from shouwang.accounts.models import Assignment
from shouwang.accounts.territory import system_scope, territory
from shouwang.cases.models import Report
from shouwang.documents.actions import keep
from shouwang.exchange.upload_stream import taken
from shouwang.kernel.errors import UserError

SOUNDS = (".m4a", ".mp3", ".amr", ".aac", ".ogg", ".wav", ".webm", ".3gp")


def keep_voice(report_id: int, town: str, file: Any, at: datetime) -> None:
    """Keep the sound beside its report; something that is no sound is left out, the report stands."""
    try:
        with taken(file, "录音") as data:
            if not str(file.name).lower().endswith(SOUNDS):
                return
            by = Assignment(area_code=town, role="township", user_id=0)
            with territory(system_scope(town)):
                document = keep("attachment", "自主申报录音", str(file.name)[-40:], data, by, at)
                Report.objects.filter(pk=report_id).update(voice_document=document.pk)
    except UserError:
        return
