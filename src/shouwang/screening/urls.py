"""Addresses of signals, screenings and the policy book."""

from __future__ import annotations

from django.urls import path

from shouwang.screening import views

app_name = "screening"
urlpatterns = [
    path("signals/", views.signals, name="signals"),
    path("runs/", views.runs, name="runs"),
    path("runs/<int:run_id>/", views.run, name="run"),
    path("policy/", views.policy, name="policy"),
]
