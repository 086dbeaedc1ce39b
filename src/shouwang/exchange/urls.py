"""Addresses of files and their review."""

from __future__ import annotations

from django.urls import path

from shouwang.exchange import deliveries, review, views

app_name = "exchange"
urlpatterns = [
    path("exchange/", views.batches, name="batches"),
    path("exchange/upload/", views.upload, name="upload"),
    path("exchange/join/", views.join, name="join"),
    path("exchange/<int:batch_id>/", views.batch, name="batch"),
    path("exchange/<int:batch_id>/confirm/", views.confirm, name="confirm"),
    path("exchange/<int:batch_id>/unlock/", views.unlock, name="unlock"),
    path("exchange/<int:batch_id>/write/", views.write, name="write"),
    path("exchange/<int:batch_id>/undo/", views.undo, name="undo"),
    path("exchange/<int:batch_id>/rejects/", views.rejects, name="rejects"),
    path("exchange/<int:batch_id>/rows/<slug:end>/", views.batch_rows, name="batch_rows"),
    path("review/", review.queue, name="review"),
    path("review/unique/", review.unique_names, name="unique"),
    path("review/decided/", review.decided, name="decided"),
    path("review/<int:row_id>/", review.decide_row, name="decide"),
    path("review/decided/<int:decision_id>/revoke/", review.revoke_decision, name="revoke"),
    path("calendar/", deliveries.calendar, name="calendar"),
]
