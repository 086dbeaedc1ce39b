"""The house rules that a machine can hold: small files, empty packages, documented dependencies, no hosts, fresh documents."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

from tests.generated import stale
from tests.translations import untranslated

ROOT = Path(__file__).parent.parent.parent
SOURCE = ROOT / "src" / "shouwang"
LONGEST_FILE, LONGEST_TEST, LONGEST_FUNCTION = 300, 500, 50


def sources() -> list[Path]:
    """Our own modules; migrations are written by Django."""
    return [p for p in SOURCE.rglob("*.py") if "migrations" not in p.parts]


def functions(path: Path) -> list[tuple[str, int]]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
    return [(n.name, (n.end_lineno or n.lineno) - n.lineno + 1) for n in nodes]


def test_files_and_functions_stay_small() -> None:
    for path in sources():
        assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_FILE, path
        long = [f for f in functions(path) if f[1] > LONGEST_FUNCTION]
        assert not long, (path, long)
    for path in (ROOT / "tests").rglob("*.py"):
        assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_TEST, path


def test_packages_hold_a_sentence_and_no_code() -> None:
    for path in SOURCE.rglob("__init__.py"):
        body = ast.parse(path.read_text(encoding="utf-8")).body
        assert all(isinstance(n, ast.Expr) for n in body), path


def test_every_module_says_what_it_is_for() -> None:
    for path in sources():
        if path.name != "__init__.py":
            assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))), path


def test_every_rule_is_three_sibling_files() -> None:
    for folder in (SOURCE / "screening" / "rules", SOURCE / "income" / "rules", SOURCE / "registry" / "rules"):
        for card in folder.rglob("*.yaml"):
            if not card.name.endswith(".examples.yaml"):
                assert card.with_suffix(".py").is_file(), card
                assert card.with_suffix("").with_suffix(".examples.yaml").is_file(), card


def test_nothing_in_the_domain_reads_the_clock() -> None:
    clock = re.compile(r"\b(date\.today|datetime\.now|datetime\.utcnow|time\.time)\(")
    for path in SOURCE.rglob("*.py"):
        assert not clock.search(path.read_text(encoding="utf-8")), path


def test_no_vague_file_names() -> None:
    assert not [p for p in SOURCE.rglob("*.py") if p.stem in ("utils", "helpers", "common", "services", "core", "misc")]


def test_every_dependency_says_what_it_is_for_and_is_pinned() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    block = text.split("dependencies = [", 1)[1].split("[project.scripts]")[0]
    lines = [line.strip() for line in block.splitlines() if line.strip().startswith('"')]
    assert len(lines) > 15
    for line in lines:
        assert "==" in line, line
        assert "#" in line, line


def test_no_registry_host_and_no_private_path_is_committed() -> None:
    files = (
        subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.decode().split("\0")
    )
    hosts = re.compile("py" + r"pi\.org|python" + r"hosted\.org|npm" + r"js\.(org|com)|deb\.deb" + r"ian\.org|file:///")
    for name in filter(None, files):
        path = ROOT / name
        if path.suffix in (".gz", ".xlsx", ".png", ".mo") or not path.is_file():
            continue
        assert not hosts.search(path.read_text(encoding="utf-8", errors="replace")) or path == Path(__file__), name


def test_every_text_of_the_pages_has_its_english() -> None:
    assert untranslated() == set()


def test_generated_documents_are_current() -> None:
    assert stale() == []


def test_sums_are_never_taken_over_nothing_and_called_zero() -> None:
    """A missing year must not become an income of 0: the parts of an income are added with their nulls kept."""
    text = (SOURCE / "engine" / "tables" / "registry.py").read_text(encoding="utf-8")
    assert "ignore_nulls=False" in text
