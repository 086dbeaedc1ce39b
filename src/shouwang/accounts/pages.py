"""How every page is guarded: signed in with both factors, a post held now, the right, and the post's territory around the view.

A view returns a finished response: it is rendered inside the territory, and what it recorded in the audit is committed
before anything leaves. Somebody else's household and one that does not exist are answered alike.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from shouwang.accounts.models import Assignment
from shouwang.accounts.territory import territory
from shouwang.kernel.errors import UserError

View = Callable[..., HttpResponseBase]
POST_KEY = "assignment"
SIGNED_IN, OPEN = "signed_in", "open"


def held_posts(user: Any, today: date) -> list[Assignment]:
    """The posts a person holds on a day."""
    posts = Assignment.objects.filter(user=user, since__lte=today).order_by("id")
    return [p for p in posts if p.until is None or p.until >= today]


def active_post(request: HttpRequest) -> Assignment | None:
    """The one post this session acts for, if it is still held."""
    posts = held_posts(request.user, timezone.localdate())
    chosen = request.session.get(POST_KEY)
    for post in posts:
        if post.pk == chosen:
            return post
    return posts[0] if len(posts) == 1 else None


def page(right: str, methods: tuple[str, ...] = ("GET",)) -> Callable[[View], View]:
    """Guard a view with a right. The view finds its post in `request.holder`."""

    def guard(view: View) -> View:
        @functools.wraps(view)
        def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method not in methods:
                return HttpResponseNotAllowed(methods)
            if not (request.user.is_authenticated and request.user.is_verified()):
                return _to_sign_in(request)
            post = active_post(request)
            if post is None:
                return redirect("accounts:posts")
            request.holder = post
            if _unwritable(request):
                return answer(request, 400)
            if right not in post.kind.rights:
                return answer(request, 403)
            return _in_territory(view, request, post, args, kwargs)

        guarded.right = right  # type: ignore[attr-defined]
        guarded.methods = methods  # type: ignore[attr-defined]
        return guarded

    return guard


def _unwritable(request: Any) -> bool:
    """Whether something sent holds a character that no text of the database can hold."""
    return any(
        "\x00" in v for sent in (request.GET, request.POST) for values in sent.lists() for v in (values[0], *values[1])
    )


def _in_territory(view: View, request: Any, post: Assignment, args: Any, kwargs: Any) -> HttpResponseBase:
    try:
        with territory(post.scope()):
            response = view(request, *args, **kwargs)
            if getattr(response, "is_rendered", True) is False or response.streaming:
                raise RuntimeError(f"{view.__name__} returned a response that is not finished")
            return response
    except Http404:
        return answer(request, 404)
    except UserError as error:
        return problem(request, error)


def problem(request: Any, error: UserError) -> HttpResponse:
    """A mistake that the user can mend: told where they came from, or on a page of its own."""
    back = request.META.get("HTTP_REFERER", "")
    if request.method == "POST" and url_has_allowed_host_and_scheme(back, {request.get_host()}) and not request.htmx:
        messages.error(request, error.text)
        return redirect(back)
    return render(request, "ui/problem.html", {"error": error}, status=422)


def answer(request: Any, status: int) -> HttpResponse:
    """The designed page for no right, not found, and the like."""
    return render(request, "ui/answer.html", {"status": status}, status=status)


def public(view: View) -> View:
    """Marks a view that needs no post: sign-in and what belongs to it. Reviewed in the tests."""
    view.right = OPEN  # type: ignore[attr-defined]
    return view


def signed_in(view: View) -> View:
    """Guard a view that needs a person, whatever the post: choosing a post, one's own account."""

    @functools.wraps(view)
    def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not (request.user.is_authenticated and request.user.is_verified()):
            return _to_sign_in(request)
        return view(request, *args, **kwargs)

    guarded.right = SIGNED_IN  # type: ignore[attr-defined]
    return guarded


def _to_sign_in(request: Any) -> HttpResponseBase:
    if request.htmx:
        response = HttpResponse(status=204)
        response["HX-Redirect"] = "/sign-in/"
        return response
    return redirect("accounts:sign_in")
