"""A real installation for the tests: embedded PostgreSQL, the small sample county, an account for every role.

Each test process has its own. This process is the web role; set-up and jobs with other rights run as processes of
their own, as they do in a real installation.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from shouwang.config.embedded import Embedded
from shouwang.config.place import Place
from shouwang.config.start import configure, part
from tests.conftest import PACKS, SAMPLES

COUNTY = "230524"
PACK = "raohe-small"
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
PASSWORD = "shouwang-demo"


def command(*words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    """A command of the product as a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "shouwang.cli.main", *words], capture_output=True, text=True, check=False
    )
    assert not check or done.returncode == 0, done.stderr + done.stdout
    return done


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A filled installation whose database runs for the whole session."""
    root = tmp_path_factory.mktemp("site")
    found = Place(root / "data", root / "keys")
    os.environ |= {"SHOUWANG_DATA": str(found.data), "SHOUWANG_KEYS": str(found.keys)}
    found.create()
    server = Embedded(found, FAST)
    server.start()
    try:
        command("init", "--county", COUNTY, "--no-admin", "--provinces", "23")
        command("demo", str(SAMPLES / PACK), "--county", COUNTY, "--as-of", PACKS[PACK], "--bare")
        configure("web")
        yield found
    finally:
        server.stop("immediate")
        shutil.rmtree(server.own_home, ignore_errors=True)


@pytest.fixture
def models(place: Place) -> Callable[[str], Any]:
    """A module of the product, once Django is configured."""
    return part


@pytest.fixture
def inside(place: Place) -> Callable[[str], Any]:
    """`with inside("town1"):` the territory of an account's post, or of the system for a code."""
    territory, accounts = part("accounts.territory"), part("accounts.models")

    def open_territory(who: str) -> Any:
        if who.isdigit():
            return territory.territory(territory.system_scope(who))
        return territory.territory(accounts.Assignment.objects.get(user__username=who).scope())

    return open_territory


@pytest.fixture
def post_of(place: Place) -> Callable[[str], Any]:
    """The post of an account."""
    return lambda who: part("accounts.models").Assignment.objects.select_related("user").get(user__username=who)


@pytest.fixture
def sign_in(place: Place) -> Callable[[str], Any]:
    """A browser-like client signed in with both factors."""
    return signed_in


def signed_in(username: str) -> Any:
    """Through the pages, as a person would."""
    from django.test import Client  # noqa: PLC0415 - Django is configured by now

    client = Client(HTTP_HOST="127.0.0.1")
    assert client.post("/sign-in/", {"username": username, "password": PASSWORD}).status_code == 302
    user = part("accounts.models").User.objects.get(username=username)
    (code,) = part("accounts.actions").one_time_codes(user, 1)
    assert client.post("/sign-in/code/", {"code": code}).status_code == 302
    assert client.get("/posts/").status_code == 302
    return client


@pytest.fixture
def upload(place: Place) -> Callable[..., Any]:
    """Hand in a file through the page, and let the jobs run here."""

    def hand_in(client: Any, path: Path) -> Any:
        from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: PLC0415 - Django is configured by now

        batches = part("exchange.models").Batch
        before = _newest(batches)
        answer = client.post(
            "/exchange/upload/", {"files": SimpleUploadedFile(path.name, path.read_bytes())}, follow=True
        )
        return answer, _newest(batches) if _newest(batches) != before else None

    return hand_in


def _newest(batches: Any) -> int | None:
    territory = part("accounts.territory")
    with territory.territory(territory.system_scope("00")):
        found: int | None = batches.objects.order_by("-pk").values_list("pk", flat=True).first()
        return found


def read_and_import(batch_id: int, username: str, kind: str = "", start: Any = None, end: Any = None) -> Any:
    """Carry a batch through reading, confirmation and import, as the worker would; gives the batch."""
    tasks, actions, territory = part("exchange.tasks"), part("exchange.actions"), part("accounts.territory")
    post = part("accounts.models").Assignment.objects.select_related("user").get(user__username=username)
    batches = part("exchange.models").Batch
    tasks.read_batch(batch_id, post.pk)
    with territory.territory(post.scope()):
        batch = batches.objects.get(pk=batch_id)
        if batch.state != actions.TO_CHECK:
            return batch
        actions.confirm(batch, kind or batch.what["kind"], start, end, {}, post)
    tasks.import_batch(batch_id, post.pk)
    with territory.territory(post.scope()):
        return batches.objects.get(pk=batch_id)


def audited(**wanted: Any) -> list[Any]:
    """Audit entries, oldest first, wherever they are."""
    territory = part("accounts.territory")
    with territory.territory(territory.system_scope("00")):
        return list(part("accounts.models").AuditEntry.objects.filter(**wanted).order_by("pk"))
