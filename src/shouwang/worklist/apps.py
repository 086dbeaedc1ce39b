"""Django's name for this app."""

from __future__ import annotations

from django.apps import AppConfig


class WorklistConfig(AppConfig):
    """Label `worklist`."""

    name = "shouwang.worklist"
    label = "worklist"
