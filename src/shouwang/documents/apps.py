"""Django's name for this app."""

from __future__ import annotations

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """Label `documents`."""

    name = "shouwang.documents"
    label = "documents"
