"""Designed answers for what goes wrong outside of a page's own work."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render


def not_found(request: Any, exception: Any = None) -> HttpResponse:
    """404."""
    return render(request, "ui/answer.html", {"status": 404}, status=404)


def failed(request: Any) -> HttpResponse:
    """500: nothing of the request is shown."""
    return render(request, "ui/answer.html", {"status": 500}, status=500)


def bad(request: Any, exception: Any = None) -> HttpResponse:
    """400."""
    return render(request, "ui/answer.html", {"status": 400}, status=400)


def csrf_failure(request: Any, reason: str = "") -> HttpResponse:
    """A form that was open too long or came from elsewhere."""
    return render(request, "ui/answer.html", {"status": 419}, status=403)


def locked_out(request: Any, credentials: Any, *args: Any, **kwargs: Any) -> HttpResponse:
    """Too many wrong passwords."""
    return render(request, "ui/answer.html", {"status": 429}, status=429)
