"""Addresses of clues, rounds, cases, and what looks at them."""

from __future__ import annotations

from django.urls import path

from shouwang.cases import case_views, clue_views, oversight_views, public_views, round_views, sitting_views

app_name = "cases"
urlpatterns = [
    path("clues/", clue_views.clues, name="clues"),
    path("clues/dispatch/", clue_views.dispatch, name="dispatch"),
    path("clues/new/", clue_views.new_clue, name="new_clue"),
    path("clues/feedback.<str:form>", clue_views.feedback, name="feedback"),
    path("clues/<int:clue_id>/", clue_views.clue, name="clue"),
    path("households/<int:household_id>/clues/", clue_views.household_clues, name="household_clues"),
    path("rounds/", round_views.rounds, name="rounds"),
    path("rounds/<int:round_id>/", round_views.round_page, name="round"),
    path("rounds/visit/<int:line_id>/", round_views.visit, name="visit"),
    path("cases/", case_views.cases, name="cases"),
    path("cases/sitting/", sitting_views.new_sitting, name="new_sitting"),
    path("cases/<int:case_id>/", case_views.case, name="case"),
    path("cases/<int:case_id>/step/", case_views.step, name="step"),
    path("cases/<int:case_id>/attach/", case_views.attach, name="attach"),
    path("sittings/", sitting_views.all_sittings, name="sittings"),
    path("sittings/<int:sitting_id>/", sitting_views.sitting, name="sitting"),
    path("sittings/<int:sitting_id>/<slug:key>.<str:form>", sitting_views.sitting_paper, name="sitting_paper"),
    path("progress/", oversight_views.progress_page, name="progress"),
    path("doubts/", oversight_views.doubts, name="doubts"),
    path("samples/", oversight_views.sample_list, name="samples"),
    path("samples/<int:sample_id>/", oversight_views.sample, name="sample"),
    path("problems/", oversight_views.problem_list, name="problems"),
    path("reports/", oversight_views.report_list, name="reports"),
    path("reports/<int:report_id>/", oversight_views.one_report, name="report"),
    path("reports/<int:report_id>/voice/", oversight_views.report_voice, name="report_voice"),
    path("report/", public_views.report, name="ask"),
    path("report/answer/", public_views.report_answer, name="ask_answer"),
    path("notice/<str:token>/", public_views.notice, name="notice"),
]
