"""Django's name for this app; declared registers become known."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class HomeConfig(AppConfig):
    """Label `home`."""

    name = "shouwang.home"
    label = "home"

    def ready(self) -> None:
        import_module("shouwang.registry.ledgers")
