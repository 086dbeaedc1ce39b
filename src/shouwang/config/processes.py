"""The processes behind `shouwang serve`: one role each, started by name."""

from __future__ import annotations

import asyncio
import sys

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


COMMANDS = {"worker": _worker, "migrate": _migrate, "demo-accounts": _demo_accounts}

if __name__ == "__main__":
    sys.exit(COMMANDS[sys.argv[1]]())
