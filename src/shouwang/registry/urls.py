"""Addresses of the register."""

from __future__ import annotations

from django.urls import path

from shouwang.registry import views

app_name = "registry"
urlpatterns = [
    path("households/", views.households, name="households"),
    path("transfers/", views.transfers, name="transfers"),
]
