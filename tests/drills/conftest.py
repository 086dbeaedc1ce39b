"""One served site for the drills of a test process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.drills.site import Site


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Built once, serving; a drill that stops it starts it again."""
    made = Site(tmp_path_factory.mktemp("served"))
    made.build()
    made.start()
    try:
        yield made
    finally:
        made.remove()
