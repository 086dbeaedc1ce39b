"""The one place where commands ask what day it is."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone


def today() -> date:
    """Today, in the installation's time zone."""
    return timezone.localdate()


def now() -> datetime:
    """Now."""
    return timezone.now()
