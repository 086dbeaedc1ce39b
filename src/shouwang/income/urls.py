"""Addresses of incomes."""

from __future__ import annotations

from django.urls import path

from shouwang.income import board_views, steering_views, views

app_name = "income"
urlpatterns = [
    path("income/", views.lists, name="lists"),
    path("income/lines/<int:line_id>/", views.work, name="work"),
    path("income/bulk/", views.bulk, name="bulk"),
    path("income/ledgers/<slug:key>.xlsx", views.ledger, name="ledger"),
    path("income/board/", board_views.board, name="board"),
    path("income/steering/", steering_views.steering, name="steering"),
    path("income/report.<slug:form>", steering_views.report, name="report"),
    path("income/quality/", board_views.quality, name="quality"),
    path("households/<int:household_id>/income/", views.household, name="household"),
    path("households/<int:household_id>/income.<slug:form>", views.confirmation_paper, name="confirmation"),
]
