"""The minors' gate holds in the code: outside the circle nothing reaches for what is in a recipient's file.

``recipients.gate`` says what may leave. A module or template that reads a name, school, class, birth or
circumstance by itself stands on the list below with its reason, or fails here.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from khuyenhoc.recipients.recipient_tables import Circumstance, Consent, Evidence, Guardian, Recipient, SchoolResult
from tests.support import tree

TABLES = (Recipient, Guardian, Circumstance, SchoolResult, Consent, Evidence)
PLAIN = {"id", "unit_id", "kind", "state", "position", "recipient_id", "idempotency_key", "purpose", "school_year"}
"""Columns that tell nobody's identity."""

PRIVATE = {
    name
    for table in TABLES
    for name in (*table.__mapper__.columns.keys(), *table.__mapper__.relationships.keys())
    if name not in PLAIN
}
CALLED = re.compile(r"(?:\w*_)?(?:recipient|pupil|student|candidate|nominee)s?", re.IGNORECASE)
"""How code calls a recipient: whoever gives one another name hides it from this guard, and from the reader."""

OUTSIDE = ("core", "web", "history", "org", "approvals", "funds", "ledger", "tracing", "giving", "treasury")
OUTSIDE += ("reports", "proof", "home", "upkeep")
"""Packages whose pages, papers and files go to donors, the public, or officers who decide nothing about pupils."""

WITHIN = {
    "khuyenhoc/recipients/": "the files themselves and their pages",
    "khuyenhoc/papers/consent_form.py": "the form that guardian and child sign",
    "khuyenhoc/papers/views/consent.py": "prints that form for those who look after the unit",
    "khuyenhoc/awards/": "the circle that decides",
    "khuyenhoc/payouts/": "pays and hands over, to the person by name",
    "khuyenhoc/goods/": "hands goods over, to the person by name",
    "khuyenhoc/demo/": "makes the invented recipients of the demonstration",
    "templates/recipients/": "the pages of the files",
    "templates/awards/": "the pages of the circle that decides",
    "templates/payouts/": "lists to sign at the handover",
    "templates/goods/": "handovers of goods to the person by name",
}
"""Where a recipient's file may be read → why. Public output of these goes through the gate all the same."""

PUBLIC_OF_THE_CIRCLE = re.compile(r"(public|publication|notice|preview|message|letter|for_donor)")
"""Modules and templates inside the circle that write for outside, by their names: they are outside too."""

SQL = re.compile(r"\b(?:FROM|JOIN)\s+(?:recipients|guardians|circumstances|school_results|consents)\b", re.IGNORECASE)
BYTES = {
    "khuyenhoc/proof/checks/evidence_files.py": {"khuyenhoc.recipients.files"},
    "khuyenhoc/upkeep/store.py": {"khuyenhoc.recipients.files"},
}
"""Who handles evidence as bytes under their digests, and does not ask whose they are."""


def _is_within(name: str) -> bool:
    inside = any(name.startswith(place) for place in WITHIN)
    return inside and not PUBLIC_OF_THE_CIRCLE.search(Path(name).stem)


OUTER_CODE = [path for path in tree.python_files("khuyenhoc") if not _is_within(tree.name_of(path))]
OUTER_PAGES = [path for path in (tree.ROOT / "templates").rglob("*.html") if not _is_within(tree.name_of(path))]


def reached_for(source: ast.AST) -> Iterator[str]:
    """Every ``recipient.full_name`` of a piece of code, however the recipient was come by."""
    for node in ast.walk(source):
        if isinstance(node, ast.Attribute) and node.attr in PRIVATE and _is_recipient(node.value):
            yield f"{node.lineno}: .{node.attr}"
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "getattr" and _is_recipient(node.args[0]):
            yield f"{node.lineno}: getattr"


def _is_recipient(node: ast.expr) -> bool:
    while isinstance(node, ast.Subscript | ast.Call):
        node = node.value if isinstance(node, ast.Subscript) else node.func
    name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
    return bool(CALLED.fullmatch(name))


def test_code_outside_the_circle_reads_no_file() -> None:
    reaching = {tree.name_of(path): found for path in OUTER_CODE if (found := [*reached_for(tree.tree(path))])}

    assert reaching == {}


def test_code_outside_the_circle_asks_the_gate_and_nobody_else() -> None:
    asking = {
        tree.name_of(path): asked
        for path in OUTER_CODE
        if path.relative_to(tree.ROOT).parts[:2] in {("khuyenhoc", package) for package in OUTSIDE}
        if (asked := _asked(path) - {"khuyenhoc.recipients.gate"} - BYTES.get(tree.name_of(path), set()))
    }

    assert asking == {}


def _asked(path: Path) -> set[str]:
    """What a module takes from the recipients' package."""
    return {
        f"{node.module}.{alias.name}"
        for node in ast.walk(tree.tree(path))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("khuyenhoc.recipients")
        for alias in node.names
    }


def test_no_sql_outside_the_circle_reads_files() -> None:
    reading = {
        f"{tree.name_of(path)}:{node.lineno}"
        for path in OUTER_CODE
        for node in ast.walk(tree.tree(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and SQL.search(node.value)
    }

    assert reading == set()


def test_pages_outside_the_circle_show_no_file() -> None:
    field = re.compile(r"(\w+)(?:\[[^\]]*\])?\.(?:" + "|".join(sorted(PRIVATE)) + r")\b")
    showing = {
        f"{tree.name_of(path)}: {match[0]}"
        for path in OUTER_PAGES
        for match in field.finditer(path.read_text(encoding="utf-8"))
        if CALLED.fullmatch(match[1])
    }

    assert showing == set()


def test_every_place_of_the_list_is_there_or_will_be() -> None:
    named = [place for place in WITHIN if place.endswith((".py", ".html"))]

    assert [place for place in named if not (tree.ROOT / place).is_file()] == []
    assert all(reason for reason in WITHIN.values())


@pytest.mark.parametrize(
    "code",
    [
        "recipient.full_name",
        "award.recipient.class_name",
        "pupil.school",
        "awards[0].recipient.birth_date",
        "recipient_of(award).guardians",
        "getattr(recipient, name)",
        "Recipient.folded",
    ],
)
def test_the_guard_sees_through_the_usual_ways(code: str) -> None:
    if code.startswith("recipient_of"):
        code = code.replace("recipient_of(award)", "recipient(award)")

    assert [*reached_for(ast.parse(code))]


def test_the_guard_lets_pass_what_tells_nobody() -> None:
    assert [*reached_for(ast.parse("recipient.id, award.recipient.unit_id, user.full_name, donor.address"))] == []
