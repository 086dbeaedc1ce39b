"""Django's name for this app."""

from __future__ import annotations

from django.apps import AppConfig


class HomeConfig(AppConfig):
    """Label `home`."""

    name = "shouwang.home"
    label = "home"
