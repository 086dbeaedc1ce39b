"""Django's name for this app."""

from __future__ import annotations

from django.apps import AppConfig


class RegionsConfig(AppConfig):
    """Label `regions`."""

    name = "shouwang.regions"
    label = "regions"
