"""Addresses of what combines everything: workbench, map, household, exports, tasks."""

from __future__ import annotations

from django.urls import path

from shouwang.home import exports, field_papers, household, map, match, papers, workbench

app_name = "home"
urlpatterns = [
    path("", workbench.workbench, name="workbench"),
    path("map/", map.area_map, name="map"),
    path("households/<int:household_id>/", household.household, name="household"),
    path("households/<int:household_id>/reveal/", household.reveal, name="reveal"),
    path("households/<int:household_id>/change/", household.change, name="change"),
    path("households/<int:household_id>/sheet.<slug:form>/", papers.household_sheet, name="sheet"),
    path("households/<int:household_id>/attach/", papers.attach, name="attach"),
    path("households/<int:household_id>/papers/<int:document_id>/", papers.attachment, name="attachment"),
    path("exports/", exports.exports, name="exports"),
    path("exports/<int:document_id>/", exports.download, name="download"),
    path("rounds/<int:round_id>/sheet.xlsx", field_papers.round_sheet, name="round_sheet"),
    path("rounds/<int:round_id>/return/", field_papers.round_return, name="round_return"),
    path("monthly.<slug:form>", field_papers.monthly, name="monthly"),
    path("rosters/<slug:key>.<slug:form>", field_papers.roster, name="roster"),
    path("match/", match.match_sheet, name="match"),
]
