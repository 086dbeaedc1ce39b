"""Django's name for this app; every connection gets the guard of the territory."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Label `accounts`."""

    name = "shouwang.accounts"
    label = "accounts"

    def ready(self) -> None:
        import_module("shouwang.accounts.guard")  # needs models, so not before they are loaded
