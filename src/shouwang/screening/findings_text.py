"""Findings with the names, numbers and sentences that people read. Exact values become decimals here, once."""

from __future__ import annotations

import polars as pl

from shouwang.engine.answers import NO_PERSON
from shouwang.engine.figures_in_force import Figures
from shouwang.kernel.money import FEN_PER_YUAN
from shouwang.policy.rules import RuleCard
from shouwang.screening.county import CountyRun
from shouwang.screening.windows import window_text

VALUE_PLACES, MONEY_PLACES = 4, 2
REASON_LABELS = {
    "no_line": "没有本县该年度的监测范围",
    "line_floor_only": "只知道监测范围的全国下限",
    "file_not_delivered": "所需文件没有送达",
    "missing_value": "登记或表格中缺少所需内容",
    "no_previous_year": "没有上一年度的收入登记",
    "window_mismatch": "两个年度的收入计算期间不一致",
    "previous_not_positive": "上一年度人均纯收入不是正数",
    "to_confirm_pending": "有疑似行待核对，核对后才能判断",
    "rejected_row": "本人的行有日期或数值无法识别",
}


def decimal_column(over: pl.Expr, under: pl.Expr, scale: int, places: int, *, fixed: bool = False) -> pl.Expr:
    """over ÷ (under × scale) as text with at most `places` decimals, half away from zero, in whole numbers only.

    `fixed` keeps all places where there are any (31400.20, but 31400).
    """
    denominator = under * scale
    size = (over.abs() * (2 * 10**places) + denominator) // (2 * denominator)
    whole = (size // 10**places).cast(pl.String)
    all_places = (size % 10**places).cast(pl.String).str.zfill(places)
    rest = all_places if fixed else all_places.str.strip_chars_end("0")
    text = pl.when(size % 10**places == 0).then(whole).otherwise(pl.concat_str(whole, pl.lit("."), rest))
    negative = (over < 0) & (size > 0)
    return pl.when(over.is_null()).then(None).when(negative).then(pl.concat_str(pl.lit("-"), text)).otherwise(text)


def household_names(run: CountyRun) -> pl.DataFrame:
    """hid, household_no, town, village — also of persons whose household has no line of its own."""
    own = run.registry.households.select("hid", "household_no", "town", "village")
    others = run.registry.persons.select("hid", "household_no", "town", "village")
    return pl.concat([own, others]).unique("hid", keep="first", maintain_order=True)


def person_names(run: CountyRun) -> pl.DataFrame:
    """pid, person_no, and the blank for household findings."""
    blank = pl.DataFrame({"pid": [NO_PERSON], "person_no": [""]}, schema={"pid": pl.Int64, "person_no": pl.String})
    return pl.concat([run.registry.persons.select("pid", "person_no"), blank])


def sheet_names(run: CountyRun) -> pl.DataFrame:
    """file_no, sheet_no, file, sheet of every sheet that was read."""
    rows = [(s.file_no, s.sheet_no, s.delivery.file, s.read.sheet) for s in run.reading.sheets]
    schema = {"file_no": pl.Int64, "sheet_no": pl.Int64, "file": pl.String, "sheet": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row")


def evidence_rows(run: CountyRun) -> pl.DataFrame:
    """rule hid pid file_no sheet_no row: the rows behind every signal — of departments, else of the register."""
    department = run.findings.evidence.join(
        run.accounted.rows.select("rid", "file_no", "sheet_no", "row"), on="rid", how="inner"
    ).drop("rid")
    signals = run.findings.signals.select("rule", "hid", "pid")
    keyed = _to_signals(department, signals)
    rest = signals.join(keyed, on=["rule", "hid", "pid"], how="anti")
    place = ["file_no", "sheet_no", "row"]
    persons = rest.filter(pl.col("pid") != NO_PERSON).join(
        run.registry.persons.select("pid", *place), on="pid", how="inner"
    )
    households = rest.filter(pl.col("pid") == NO_PERSON)
    now = households.join(run.registry.households.select("hid", *place), on="hid", how="inner")
    compared = [card.code for card in run.figures.book.rules.values() if card.compares_years]
    two_years = households.filter(pl.col("rule").is_in(compared))
    before = run.registry.households.select("hid", *[pl.col(f"{c}0").alias(c) for c in place]).drop_nulls()
    columns = ["rule", "hid", "pid", *place]
    parts = [keyed, persons, now, two_years.join(before, on="hid", how="inner")]
    return pl.concat([p.select(columns) for p in parts]).unique().sort(columns)


def _to_signals(rows: pl.DataFrame, signals: pl.DataFrame) -> pl.DataFrame:
    """Evidence of a person belongs to the person's signal, evidence of a household to the household's."""
    by_person = rows.filter(pl.col("pid") != NO_PERSON).join(signals, on=["rule", "hid", "pid"], how="semi")
    by_household = rows.filter(pl.col("pid") == NO_PERSON).drop("pid").join(signals, on=["rule", "hid"], how="inner")
    columns = ["rule", "hid", "pid", "file_no", "sheet_no", "row"]
    return pl.concat([by_person.select(columns), by_household.select(columns)])


def told_signals(run: CountyRun) -> pl.DataFrame:
    """Signals with numbers, class, label, value, threshold, sentence and citation; sorted as the contract asks."""
    found = told(run.findings.signals, run.figures)
    named = found.join(household_names(run), on="hid", how="left").join(person_names(run), on="pid", how="left")
    return named.unique(["rule", "household_no", "person_no"], keep="first").sort("rule", "household_no", "person_no")


def told(signals: pl.DataFrame, figures: Figures) -> pl.DataFrame:
    """rule hid pid with value, threshold, event date, sentence, citation, class and label."""
    parts = [_told(figures, figures.book.rules[code], rows) for code, rows in _by_rule(signals)]
    columns = {
        "rule": pl.String,
        "hid": pl.Int64,
        "pid": pl.Int64,
        "value": pl.String,
        "threshold": pl.String,
        "event_date": pl.Date,
        "sentence": pl.String,
        "citation": pl.String,
        "class": pl.String,
        "risk_type": pl.String,
    }
    return pl.concat([pl.DataFrame(schema=columns), *[p.select(list(columns)) for p in parts]])


def _by_rule(signals: pl.DataFrame) -> list[tuple[str, pl.DataFrame]]:
    groups = signals.partition_by("rule", as_dict=True, maintain_order=True)
    return [(str(code), rows) for (code,), rows in groups.items()]


def _told(figures: Figures, card: RuleCard, rows: pl.DataFrame) -> pl.DataFrame:
    scale = FEN_PER_YUAN if card.unit == "元" else 1
    value = decimal_column(pl.col("value_over"), pl.col("value_under"), scale, VALUE_PLACES)
    line = decimal_column(pl.col("line_over"), pl.col("line_under"), scale, VALUE_PLACES)
    told = rows.with_columns(
        value.alias("value"),
        line.alias("threshold"),
        decimal_column(pl.col("value_over"), pl.col("value_under"), scale, MONEY_PLACES, fixed=True).alias(
            "said_value"
        ),
        decimal_column(pl.col("line_over"), pl.col("line_under"), scale, MONEY_PLACES, fixed=True).alias(
            "said_threshold"
        ),
        decimal_column(pl.col("shown"), pl.lit(1), scale, MONEY_PLACES, fixed=True).alias("said_shown"),
        pl.col("event_date").dt.to_string("%Y年%-m月%-d日").alias("said_date"),
    )
    sources = {name: figures.book.source_text(figures.applied(name)) for name in card.uses}
    own = figures.book.citation_text(card.citation)
    return told.with_columns(
        _sentence(card.sentence).alias("sentence"),
        pl.concat_str(
            pl.lit(window_text(card, figures)),
            pl.lit("依据："),
            pl.col("figure").replace_strict(sources, default=own, return_dtype=pl.String),
        ).alias("citation"),
        pl.lit(card.signal_class).alias("class"),
        pl.lit(card.risk_type).alias("risk_type"),
    )


def _sentence(template: str) -> pl.Expr:
    """The card's sentence with its numbers filled in."""
    parts: list[pl.Expr] = []
    for piece in template.split("{"):
        name, closed, rest = piece.partition("}")
        if closed:
            parts += [pl.col(f"said_{name}").fill_null("不详"), pl.lit(rest)]
        else:
            parts.append(pl.lit(piece))
    return pl.concat_str(parts)
