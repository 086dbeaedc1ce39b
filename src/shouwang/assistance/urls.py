"""Addresses of the help."""

from __future__ import annotations

from django.urls import path

from shouwang.assistance import views

app_name = "assistance"
urlpatterns = [
    path("cases/<int:case_id>/plan/", views.plan, name="plan"),
    path("cases/<int:case_id>/papers/<slug:key>.<str:form>", views.paper, name="paper"),
    path("samples/<int:sample_id>/files/", views.sample_files, name="sample_files"),
    path("bottom-line/", views.bottom_line, name="bottom_line"),
]
