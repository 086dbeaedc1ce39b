"""The linking standard, row by row: what is enough, and what never is."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from shouwang.engine.matching.index import error_keys, person_index
from shouwang.engine.matching.places import written_places
from shouwang.engine.matching.standard import link
from shouwang.intake.identity_columns import identity_columns, name_norm
from shouwang.kernel.identity import check_character

PLACE, OTHER = "甲镇\x1f乙村", "甲镇\x1f丙村"


def number(birth: str, sequence: str = "701") -> str:
    first = f"230524{birth}{sequence}"
    return first + check_character(first)


ZHANG, LI, WANG, ZHAO = number("19700101"), number("19800202", "702"), number("19900303"), number("19600404")
TWIN_A, TWIN_B = number("20100505"), number("20100505", "703")
PERSONS = [
    # pid, household, name, number, birth, place
    (0, 0, "张大山", ZHANG, "1970-01-01", PLACE),
    (1, 0, "李小花", LI, "1980-02-02", PLACE),
    (2, 1, "王建国", WANG, "1990-03-03", PLACE),
    (3, 2, "王建国", number("19900303", "705"), "1990-03-03", OTHER),
    (4, 3, "赵无号", "", "1975-05-05", PLACE),
    (5, 4, "双胞甲", TWIN_A, "2010-05-05", PLACE),
    (6, 4, "双胞乙", TWIN_B, "2010-05-05", PLACE),
    (7, 5, "赵两户", ZHAO, "1960-04-04", PLACE),
    (8, 6, "赵两户", ZHAO, "1960-04-04", OTHER),
    (9, 7, "共号甲", number("19500606"), "1950-06-06", PLACE),
    (10, 8, "共号乙", number("19500606"), "1950-06-06", PLACE),
    (11, 9, "孙同名", number("19450707"), "1945-07-07", PLACE),
    (12, 9, "孙同名", number("19750707"), "1975-07-07", PLACE),
]


def register() -> pl.DataFrame:
    frame = pl.DataFrame(PERSONS, schema=["pid", "hid", "name", "raw", "birth", "place"], orient="row")
    numbers = identity_columns(frame["raw"], of_registry=True)
    return frame.with_columns(pl.col("birth").str.to_date(), name_norm(pl.col("name"))).hstack(numbers.get_columns())


def linked(
    name: str | None, written: str | None, birth: str | None = None, place: str | None = None
) -> tuple[str, Any]:
    """Status and person (or candidates) of one row."""
    rows = pl.DataFrame(
        {"rid": [0], "name": [name], "dob": [date.fromisoformat(birth) if birth else None], "place": [place]},
        schema={"rid": pl.Int64, "name": pl.String, "dob": pl.Date, "place": pl.String},
    ).with_columns(name_norm(pl.col("name")))
    rows = rows.hstack(identity_columns(pl.Series([written], dtype=pl.String), of_registry=False).get_columns())
    links = link(rows, person_index(register()))
    outcome = links.outcomes.row(0, named=True)
    return outcome["status"], outcome["pid"] if outcome["status"] == "linked" else sorted(
        links.candidates["pid"].to_list()
    )


def swapped(text: str, at: int) -> str:
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


@pytest.mark.parametrize(
    ("row", "status", "who"),
    [
        (("张大山", ZHANG), "linked", 0),
        (("张　大山", ZHANG.lower()), "linked", 0),
        ((None, ZHANG), "linked", 0),
        (("李小花", ZHANG), "to_confirm", [0, 1]),
        (("张大川", ZHANG), "linked", 0),
        (("钱多多", ZHANG), "to_confirm", [0]),
        (("赵两户", ZHAO), "to_confirm", [7, 8]),
        (("共号乙", number("19500606")), "linked", 10),
        (("某某某", number("19500606")), "to_confirm", [9, 10]),
        (("双胞乙", TWIN_A), "to_confirm", [5, 6]),
    ],
)
def test_d1_a_registered_number(row: tuple[str | None, str], status: str, who: Any) -> None:
    assert linked(*row) == (status, who)


@pytest.mark.parametrize(
    ("row", "status", "who"),
    [
        (("张大山", f"{ZHANG[0]}.{ZHANG[1:15]}E+17"), "linked", 0),
        (("钱多多", f"{ZHANG[0]}.{ZHANG[1:15]}E+17"), "to_confirm", [0]),
        (("张大山", ZHANG[:15] + "9" + ZHANG[16:]), "linked", 0),
        (("张大山", swapped(ZHANG, 14)), "linked", 0),
        (("张大山", ZHANG[:9] + ZHANG[10:]), "linked", 0),
        (("张大山", ZHANG[:9] + "7" + ZHANG[9:]), "linked", 0),
        (("钱多多", ZHANG[:15] + "9" + ZHANG[16:]), "unmatched", []),
        (("张大川", ZHANG[:15] + "9" + ZHANG[16:]), "to_confirm", [0]),
        (("张大山", number("19711212"), None, PLACE), "unmatched", []),
        (("赵无号", number("19750505"), None, PLACE), "linked", 4),
        (("赵无号", number("19750505"), None, OTHER), "unmatched", []),
        (("王建国", number("19900303", "709"), None, PLACE), "to_confirm", [2]),
        (("张大山", "123", None, PLACE), "to_confirm", [0]),
        (("张大山", "123", "1970-01-02", PLACE), "unmatched", []),
        (("张大山", "123"), "unmatched", []),
    ],
)
def test_d2_a_number_nobody_has(row: tuple[Any, ...], status: str, who: Any) -> None:
    assert linked(*row) == (status, who)


@pytest.mark.parametrize(
    ("row", "status", "who"),
    [
        (("张大山", None, "1970-01-01", PLACE), "linked", 0),
        (("张大山", "无", "1970-01-01", OTHER), "to_confirm", [0]),
        (("张大川", "", "1970-01-01", PLACE), "to_confirm", [0]),
        (("张大山", "", "1970-01-02", PLACE), "unmatched", []),
        (("王建国", "", "1990-03-03", None), "to_confirm", [2, 3]),
        (("孙同名", "", None, PLACE), "to_confirm", [11, 12]),
        (("张大山", "", None, PLACE), "to_confirm", [0]),
        (("张大山", "", None, OTHER), "unmatched", []),
        (("王建国", ""), "to_confirm", [2, 3]),
        (("钱多多", ""), "unmatched", []),
    ],
)
def test_d3_no_number(row: tuple[Any, ...], status: str, who: Any) -> None:
    assert linked(*row) == (status, who)


DIGITS = "0123456789X"


@given(
    st.text(alphabet=DIGITS, min_size=18, max_size=18),
    st.integers(0, 17),
    st.sampled_from("0123456789"),
    st.sampled_from(["change", "swap", "drop", "add"]),
)
def test_numbers_one_error_apart_always_share_a_key(text: str, at: int, letter: str, how: str) -> None:
    other = {
        "change": text[:at] + letter + text[at + 1 :],
        "swap": text if at == 17 else swapped(text, at),
        "drop": text[:at] + text[at + 1 :],
        "add": text[:at] + letter + text[at:],
    }[how]
    assert OSA.distance(text, other) <= 1
    keys = pl.DataFrame({"n": [text, other]}).select(error_keys(pl.col("n")))
    assert any(keys[c][0] == keys[c][1] for c in keys.columns)


ROW = st.tuples(
    st.sampled_from([None, "张大山", "李小花", "王建国", "孙同名", "赵无号", "张大川", "路人甲"]),
    st.sampled_from(
        [
            None,
            "",
            "无",
            ZHANG,
            LI,
            ZHAO,
            TWIN_A,
            ZHANG[:-1],
            swapped(LI, 12),
            "2.30524197001017E+17",
            "乱写",
            number("19850909"),
        ]
    ),
    st.sampled_from([None, "1970-01-01", "1990-03-03", "1975-05-05"]),
    st.sampled_from([None, PLACE, OTHER, "别处"]),
)


@settings(max_examples=40)
@given(st.lists(ROW.filter(lambda r: r[0] or r[1] not in (None, "", "无")), min_size=1, max_size=12))
def test_every_row_ends_once_and_its_end_does_not_depend_on_its_neighbours(rows: list[tuple[Any, ...]]) -> None:
    frame = pl.DataFrame(
        {
            "rid": range(len(rows)),
            "name": [r[0] for r in rows],
            "dob": [date.fromisoformat(r[2]) if r[2] else None for r in rows],
            "place": [r[3] for r in rows],
        },
        schema={"rid": pl.Int64, "name": pl.String, "dob": pl.Date, "place": pl.String},
    )
    frame = frame.hstack(
        identity_columns(pl.Series([r[1] for r in rows], dtype=pl.String), of_registry=False).get_columns()
    )
    links = link(frame, person_index(register()))
    assert links.outcomes["rid"].to_list() == list(range(len(rows)))
    for rid, row in enumerate(rows):
        outcome = links.outcomes.row(rid, named=True)
        alone = linked(*row)
        mine = sorted(links.candidates.filter(pl.col("rid") == rid)["pid"].to_list())
        assert (outcome["status"], outcome["pid"] if outcome["status"] == "linked" else mine) == alone


@pytest.mark.parametrize(
    ("written", "place"),
    [
        (("甲镇", "乙村", None), PLACE),
        ((None, None, "甲镇乙村"), PLACE),
        ((None, None, "某县甲镇乙村"), PLACE),
        ((None, None, "某省某市某县甲镇乙村民委员会"), PLACE),
        ((None, None, "某县甲镇乙村3组"), PLACE),
        ((None, None, "甲镇乙村第三组"), PLACE),
        ((None, None, "甲镇乙村十二组45号"), PLACE),
        ((None, None, "甲镇"), None),
        ((None, None, "某县甲镇"), None),
        ((None, None, None), None),
        ((None, None, "别县某村"), "别县某村"),
        (("甲镇", None, None), None),
    ],
)
def test_addresses_in_every_form(written: tuple[str | None, ...], place: str | None) -> None:
    rows = pl.DataFrame(
        {"rid": [0], "town": [written[0]], "village": [written[1]], "addr": [written[2]]},
        schema={"rid": pl.Int64, "town": pl.String, "village": pl.String, "addr": pl.String},
    )
    known = pl.DataFrame({"town": ["甲镇", "甲镇"], "village": ["乙村", "丙村"], "place": [PLACE, OTHER]})
    assert written_places(rows, known, ["某省", "某市", "某县"])["place"][0] == place


def test_a_lost_row_is_an_error_not_a_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shouwang.engine.matching.standard.number_missing", lambda *_: None)
    with pytest.raises(AssertionError, match="rows went into linking"):
        linked("张大山", None, "1970-01-01", PLACE)
