"""Django's name for this app, and its second module of models."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """Label `cases`."""

    name = "shouwang.cases"
    label = "cases"

    def import_models(self) -> None:
        super().import_models()
        import_module("shouwang.cases.field_models")
