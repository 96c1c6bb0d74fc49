"""Files of others are what their makers published; every decision is listed; scripts can be run."""

import base64
import hashlib
import json
import os
import re

from khuyenhoc.web.assets import KINDS
from tests.support import tree

VENDOR = tree.ROOT / "static" / "vendor"
DECISIONS = tree.ROOT / "docs" / "decisions"


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
