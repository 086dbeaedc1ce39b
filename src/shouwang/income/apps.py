"""Django's name for this app."""

from __future__ import annotations

from django.apps import AppConfig


class IncomeConfig(AppConfig):
    """Label `income`."""

    name = "shouwang.income"
    label = "income"
