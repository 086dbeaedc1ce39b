"""待确认.xlsx: every row that linking would not decide, with its candidates side by side and what agrees."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from shouwang.documents.sheet_writer import Column, Sheet, write_workbook
from shouwang.engine.matching.decisions import TO_CONFIRM
from shouwang.engine.matching.explain import SENTENCES, ranked_candidates
from shouwang.screening.county import CountyRun
from shouwang.screening.findings_text import sheet_names

COLUMNS = (
    Column("文件", 30),
    Column("表", 10),
    Column("行", 7),
    Column("本行姓名", 10),
    Column("本行证件尾号", 11),
    Column("本行地址", 24),
    Column("为什么要人看", 40),
    Column("次序", 6),
    Column("候选人", 10),
    Column("候选人证件尾号", 12),
    Column("候选人村", 20),
    Column("人编号", 21),
    Column("相同与不同", 40),
)
SHOWN_CANDIDATES = 5


def write_confirm_list(run: CountyRun, folder: Path) -> int:
    """Write the list; gives the number of rows to confirm."""
    waiting = run.accounted.rows.filter(pl.col("status") == TO_CONFIRM)
    pairs = run.accounted.candidates.join(waiting.select("rid"), on="rid", how="semi")
    ranked = ranked_candidates(pairs, run.accounted.identity, run.registry.persons).filter(
        pl.col("rank") <= SHOWN_CANDIDATES
    )
    mine = run.accounted.identity.select(
        "rid",
        "name",
        pl.col("id_text").str.slice(-4).alias("tail"),
        pl.coalesce("addr", pl.concat_str("town", "village")).alias("address"),
    )
    theirs = run.registry.persons.select(
        "pid",
        "person_no",
        pl.col("name").alias("p_name"),
        pl.col("id_text").str.slice(-4).alias("p_tail"),
        pl.concat_str("town", "village").alias("p_place"),
    )
    rows = (
        ranked.join(waiting.select("rid", "file_no", "sheet_no", "row", "method"), on="rid", how="inner")
        .join(mine, on="rid", how="left")
        .join(theirs, on="pid", how="left")
        .join(sheet_names(run), on=["file_no", "sheet_no"], how="left")
        .with_columns(pl.col("method").replace_strict(SENTENCES, default="", return_dtype=pl.String).alias("why"))
        .sort("file_no", "sheet_no", "row", "rank")
    )
    lines = rows.select(
        "file",
        "sheet",
        "row",
        "name",
        "tail",
        "address",
        "why",
        "rank",
        "p_name",
        "p_tail",
        "p_place",
        "person_no",
        "because",
    ).rows()
    note = "这些行按规定不能自动认定。请对照原件，在来源单位的表里更正姓名或证件号码后重新比对。候选人按相符程度排列。"
    title = f"{run.place.name} 疑似待确认（{waiting.height}行）"
    write_workbook(folder / "待确认.xlsx", [Sheet("待确认", title, note, COLUMNS, lines)], run.as_of)
    return waiting.height
