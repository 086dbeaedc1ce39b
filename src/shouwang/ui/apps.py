"""Django's name for this app."""

from __future__ import annotations

from django.apps import AppConfig


class UiConfig(AppConfig):
    """Label `ui`."""

    name = "shouwang.ui"
    label = "ui"
