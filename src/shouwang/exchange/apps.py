"""Django's name for this app."""

from __future__ import annotations

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    """Label `exchange`."""

    name = "shouwang.exchange"
    label = "exchange"
