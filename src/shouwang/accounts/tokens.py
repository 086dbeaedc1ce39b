"""Programs act with a token: the post it was made for, as that post is held now, with the rights it was given."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from django.http import Http404
from django.utils import timezone
from ninja.errors import HttpError
from ninja.security import HttpBearer

from shouwang.accounts.models import ApiToken
from shouwang.accounts.pages import held_posts
from shouwang.accounts.secret_fields import digest
from shouwang.accounts.territory import territory

Endpoint = Callable[..., Any]


class TokenAuth(HttpBearer):
    """`Authorization: Bearer …`."""

    def authenticate(self, request: Any, token: str) -> ApiToken | None:
        now = timezone.now()
        found = (
            ApiToken.objects.select_related("assignment__user")
            .filter(digest=digest("token", token), revoked_at__isnull=True, expires__gt=now)
            .first()
        )
        if found is None or not found.assignment.user.is_active:
            return None
        if found.assignment not in held_posts(found.assignment.user, timezone.localdate()):
            return None
        request.holder = found.assignment
        return found


def endpoint(right: str) -> Callable[[Endpoint], Endpoint]:
    """Guard an endpoint with a right, inside the territory of the token's post."""

    def guard(view: Endpoint) -> Endpoint:
        @functools.wraps(view)
        def guarded(request: Any, *args: Any, **kwargs: Any) -> Any:
            if right not in request.auth.rights or right not in request.holder.kind.rights:
                raise HttpError(403, "这个令牌没有这项权限")
            try:
                with territory(request.holder.scope()):
                    return view(request, *args, **kwargs)
            except ValueError as error:
                if "NUL" in str(error):
                    raise HttpError(422, "文字里有不能保存的字符") from None
                raise
            except Http404:
                raise HttpError(404, "没有这条记录，或不在您的范围内") from None

        guarded.right = right  # type: ignore[attr-defined]
        return guarded

    return guard
