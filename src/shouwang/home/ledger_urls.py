"""Addresses of the registers."""

from __future__ import annotations

from django.urls import path

from shouwang.home import ledger_pages

app_name = "ledgers"
urlpatterns = [
    path("", ledger_pages.index, name="index"),
    path("<slug:key>/", ledger_pages.rows, name="rows"),
    path("<slug:key>/export/", ledger_pages.export, name="export"),
    path("<slug:key>/take/", ledger_pages.take, name="take"),
    path("<slug:key>/<int:row_id>/", ledger_pages.history, name="history"),
]
