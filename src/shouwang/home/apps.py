"""Django's name for this app; declared registers and indicators become known."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class HomeConfig(AppConfig):
    """Label `home`."""

    name = "shouwang.home"
    label = "home"

    def ready(self) -> None:
        for declared in (
            "registry.ledgers",
            "registry.indicators",
            "screening.indicators",
            "cases.ledgers",
            "cases.indicators",
            "income.indicators",
        ):
            import_module(f"shouwang.{declared}")
