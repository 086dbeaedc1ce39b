"""A local document's figures: entered with number and date, retracted, never changed."""

from __future__ import annotations

from datetime import date, datetime

from shouwang.accounts.audit.write import record
from shouwang.accounts.models import Assignment
from shouwang.kernel.errors import UserError
from shouwang.policy.county_params import amount
from shouwang.screening.application_book import book_for
from shouwang.screening.models import LocalFigure


def enter_figure(
    figure: str, value: str, since: date, until: date | None, number: str, issued: date, article: str, by: Assignment, at: datetime
) -> LocalFigure:  # fmt: skip
    """A document of one's own area sets a figure from a day on. Raises UserError for a value that does not fit."""
    if not number.strip():
        raise UserError("没有写文号", "写本地文件的文号，如 饶农发〔2026〕3号；没有文件就不能改政策数")
    if until is not None and until < since:
        raise UserError(f"失效日期 {until} 早于生效日期 {since}", "改正日期")
    amount(book_for(by.area_code).figure(figure), value, number)
    made = LocalFigure.objects.create(
        area=by.area_code or "00", figure=figure, value=value.strip()[:120], valid_from=since, valid_until=until,
        document_number=number.strip()[:80], document_date=issued, article=article.strip()[:80], recorded_by=by.user_id, recorded_at=at,
    )  # fmt: skip
    record("figure", "policy", figure, role=by.role, number=number)
    return made


def retract_figure(entry: LocalFigure, by: Assignment, at: datetime) -> None:
    """The entry was a mistake: it no longer counts, and stays on file."""
    if entry.area != (by.area_code or "00") or entry.retracted_at is not None:
        raise UserError("这条政策数不能撤销（不是本地录入，或已撤销）", "刷新页面")
    LocalFigure.objects.filter(pk=entry.pk).update(retracted_at=at)
    record("figure_retracted", "policy", entry.figure, role=by.role, number=entry.document_number)
