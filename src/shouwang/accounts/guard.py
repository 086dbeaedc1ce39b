"""Puts the territory check on every connection as it opens."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.backends.signals import connection_created
from django.dispatch import receiver

from shouwang.accounts.territory import check_inside


@receiver(connection_created, dispatch_uid="shouwang.territory")
def guard(connection: Any, **_: Any) -> None:
    """Once per connection. The owner, whom row-level security does not bind, works without a territory."""
    if settings.DATABASE_ROLE != "owner" and check_inside not in connection.execute_wrappers:
        connection.execute_wrappers.append(check_inside)
