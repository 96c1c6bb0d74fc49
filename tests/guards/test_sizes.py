"""Sizes and cleanliness: what grew too large is two things, and nothing is left for later."""

import ast
import re
from collections.abc import Iterator

from tests.support import tree

LONGEST_FILE, LONGEST_FUNCTION = 350, 45
LATER = re.compile(r"\b(TO(?#)DO|FIX(?#)ME|XX(?#)X)\b")


def _functions() -> Iterator[tuple[str, int]]:
    for path in tree.python_files("khuyenhoc"):
        for node in ast.walk(tree.tree(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                first = node.body[0].lineno
                yield f"{tree.name_of(path)}: {node.name}", (node.end_lineno or first) - first + 1


def test_no_file_is_long() -> None:
    files = [*tree.python_files("khuyenhoc", "bench"), *(tree.ROOT / "templates").rglob("*.html")]
    lengths = {tree.name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in files}

    assert {name: length for name, length in lengths.items() if length > LONGEST_FILE} == {}


def test_no_function_is_long() -> None:
    assert {name: length for name, length in _functions() if length > LONGEST_FUNCTION} == {}


def test_nothing_is_left_for_later() -> None:
    left = [
        f"{tree.name_of(path)}:{number}"
        for path in tree.text_files()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if LATER.search(line)
    ]

    assert left == []


def test_no_import_hides_inside_a_function() -> None:
    hidden = [
        f"{tree.name_of(path)}:{inner.lineno}"
        for path in tree.python_files("khuyenhoc")
        for node in ast.walk(tree.tree(path))
        if isinstance(node, ast.FunctionDef)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]

    assert hidden == []


def test_money_is_never_a_fraction() -> None:
    fractions = [
        f"{tree.name_of(path)}:{node.lineno}"
        for path in tree.python_files("khuyenhoc")
        for node in ast.walk(tree.tree(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"float", "Decimal"}
    ]
    importing = {tree.name_of(path) for path in tree.python_files("khuyenhoc") if "decimal" in {*tree.imports(path)}}

    assert fractions == []
    assert importing <= {"khuyenhoc/proof/rows.py"}  # PostgreSQL gives sums as NUMERIC; they become int there
