"""How a command gets to a running database and a configured Django, in one of the four roles."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import django
from django.apps import apps
from django.conf import settings
from django.core.management import call_command

from shouwang.config.database import ROLE, is_own_server, prepare
from shouwang.config.embedded import Embedded
from shouwang.config.place import Place, place_from_environment

SETTINGS = "shouwang.config.settings"


@contextlib.contextmanager
def database(place: Place) -> Iterator[None]:
    """The embedded server for the time of a block; nothing to do for a named one."""
    if is_own_server():
        yield
        return
    with Embedded(place).running():
        yield


def configure(role: str) -> None:
    """Django in one role. A process has one role for its life."""
    if apps.ready:
        if role != settings.DATABASE_ROLE:
            raise RuntimeError(f"this process is {settings.DATABASE_ROLE}, not {role}")
        return
    os.environ[ROLE] = role
    os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS
    django.setup()


@contextlib.contextmanager
def site(role: str) -> Iterator[Place]:
    """A running database and Django in a role."""
    place = place_from_environment()
    with database(place):
        configure(role)
        yield place


def set_up(place: Place) -> None:
    """Folders, secrets, roles, tables, functions, row security: everything but content. As owner; may be run again."""
    place.create()
    prepare(place)
    configure("owner")
    call_command("migrate", verbosity=0, interactive=False)
    part("config.secure").secure()


def part(name: str) -> Any:
    """A module of ours that needs Django to be configured first."""
    return import_module(f"shouwang.{name}")
