"""Every worked example of every rule, on every engine that is here."""

from __future__ import annotations

import pytest

from shouwang.cli import setup
from shouwang.engine.backends.choose import NAMES, backend
from shouwang.engine.worked_examples import answers, read_examples

BOOK = setup.book()


@pytest.mark.parametrize("engine", NAMES)
@pytest.mark.parametrize("code", list(BOOK.rules))
def test_a_rule_answers_its_examples(code: str, engine: str) -> None:
    examples = read_examples(BOOK.rules[code])
    said = answers(examples, BOOK, setup.feeds(), backend(engine))
    wrong = [f"{e.name}: expected {expected}, said {got}" for e, expected, got in said if expected != got]
    assert not wrong
    assert len(said) == len(examples)


def test_every_rule_has_examples_of_hit_and_clear() -> None:
    for card in BOOK.rules.values():
        expected = [e.about["expect"] for e in read_examples(card)]
        assert any(x == "signal" or not isinstance(x, str) for x in expected), card.code
        assert "clear" in expected, card.code
