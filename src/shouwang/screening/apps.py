"""Django's name for this app."""

from __future__ import annotations

from django.apps import AppConfig


class ScreeningConfig(AppConfig):
    """Label `screening`."""

    name = "shouwang.screening"
    label = "screening"
