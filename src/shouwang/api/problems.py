"""Errors as problem+json: type, title, status, detail, and the remedy where there is one."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from shouwang.kernel.errors import UserError

MEDIA_TYPE = "application/problem+json"
TITLES = {
    400: "请求不对",
    401: "没有登录",
    403: "没有权限",
    404: "没有",
    405: "方法不对",
    409: "冲突",
    422: "需要改正",
    429: "太多请求",
}


def problem(status: int, detail: str, **more: Any) -> HttpResponse:
    """One problem."""
    body = {"type": "about:blank", "title": TITLES.get(status, "出错"), "status": status, "detail": detail, **more}
    return HttpResponse(json.dumps(body, ensure_ascii=False), status=status, content_type=MEDIA_TYPE)


def add_problems(api: NinjaAPI) -> None:
    """Answer every refusal of an API in the same form."""

    def http(request: Any, error: Any) -> HttpResponse:
        return problem(error.status_code, str(error))

    def user(request: Any, error: Any) -> HttpResponse:
        return problem(422, error.what, remedy=error.remedy, where=error.where)

    def invalid(request: Any, error: Any) -> HttpResponse:
        fields = [{"where": "/".join(map(str, e["loc"])), "what": e["msg"]} for e in error.errors]
        return problem(422, "有几项写得不对", fields=fields)

    def nobody(request: Any, error: Any) -> HttpResponse:
        return problem(401, "令牌无效或已过期")

    api.add_exception_handler(HttpError, http)
    api.add_exception_handler(UserError, user)
    api.add_exception_handler(ValidationError, invalid)
    api.add_exception_handler(AuthenticationError, nobody)


class ProblemAPI(NinjaAPI):
    """An API whose description names its refusals."""

    def get_openapi_schema(self, *args: Any, **kwargs: Any) -> Any:
        described = super().get_openapi_schema(*args, **kwargs)
        for operations in described["paths"].values():
            for operation in operations.values():
                for status, title in TITLES.items():
                    answer = {"description": title, "content": {MEDIA_TYPE: {"schema": PROBLEM}}}
                    operation["responses"].setdefault(status, answer)
        return described


PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "remedy": {"type": "string"},
    },
}
