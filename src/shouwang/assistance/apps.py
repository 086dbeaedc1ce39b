"""Django's name for this app; its guards become known to the procedure."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class AssistanceConfig(AppConfig):
    """Label `assistance`."""

    name = "shouwang.assistance"
    label = "assistance"

    def ready(self) -> None:
        import_module("shouwang.assistance.guards")
