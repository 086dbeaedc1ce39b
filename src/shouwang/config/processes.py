"""The processes behind `shouwang serve`: one role each, started by name."""

from __future__ import annotations

import asyncio
import shutil
import sys

from shouwang.config.embedded import Embedded
from shouwang.config.place import place_from_environment
from shouwang.config.start import configure, part, set_up

CONCURRENCY = 2
POLL_SECONDS = 2.0


def _worker() -> int:
    """Run jobs until told to stop. A job that is under way is finished first."""
    configure("worker")
    part("config.tasks")
    contrib = part("config.queue")
    asyncio.run(contrib.run(CONCURRENCY, POLL_SECONDS))
    return 0


def _migrate() -> int:
    set_up(place_from_environment())
    return 0


def _demo_accounts() -> int:
    """Print how many demonstration accounts are in use."""
    configure("owner")
    users = part("accounts.models").User
    sys.stdout.write(f"{users.objects.filter(is_demo=True, is_active=True).count()}\n")
    return 0


def _remove() -> int:
    """Stop and remove the embedded cluster of an installation; its folders are the caller's to remove."""
    place = place_from_environment()
    if place.secrets_file.is_file():
        embedded = Embedded(place)
        if embedded.port() is not None:
            embedded.stop("immediate")
        shutil.rmtree(embedded.own_home, ignore_errors=True)
    return 0


COMMANDS = {"remove": _remove, "worker": _worker, "migrate": _migrate, "demo-accounts": _demo_accounts}

if __name__ == "__main__":
    sys.exit(COMMANDS[sys.argv[1]]())
