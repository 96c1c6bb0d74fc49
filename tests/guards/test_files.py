"""Files of others are what their makers published; every decision is listed; scripts can be run."""

import ast
import base64
import hashlib
import json
import os
import re

from khuyenhoc.web.assets import KINDS
from tests.support import html, tree

VENDOR = tree.ROOT / "static" / "vendor"
DECISIONS = tree.ROOT / "docs" / "decisions"
LISTS = ast.List | ast.ListComp | ast.Set | ast.SetComp


def test_vendored_files_are_unaltered_and_all_listed() -> None:
    manifest = {entry["file"]: entry for entry in json.loads((VENDOR / "manifest.json").read_text(encoding="utf-8"))}
    licences = {entry["licence_file"] for entry in manifest.values()}
    there = {path.name for path in VENDOR.iterdir()}

    assert there == {*manifest, *licences, "manifest.json"}
    for name, entry in manifest.items():
        found = base64.b64encode(hashlib.sha384((VENDOR / name).read_bytes()).digest()).decode()
        assert found == entry["sha384"], name
        assert {"name", "version", "licence"} <= set(entry), name


def test_every_file_that_is_served_has_its_kind() -> None:
    served = {path.suffix for path in (tree.ROOT / "static").rglob("*.*") if path.is_file()} - {".py"}

    assert served == set(KINDS)


def test_every_decision_is_listed_and_every_listed_one_is_there() -> None:
    listed = re.findall(r"\]\(([^)]+\.md)\)", (DECISIONS / "README.md").read_text(encoding="utf-8"))
    there = sorted(path.name for path in DECISIONS.glob("*.md") if path.name != "README.md")

    assert sorted(listed) == there


def test_links_between_our_texts_lead_somewhere() -> None:
    broken = [
        f"{tree.name_of(path)}: {target}"
        for path in [*tree.ROOT.glob("*.md"), *(tree.ROOT / "docs").rglob("*.md")]
        for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)[^)]*\)", path.read_text(encoding="utf-8"))
        if not (path.parent / target).exists()
    ]

    assert broken == []


def test_scripts_can_be_run() -> None:
    for script in (tree.ROOT / ".ci").iterdir():
        assert os.access(script, os.X_OK), script.name


def test_nothing_large_slips_in() -> None:
    kept = [path for folder in ("khuyenhoc", "static", "docs", "tests") for path in (tree.ROOT / folder).rglob("*")]
    large = [tree.name_of(path) for path in kept if path.is_file() and path.stat().st_size > 700_000]

    assert large == []


def test_no_test_looks_for_what_a_seal_may_read_by_chance() -> None:
    """``"7A" not in page.body`` fails one day in a hundred, where 7A stands in a fingerprint: ``html.found`` asks."""
    by_chance = [
        f"{tree.name_of(path)}:{node.lineno}: {word}"
        for path in tree.python_files("tests")
        for node in ast.walk(tree.tree(path))
        for word in _refused_words(node)
        if html.BY_CHANCE.fullmatch(word)
    ]

    assert by_chance == []


def _refused_words(node: ast.AST) -> list[str]:
    """The words that ``assert "…" not in …`` looks for, alone or in a loop over a row of words."""
    if isinstance(node, ast.Assert) and (left := _absent(node)) is not None:
        return _words(left)
    if isinstance(node, ast.For) and isinstance(node.target, ast.Name):
        absent = [left for inner in ast.walk(node) if (left := _absent(inner)) is not None]
        if any(isinstance(left, ast.Name) and left.id == node.target.id for left in absent):
            return _words(node.iter)
    return []


def _absent(node: ast.AST) -> ast.expr | None:
    """What ``assert … not in …`` says is not there; a list is asked for the whole of a word anyway."""
    if not isinstance(node, ast.Assert) or not isinstance(node.test, ast.Compare):
        return None
    asked = node.test
    return asked.left if isinstance(asked.ops[0], ast.NotIn) and not isinstance(asked.comparators[0], LISTS) else None


def _words(node: ast.expr) -> list[str]:
    pieces = node.elts if isinstance(node, ast.Tuple | ast.List) else [node]
    return [piece.value for piece in pieces if isinstance(piece, ast.Constant) and isinstance(piece.value, str)]
