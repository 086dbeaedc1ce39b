"""Which value applies: the county's own above --policy above built-in; the nearest valid area; expired falls back visibly."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from shouwang.cli import setup
from shouwang.kernel.areas import covers
from shouwang.policy.book import LAYERS, Book
from shouwang.policy.county_params import read_params
from shouwang.policy.figures import Citation, Figure, Grade, Unit, Value
from tests.conftest import run

DAY = date(2025, 6, 30)


def test_the_built_in_lines_are_exactly_their_region_and_year() -> None:
    book = setup.book()

    def line(area: str, year: int) -> object:
        return book.applied("monitoring_line", area=area, as_of=DAY, income_year=year).value

    assert line("530103", 2024) == 870000
    assert line("530103", 2023) is None
    assert line("230524", 2024) is None
    assert line("350526", 2024) == 1956000
    assert book.applied("monitoring_line", area="110101", as_of=DAY, income_year=2021).chosen.kind == "floor"  # type: ignore[union-attr]


def test_an_expired_county_value_falls_back_to_a_visible_default(tmp_path: Path) -> None:
    path = tmp_path / "params.csv"
    path.write_text(
        "参数,年度,值,生效日期,失效日期,文号\nevent_days,,60,2023-01-01,2024-12-31,某县发1号\n", encoding="utf-8"
    )
    book, problems = read_params(path, setup.book(), "230524")
    assert not problems
    applied = book.applied("event_days", area="230524", as_of=DAY)
    assert (applied.value, applied.is_dagger) == (90, True)
    assert "已失效" in applied.reason
    assert book.applied("event_days", area="230524", as_of=date(2024, 12, 31)).value == 60


def test_an_expired_line_is_not_set_rather_than_guessed(tmp_path: Path) -> None:
    path = tmp_path / "params.csv"
    path.write_text(
        "参数,年度,值,生效日期,失效日期,文号\nmonitoring_line,2024,8200,2024-01-01,2024-12-31,某县发1号\n",
        encoding="utf-8",
    )
    book, _ = read_params(path, setup.book(), "230524")
    assert book.applied("monitoring_line", area="230524", as_of=date(2025, 1, 1), income_year=2024).value is None
    assert book.applied("monitoring_line", area="230524", as_of=date(2024, 6, 1), income_year=2024).value == 820000
    assert book.applied("monitoring_line", area="230524", as_of=date(2024, 6, 1), income_year=2023).value is None


def test_a_bad_line_in_params_is_named_and_the_rest_is_used(tmp_path: Path) -> None:
    path = tmp_path / "params.csv"
    rows = [
        "relief_large,,三千,2025-01-01,,某号",
        "没有这个,,1,2025-01-01,,某号",
        "event_days,,60,2025-13-01,,某号",
        "event_days,,60,2025-01-01,,某号",
        "med_grace_until,,13-40,2025-01-01,,某号",
    ]
    path.write_text("参数,年度,值,生效日期,失效日期,文号\n" + "\n".join(rows) + "\n", encoding="utf-8")
    book, problems = read_params(path, setup.book(), "230524")
    assert [p.where for p in problems] == [f"params.csv 第{n}行" for n in (2, 3, 4, 6)]
    assert all(p.remedy for p in problems)
    assert book.applied("event_days", area="230524", as_of=DAY).value == 60


AREAS = ["00", "23", "2305", "230524", "230524100", "51"]
VALUES = st.lists(
    st.tuples(
        st.sampled_from(LAYERS),
        st.sampled_from(AREAS),
        st.integers(-400, 400),
        st.integers(0, 400),
        st.integers(1, 999),
    ),
    max_size=8,
)


@given(VALUES, st.sampled_from(["230524", "511529", "230524100"]))
def test_precedence_holds_for_any_set_of_values(rows: list[tuple[str, str, int, int, int]], area: str) -> None:
    values = tuple(
        Value(
            number,
            Grade.LOCAL,
            Citation("x"),
            place,
            DAY + timedelta(days=start),
            DAY + timedelta(days=start + length),
            layer=layer,
            place="x:1",
        )
        for layer, place, start, length, number in rows
    )
    book = Book({"f": Figure("f", "f", "f", Unit.DAYS, values)})
    applied = book.applied("f", area=area, as_of=DAY)
    fitting = [v for v in values if covers(v.area, area) and v.is_valid_on(DAY)]
    if not fitting:
        assert applied.value is None
        return
    best = min(LAYERS.index(v.layer) for v in fitting)
    in_layer = [v for v in fitting if LAYERS.index(v.layer) == best]
    nearest = max(len(v.area) if v.area != "00" else 0 for v in in_layer)
    assert applied.chosen == [v for v in in_layer if (len(v.area) if v.area != "00" else 0) == nearest][-1]


def test_percent_of_another_figure() -> None:
    base = Figure(
        "income", "i", "i", Unit.YUAN, (Value(1_000_000, Grade.LOCAL, Citation("x"), valid_from=date(2020, 1, 1)),)
    )
    share = Figure(
        "half",
        "h",
        "h",
        Unit.PERCENT_OF,
        (Value(50, Grade.LOCAL, Citation("x"), valid_from=date(2020, 1, 1)),),
        of="income",
    )
    assert Book({"income": base, "half": share}).applied("half", area="230524", as_of=DAY).value == 500_000


def test_the_command_explains_which_value_and_why() -> None:
    result = run("policy", "explain", "R05", "--area", "610104", "--as-of", "2025-06-30")
    assert "10,000 元" in result.output
    assert "西安市医疗保障局" in result.output
    assert "†" not in result.output.split("med_oop_other")[1].split("\n")[0]
    elsewhere = run("policy", "explain", "R05", "--area", "230524", "--as-of", "2023-06-30")
    assert "†" in elsewhere.output
    assert run("policy", "explain", "R01", "--area", "230524", "--as-of", "2023-06-30").output.count("未设定") >= 1
    assert run("policy", "explain", "R99", "--area", "230524", "--as-of", "2023-06-30").exit_code == 2


def test_the_command_prints_the_whole_book() -> None:
    text = run("policy").output
    assert all(f"## {code} " in text for code in setup.book().rules)
    assert "- Q57 " in text
