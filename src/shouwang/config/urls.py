"""All addresses of the site."""

from __future__ import annotations

from django.urls import include, path
from django.views.i18n import set_language

from shouwang.accounts.pages import public
from shouwang.home.api import api

urlpatterns = [
    path("", include("shouwang.home.urls")),
    path("", include("shouwang.accounts.urls")),
    path("", include("shouwang.registry.urls")),
    path("", include("shouwang.exchange.urls")),
    path("", include("shouwang.screening.urls")),
    path("", include("shouwang.cases.urls")),
    path("", include("shouwang.assistance.urls")),
    path("", include("shouwang.income.urls")),
    path("ledgers/", include("shouwang.home.ledger_urls")),
    path("language/", public(set_language), name="set_language"),
    path("api/v1/", api.urls),
]
handler404 = "shouwang.accounts.errors.not_found"
handler500 = "shouwang.accounts.errors.failed"
handler400 = "shouwang.accounts.errors.bad"
