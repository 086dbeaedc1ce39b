"""The loader refuses what is wrong, with file, line and remedy."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from shouwang.cli.setup import CHECK_FOLDERS, RULE_FOLDERS
from shouwang.policy.loader import load_book
from shouwang.policy.yaml_lines import PolicyError

GOOD = """figures:
  event_days:
    title: 天数
    unit: days
    values:
      - {value: 60, area: "230524", from: 2025-01-01, grade: local, cite: {instrument: 某县发〔2025〕1号}}
"""


def load(folder: Path, text: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / "own.yaml").write_text(text, encoding="utf-8")
    load_book(RULE_FOLDERS, CHECK_FOLDERS, folder)


def test_a_good_overlay_loads(tmp_path: Path) -> None:
    load(tmp_path / "p", GOOD)


@pytest.mark.parametrize(
    ("change", "line", "said"),
    [
        (("unit: days", "unit: days\n    colour: red"), 5, "不认识的键 colour"),
        ((", cite: {instrument: 某县发〔2025〕1号}", ""), 6, "缺少 cite"),
        (("cite: {instrument: 某县发〔2025〕1号}", "cite: {}"), 6, "缺少依据"),
        (("value: 60", "value: 6.5"), 6, "与单位 days 不符"),
        (("value: 60", "value: many"), 6, "与单位 days 不符"),
        (("unit: days", "unit: yuan"), 1, "单位应为 days"),
        (("unit: days", "unit: hours"), 4, "unit 不能是 hours"),
        (("grade: local", "grade: rumour"), 6, "grade 不能是 rumour"),
        (("from: 2025-01-01, ", ""), 6, "必须写生效日期"),
        (("from: 2025-01-01", "from: 2025-01-01, until: 2024-01-01"), 6, "早于生效日期"),
        (('area: "230524"', "area: Raohe"), 6, "不是行政区划代码"),
        (("title: 天数", "title: 天数\n    title: 天数"), 4, "写了两次"),
        (("figures:", "figurs:"), 1, "不认识的键 figurs"),
        (("    values:", "   values:"), 5, "不是有效的YAML"),
    ],
)
def test_a_mistake_is_named_with_file_line_and_remedy(
    tmp_path: Path, change: tuple[str, str], line: int, said: str
) -> None:
    with pytest.raises(PolicyError) as caught:
        load(tmp_path / "p", GOOD.replace(*change))
    assert said in caught.value.text
    assert f"own.yaml 第{line}行" in caught.value.text
    assert caught.value.remedy


def test_overlapping_dates_are_refused(tmp_path: Path) -> None:
    second = (
        '      - {value: 30, area: "230524", from: 2026-01-01, grade: local, cite: {instrument: 某县发〔2026〕1号}}\n'
    )
    with pytest.raises(PolicyError, match="日期重叠"):
        load(tmp_path / "p", GOOD + second)
    load(tmp_path / "p", GOOD.replace("from: 2025-01-01", "from: 2025-01-01, until: 2025-12-31") + second)


SHAPES = {8, 31, 12, 17, 18, 20, 22, 100, 10}  # 31 August, 1 October, months of a year, lengths of a number, percent


def test_a_number_is_never_in_a_rule() -> None:
    for folder in (*RULE_FOLDERS, *CHECK_FOLDERS):
        for path in folder.rglob("*.py"):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            numbers = {n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and type(n.value) in (int, float)}
            found = {n for n in numbers if n > 2} - SHAPES
            assert not found or path.stem == "two_years", (path, found)
            assert found <= {9, 30}, (path, found)  # 30 September
