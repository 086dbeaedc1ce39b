"""Addresses of incomes."""

from __future__ import annotations

from django.urls import path

from shouwang.income import (
    board_views,
    list_views,
    measure_views,
    point_views,
    quality_views,
    sheet_views,
    statement_views,
    steering_views,
)

app_name = "income"
urlpatterns = [
    path("income/", list_views.lists, name="lists"),
    path("income/lines/<int:line_id>/", list_views.work, name="work"),
    path("income/bulk/", list_views.bulk, name="bulk"),
    path("income/ledgers/<slug:key>.<slug:form>", list_views.ledger, name="ledger"),
    path("income/board/", board_views.board, name="board"),
    path("income/board/<slug:kind>/", board_views.movers, name="movers"),
    path("income/products/", board_views.product, name="product"),
    path("income/measures/", measure_views.measures, name="measures"),
    path("income/measures/<int:number>/", measure_views.reached, name="reached"),
    path("income/steering/", steering_views.steering, name="steering"),
    path("income/report.<slug:form>", steering_views.report, name="report"),
    path("income/points/", point_views.points, name="points"),
    path("income/points/write/", point_views.write_point, name="write_point"),
    path("income/quality/", quality_views.report, name="quality"),
    path("income/sample/", quality_views.sample, name="sample"),
    path("income/sheet/", sheet_views.sheet, name="sheet"),
    path("income/sheet.xlsx", sheet_views.workbook, name="workbook"),
    path("households/<int:household_id>/income/", statement_views.household, name="household"),
    path("households/<int:household_id>/income.<slug:form>", statement_views.confirmation_paper, name="confirmation"),
]
