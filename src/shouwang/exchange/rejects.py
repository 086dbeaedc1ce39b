"""The rejected rows of a file as a workbook: where, why, and the text as it was sent, for the sender to mend."""

from __future__ import annotations

import tempfile
from pathlib import Path

from shouwang.documents.sheet_writer import Column, Sheet, write_workbook
from shouwang.engine.matching.explain import REJECTIONS
from shouwang.exchange.models import Batch, Row
from shouwang.exchange.queries import written
from shouwang.exchange.subjects import title_of

COLUMNS = (
    Column("工作表序号", 10),
    Column("行号", 8),
    Column("退回原因", 30),
    Column("原文", 90),
    Column("更正", 30, fill_in=True),
)


def rejects_workbook(batch: Batch, mark: str) -> tuple[bytes, int]:
    """The workbook's bytes and its number of rows; `mark` says who took it when."""
    rows = Row.objects.filter(batch_id=batch.pk, status="rejected").order_by("sheet", "row")
    lines = [(r.sheet + 1, r.row, REJECTIONS.get(r.reject, r.reject), written(r).raw, "") for r in rows]
    note = f"文件：{batch.file_name}。共 {len(lines)} 行没有导入；改正后重新发送这些行即可，其余各行已经导入，不要重复发送。请通过内网传送。{mark}"
    sheet = Sheet("退回", f"{title_of(batch.kind)} 退回清单", note, COLUMNS, lines)
    with tempfile.TemporaryDirectory(prefix="shouwang-") as scratch:
        path = Path(scratch) / "rejects.xlsx"
        write_workbook(path, [sheet], batch.received_at.date())
        return path.read_bytes(), len(lines)
