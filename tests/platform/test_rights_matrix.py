"""Every address as every role: inside, outside the area, inside but outside the subject; and every endpoint by token."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from tests.platform import walk
from tests.platform.fixtures import COUNTY, signed_in

ACCOUNT = {
    "village": "village", "grid": "grid", "responsible": "helper", "township": "town1", "county": "county", "county_approver": "approver",
    "department": "medical", "finance": "finance", "bank": "bank", "city": "city", "province": "province", "nation": "nation",
    "auditor": "auditor", "administrator": "admin",
}  # fmt: skip
OPEN = {
    "/report/",
    "/report/answer/",
    "/notice/<str:token>/",
    "/sign-in/",
    "/sign-in/code/",
    "/sign-out/",
    "/language/",
}  # looked at: they show nothing of anybody
SIGNED_IN = {"/posts/", "/account/"}
OUTSIDE = "230524200001"
FINE = (200, 302, 404, 422)


def addresses() -> list[tuple[str, Any]]:
    """All patterns of the site with their views."""
    found: list[tuple[str, Any]] = []

    def walk(prefix: str, patterns: Any) -> None:
        for p in patterns:
            if isinstance(p, URLResolver):
                walk(prefix + str(p.pattern), p.url_patterns)
            elif isinstance(p, URLPattern):
                found.append(("/" + prefix + str(p.pattern), p.callback))

    walk("", get_resolver("shouwang.config.urls").url_patterns)
    return [(a, v) for a, v in found if not a.startswith("/api/")]


def filled(address: str, ids: dict[str, Any]) -> str:
    """An address with its parameters filled in."""
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda m: str(ids[m[1]]), address)


@pytest.fixture(scope="module")
def ids(place: Any) -> dict[str, dict[str, Any]]:
    """Objects inside the first township, and outside of it."""
    from shouwang.config.start import part  # noqa: PLC0415

    territory, registry = part("accounts.territory"), part("registry.models")
    with territory.territory(territory.system_scope(COUNTY)):
        inside = registry.Household.objects.filter(area_code__startswith="230524100").order_by("pk").first()
        outside = registry.Household.objects.filter(area_code__gte="230524102").order_by("pk").first()
        batches, rows = part("exchange.models").Batch, part("exchange.models").Row
        medical = batches.objects.filter(kind="med_oop", state="done").order_by("pk").first()
        education = batches.objects.filter(kind="edu_roll", state="done").order_by("pk").first()
        row = rows.objects.filter(status="to_confirm").first()
    common = {
        "end": "linked",
        "row_id": row.pk,
        "decision_id": 1,
        "run_id": 1,
        "document_id": 1,
        "user_id": 1,
        "key": "statuses",
        "form": "pdf",
        "token": "x",
        "kind": "wage",
        "number": 5,
        **walk.one_of_each(),
    }
    return {
        "inside": {**common, "household_id": inside.pk, "batch_id": medical.pk},
        "outside": {**common, "household_id": outside.pk, "batch_id": education.pk},
        "nonexistent": {
            **dict.fromkeys(common, 2**40),
            "end": "linked",
            "key": "statuses",
            "form": "pdf",
            "token": "x",
            "kind": "wage",
            "number": 5,
            "household_id": 2**40,
            "batch_id": 2**40,
        },
    }


def test_every_view_says_who_may_use_it(place: Any) -> None:
    for address, view in addresses():
        right = getattr(view, "right", None)
        assert right is not None, address
        if right == "open":
            assert address in OPEN
        elif right == "signed_in":
            assert address in SIGNED_IN


@pytest.mark.parametrize("role", ACCOUNT)
def test_every_address_as_every_role(role: str, ids: dict[str, dict[str, Any]]) -> None:
    from shouwang.accounts.enums import ROLES  # noqa: PLC0415

    client, rights = signed_in(ACCOUNT[role]), ROLES[role].rights
    for address, view in addresses():
        right = view.right
        if right in ("open", "signed_in"):
            continue
        for where in ("inside", "outside", "nonexistent"):
            url = filled(address, ids[where])
            answer = client.get(url)
            if answer.status_code == 405:
                assert "GET" not in view.methods
                answer = client.post(url, {})
            if right in rights:
                assert answer.status_code in FINE, (url, answer.status_code)
            else:
                assert answer.status_code == 403, (url, answer.status_code)


def test_nobody_sees_anything_without_signing_in(place: Any, ids: dict[str, dict[str, Any]]) -> None:
    from django.test import Client  # noqa: PLC0415

    client = Client(HTTP_HOST="127.0.0.1")
    for address, view in addresses():
        if view.right == "open":
            continue
        url = filled(address, ids["inside"])
        for method in (client.get, client.post):
            answer = method(url)
            assert answer.status_code in (302, 405), url
            assert answer.status_code == 405 or answer["Location"] == "/sign-in/", url


def plain(answer: Any) -> str:
    """A page without what differs by request."""
    return re.sub(r'(csrf" content="|csrfmiddlewaretoken" value=")[^"]*', "", answer.content.decode())


def test_outside_and_nonexistent_are_answered_alike(ids: dict[str, dict[str, Any]]) -> None:
    client = signed_in("town1")
    for address in ("/households/<int:household_id>/", "/exchange/<int:batch_id>/"):
        outside, nothing = (client.get(filled(address, ids[w])) for w in ("outside", "nonexistent"))
        assert outside.status_code == nothing.status_code == 404
        assert plain(outside) == plain(nothing)


def test_inside_the_area_but_outside_the_subject(ids: dict[str, dict[str, Any]]) -> None:
    client = signed_in("medical")
    assert client.get(filled("/exchange/<int:batch_id>/", ids["inside"])).status_code == 200
    assert client.get(filled("/exchange/<int:batch_id>/", ids["outside"])).status_code == 404
    assert client.get(filled("/households/<int:household_id>/", ids["inside"])).status_code == 403


def test_a_helper_sees_the_own_households_only(inside: Any, models: Any) -> None:
    client, registry = signed_in("helper"), models("registry.models")
    with inside(COUNTY):
        mine = set(registry.OwnHousehold.objects.values_list("household_id", flat=True))
        other = registry.Household.objects.exclude(pk__in=mine).first()
        first = registry.Household.objects.filter(pk__in=mine).first()
    assert client.get(f"/households/{first.pk}/").status_code == 200
    assert client.get(f"/households/{other.pk}/").status_code == 404
    with inside("helper"):
        assert set(registry.Household.objects.values_list("pk", flat=True)) == mine
        assert registry.Person.objects.exclude(household_id__in=mine).count() == 0


def test_an_ended_post_is_over_at_once(post_of: Any, models: Any) -> None:
    from django.utils import timezone  # noqa: PLC0415

    client, post = signed_in("grid"), post_of("grid")
    assert client.get("/").status_code == 200
    post.until = timezone.localdate() - timedelta(days=1)
    post.save()
    try:
        assert client.get("/households/").status_code == 302
    finally:
        post.until = None
        post.save()


def test_masked_roles_see_half_hidden_names(ids: dict[str, dict[str, Any]], inside: Any, models: Any) -> None:
    with inside(COUNTY):
        head = models("registry.models").Household.objects.get(pk=ids["inside"]["household_id"]).head_name
    url = filled("/households/<int:household_id>/", ids["inside"])
    page = signed_in("city").get(url).content.decode()
    assert f"{head[0]}{'*' * (len(head) - 1)}" in page
    assert head not in page
    assert head in signed_in("town1").get(url).content.decode()


@pytest.mark.parametrize("junk", ["²", "99999999999999999999999", "-1", "' OR 1=1", "\x00", "a" * 5000])
def test_junk_is_answered_and_never_breaks_a_page(junk: str, ids: dict[str, dict[str, Any]]) -> None:
    client = signed_in("county")
    for address, view in addresses():
        if view.right in ("open", "signed_in"):
            continue
        url = filled(address, {**ids["inside"], "household_id": 2**70, "batch_id": 2**70, "row_id": 2**70})
        sent = dict.fromkeys(
            (
                "q",
                "area",
                "status",
                "rule",
                "class",
                "of",
                "after",
                "batch",
                "skip",
                "actor",
                "on",
                "post",
                "kind",
                "due_day",
                "transfer",
                "what",
                "person",
                "reason",
                "as_of",
            ),
            junk,
        )
        assert client.get(url, sent).status_code < 500, url
        assert client.post(url, sent).status_code < 500, url


def test_a_stranger_cannot_fill_the_disk(place: Any) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415

    before = set(place.uploads.iterdir())
    answer = Client(HTTP_HOST="127.0.0.1").post(
        "/exchange/upload/", {"files": SimpleUploadedFile("a.csv", b"1,2\n" * 9000)}
    )
    assert answer["Location"] == "/sign-in/"
    assert set(place.uploads.iterdir()) == before


@pytest.fixture(scope="module")
def tokens(place: Any) -> dict[str, str]:
    """A token with all rights of its post for every role."""
    from django.utils import timezone  # noqa: PLC0415

    from shouwang.config.start import part  # noqa: PLC0415

    accounts, actions = part("accounts.models"), part("accounts.actions")
    end = timezone.now() + timedelta(days=1)
    posts = {
        role: accounts.Assignment.objects.select_related("user").get(user__username=name)
        for role, name in ACCOUNT.items()
    }
    return {role: actions.make_token(post, "test", sorted(post.kind.rights), end) for role, post in posts.items()}


def endpoints() -> list[tuple[str, str, str]]:
    """method, path, right of every operation."""
    from shouwang.config.start import part  # noqa: PLC0415

    api, found = part("home.api").api, []
    for prefix, router in api._routers:
        for path, view in router.path_operations.items():
            for operation in view.operations:
                found += [(m, f"/api/v1{prefix}{path}", operation.view_func.right) for m in operation.methods]
    return found


@pytest.mark.parametrize("role", ACCOUNT)
def test_every_endpoint_as_every_role(role: str, tokens: dict[str, str], ids: dict[str, dict[str, Any]]) -> None:
    from django.test import Client  # noqa: PLC0415

    from shouwang.accounts.enums import ROLES  # noqa: PLC0415

    client = Client(HTTP_HOST="127.0.0.1", HTTP_AUTHORIZATION=f"Bearer {tokens[role]}")
    assert len(endpoints()) > 20
    for method, path, right in endpoints():
        url = re.sub(r"{(\w+)}", lambda m: str({**ids["outside"], "transfer_id": 1, "person_id": 1}[m[1]]), path)
        body = {
            "q": "张",
            "as_of": "2025-11-15",
            "kind": "med_oop",
            "reason": "测试的理由",
            "person_id": None,
            "signed_on": "2025-01-01",
            "village": "1",
        }
        answer = client.get(url) if method == "GET" else client.post(url, body, content_type="application/json")
        assert Client(HTTP_HOST="127.0.0.1").get(url).status_code in (401, 405)
        if right in ROLES[role].rights:
            assert answer.status_code in (200, 404, 422), (url, answer.status_code, answer.content)
        else:
            assert answer.status_code in (403, 422), (url, answer.status_code)
            assert b'"items"' not in answer.content
        if answer.status_code >= 400:
            assert answer["Content-Type"] == "application/problem+json"


def test_a_token_has_only_the_rights_it_was_given(post_of: Any, models: Any) -> None:
    from django.test import Client  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    token = models("accounts.actions").make_token(
        post_of("county"), "counts", ["map"], timezone.now() + timedelta(days=1)
    )
    client = Client(HTTP_HOST="127.0.0.1", HTTP_AUTHORIZATION=f"Bearer {token}")
    assert client.get("/api/v1/counts").status_code == 200
    assert client.get("/api/v1/households").status_code == 403
    assert Client(HTTP_HOST="127.0.0.1", HTTP_AUTHORIZATION="Bearer wrong").get("/api/v1/counts").status_code == 401
