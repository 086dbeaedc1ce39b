"""The API by its own description: whatever is sent, no answer but a documented one, and the whole work can be done by program."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import checks

from shouwang.config.start import part
from tests.platform import walk
from tests.platform.fixtures import COUNTY
from tests.platform.sheets import MED, med_row, people, write_xlsx


@pytest.fixture(scope="module")
def token(place: Any) -> str:
    from django.utils import timezone  # noqa: PLC0415

    post = part("accounts.models").Assignment.objects.select_related("user").get(user__username="county")
    text: str = part("accounts.actions").make_token(
        post, "api", sorted(post.kind.rights), timezone.now() + timedelta(days=1)
    )
    return text


@pytest.fixture(scope="module")
def described(place: Any) -> Any:
    return schemathesis.openapi.from_wsgi(
        "/api/v1/openapi.json", part("config.wsgi").application, headers={"Host": "127.0.0.1"}
    )


CHECKS = [
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
]


@pytest.mark.slow
def test_nothing_sent_gives_an_undocumented_answer(described: Any, token: str) -> None:
    operations = [found.ok() for found in described.get_all_operations()]
    assert len(operations) > 20
    for operation in operations:

        @settings(max_examples=25, suppress_health_check=list(HealthCheck), deadline=None)
        @given(case=operation.as_strategy())
        def any_case(case: Any) -> None:
            answer = case.call(headers={"Authorization": f"Bearer {token}", "Host": "127.0.0.1"})
            case.validate_response(answer, checks=CHECKS)

        any_case()


@pytest.fixture
def client(token: str) -> Any:
    from django.test import Client  # noqa: PLC0415

    return Client(HTTP_HOST="127.0.0.1", HTTP_AUTHORIZATION=f"Bearer {token}")


def test_a_file_from_upload_to_facts_by_program(client: Any, tmp_path: Path, inside: Any, post_of: Any) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: PLC0415

    persons = people(3, 150)
    path = write_xlsx(
        tmp_path / "程序.xlsx",
        [MED, *[med_row(p, 9) for p in persons], med_row(persons[0], 9, number="", name=persons[1]["name"])],
    )
    made = client.post("/api/v1/batches", {"file": SimpleUploadedFile(path.name, path.read_bytes())}).json()
    assert made["new"] is True
    tasks, number = part("exchange.tasks"), made["id"]
    tasks.read_batch(number, post_of("county").pk)
    assert client.get(f"/api/v1/batches/{number}").json()["understood"]["kind"] == "med_oop"
    confirmed = client.post(
        f"/api/v1/batches/{number}/confirm", {"kind": "med_oop", "start": "2025-01-01"}, content_type="application/json"
    )
    assert confirmed.json()["state"] == "queued"
    tasks.import_batch(number, post_of("county").pk)
    done = client.get(f"/api/v1/batches/{number}").json()
    assert (done["state"], done["rows_in"]) == ("done", 4)
    assert sum(done[end] for end in ("linked", "to_confirm", "unmatched", "rejected")) == 4
    rows = client.get(f"/api/v1/batches/{number}/rows/linked").json()["items"]
    assert len(rows) == done["linked"]
    assert persons[0]["number"] not in str(rows)
    undone = client.post(f"/api/v1/batches/{number}/undo", {"reason": "程序撤回"}, content_type="application/json")
    assert undone.json()["retracted"] == done["linked"]


def test_lists_go_on_by_key(client: Any, inside: Any, models: Any) -> None:
    seen: list[int] = []
    key = ""
    while True:
        answer = client.get(f"/api/v1/households?after={key}").json()
        seen += [h["id"] for h in answer["items"]]
        key = answer["next"]
        if not key:
            break
    with inside(COUNTY):
        assert (
            len(seen)
            == len(set(seen))
            == models("registry.models").Household.objects.filter(dissolved_on__isnull=True).count()
        )


def test_a_mistake_is_answered_as_a_problem(client: Any) -> None:
    answer = client.post("/api/v1/runs", {"as_of": "gestern"}, content_type="application/json")
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["fields"][0]["where"].endswith("as_of")


def test_a_register_by_program_is_the_register_of_the_page(client: Any, token: str, place: Any) -> None:
    """The same rows and the same right: steps that refused nobody are no part of 不予纳入台账."""
    steps = part("cases.models").Step.objects
    with walk.as_("town1"):
        case = walk.opened(home=walk.free_household(2, last=True))
        walk.act(case, "end_gone", walk.DAY, note="整户迁到外省，村里核实")
    with walk.as_("county"):
        every, refused = steps.count(), steps.filter(to_state="not_included").count()
    answer = client.get("/api/v1/ledgers/refused")
    assert answer.status_code == 200
    assert len(answer.json()["items"]) == refused < every
    weak = part("accounts.actions").make_token(
        part("accounts.models").Assignment.objects.select_related("user").get(user__username="county"),
        "weak", ["registry.read"], part("config.clock").now() + timedelta(days=1),
    )  # fmt: skip
    answer = client.get("/api/v1/ledgers/refused", HTTP_AUTHORIZATION=f"Bearer {weak}")
    assert answer.status_code == 404
