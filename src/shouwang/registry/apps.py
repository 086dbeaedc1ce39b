"""Django's name for this app."""

from __future__ import annotations

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    """Label `registry`."""

    name = "shouwang.registry"
    label = "registry"
