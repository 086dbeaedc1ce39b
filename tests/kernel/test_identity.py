"""Identity numbers: the check of GB 11643, the normal form, and the same rules over whole columns."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouwang.intake.identity_columns import identity_columns, name_norm
from shouwang.kernel.identity import check_character, id_norm, id_text, is_valid, masked

FIRST17 = st.builds(
    lambda area, born, seq: f"{area}{born:%Y%m%d}{seq:03d}",
    st.sampled_from(["230524", "511529", "110101"]),
    st.dates(date(1900, 1, 1), date(2100, 12, 31)),
    st.integers(701, 995),
)
NUMBER = FIRST17.map(lambda first: first + check_character(first))


@given(NUMBER)
def test_a_number_with_its_check_character_is_valid(number: str) -> None:
    assert is_valid(number)


@given(NUMBER, st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_never_valid(number: str, place: int, step: int) -> None:
    wrong = number[:place] + str((int(number[place]) + step) % 10) + number[place + 1 :]
    assert not is_valid(wrong)


@given(NUMBER, st.sampled_from(["'{}", "\t{}", " {} ", "{}　", "{}44", "{}4402"]))
def test_the_normal_form_drops_what_offices_add(number: str, form: str) -> None:
    assert id_norm(form.format(number.lower())) == number


@given(NUMBER.filter(lambda n: n[6:8] == "19"))
def test_a_fifteen_digit_number_grows_back(number: str) -> None:
    assert id_norm(number[:6] + number[8:17]) == number


@pytest.mark.parametrize("mark", ["", " ", "无", "不详", "待补", "/", "　"])
def test_marks_of_absence_are_missing(mark: str) -> None:
    assert id_norm(mark) == ""


def test_people_see_the_last_four() -> None:
    assert masked("230524198206229028") == "****9028"
    assert "2305" not in masked("2305")


WRITTEN = st.one_of(
    NUMBER,
    NUMBER.map(str.lower),
    NUMBER.map(lambda n: f"'{n}"),
    NUMBER.map(lambda n: n[:6] + n[8:17]),
    NUMBER.map(lambda n: n + "41"),
    NUMBER.map(lambda n: n[:17] + "0"),
    NUMBER.map(lambda n: n[:-1]),
    st.sampled_from(["无", "", "/", "王五", "１１０１０１", "999999199001017015"]),
    st.text(alphabet="0123456789Xx 　'王", max_size=22),
)


@given(st.lists(WRITTEN, min_size=1, max_size=30))
def test_columns_follow_the_same_rules_as_single_numbers(written: list[str]) -> None:
    columns = identity_columns(pl.Series(written, dtype=pl.String), of_registry=True)
    for text, norm, kind, raw in zip(columns["id_text"], columns["id_norm"], columns["id_kind"], written, strict=True):
        assert text == id_text(raw)
        assert (norm or "") == id_norm(raw)
        assert (kind == "valid") == is_valid(id_norm(raw))
        assert (kind == "missing") == (id_norm(raw) == "")


@pytest.mark.parametrize(
    ("written", "kind", "fifteen"),
    [
        ("2.30524199001019E+17", "rounded", "230524199001019"),
        ("2.3052419900101e+17", "rounded", "230524199001010"),
        ("230524199001019000", "rounded", "230524199001019"),
        ("12345", "invalid", None),
    ],
)
def test_what_excel_cut_off_counts_with_fifteen_digits(written: str, kind: str, fifteen: str | None) -> None:
    row = identity_columns(pl.Series([written]), of_registry=False).row(0, named=True)
    assert (row["id_kind"], row["id15"]) == (kind, fifteen)


def test_names_lose_spaces_and_separators() -> None:
    names = pl.DataFrame({"n": ["王　芳 ", "吉克·阿依", "吉克•阿依", "吉克．阿依", "买买提.吐尔逊", "  "]})
    assert names.select(name_norm(pl.col("n")))["n"].to_list() == [
        "王芳",
        "吉克阿依",
        "吉克阿依",
        "吉克阿依",
        "买买提吐尔逊",
        None,
    ]
