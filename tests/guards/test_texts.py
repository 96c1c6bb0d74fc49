"""Texts: whoever switches to English reads English, everywhere, with every figure in its place."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from wtforms.i18n import messages_path

from khuyenhoc.web.messages import SENTENCES
from tests.support import tree

ENGLISH = tree.ROOT / "translations" / "en" / "LC_MESSAGES" / "messages.po"
KEYWORDS = {"_": None, "_l": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}
KEYWORDS["lazy_pgettext"] = KEYWORDS["pgettext"]
METHODS = [("khuyenhoc/**.py", "python"), ("templates/**.html", "jinja2")]
OPTIONS = {"templates/**.html": {"trimmed": "true", "encoding": "utf-8"}}
REFUSALS = {"RuleBroken", "NotFound", "NotAllowed", "AlreadyRecorded"}


@cache
def _texts() -> dict[str, str]:
    """Every text of code and templates, with the place of its first use."""
    found: dict[str, str] = {}
    for folder in ("khuyenhoc", "templates"):
        methods = [(pattern.removeprefix(f"{folder}/"), method) for pattern, method in METHODS if folder in pattern]
        options = {pattern.removeprefix(f"{folder}/"): given for pattern, given in OPTIONS.items()}
        for place, line, message, _comments, _context in extract_from_dir(
            tree.ROOT / folder, methods, options, KEYWORDS
        ):
            text = message if isinstance(message, str) else message[0]
            found.setdefault(text, f"{folder}/{place}:{line}")
    return found


@cache
def _english() -> Catalog:
    with ENGLISH.open("rb") as file:
        return read_po(file, locale="en", ignore_obsolete=True)


def test_every_text_has_its_english() -> None:
    english = _english()
    missing = {
        text: place
        for text, place in _texts().items()
        if text and ((entry := english.get(text)) is None or not entry.string or entry.fuzzy)
    }

    assert missing == {}, f"{len(missing)} texts without English"


def test_no_english_is_left_over() -> None:
    left_over = [entry.id for entry in _english() if entry.id and entry.id not in _texts()]

    assert left_over == []


def test_every_figure_stays_in_its_place() -> None:
    """Same placeholders, shown the same way. Only a form of address may fall away: English says “you”."""
    figure = re.compile(r"%(?:\(\w+\))?[.\d]*[a-z%]")
    different = [
        entry.id
        for entry in _english()
        if isinstance(entry.id, str) and entry.id and isinstance(entry.string, str) and entry.string
        if sorted(figure.findall(entry.id)) != sorted(figure.findall(entry.string))
        if sorted(figure.findall(entry.id.replace("%(you)s", ""))) != sorted(figure.findall(entry.string))
    ]

    assert different == []


def test_a_text_keeps_its_edges() -> None:
    """A blank at the beginning or end joins the text to what stands beside it."""
    different = [
        entry.id
        for entry in _english()
        if isinstance(entry.id, str) and entry.id and isinstance(entry.string, str) and entry.string
        if any(entry.id[end].isspace() != entry.string[end].isspace() for end in (0, -1))
    ]

    assert different == []


def test_the_compiled_catalogue_is_the_written_one() -> None:
    with ENGLISH.with_suffix(".mo").open("rb") as file:
        compiled = {entry.id: entry.string for entry in read_mo(file) if entry.id}
    written = {entry.id: entry.string for entry in _english() if entry.id and entry.string}

    assert compiled == written, "run: make translations"


def test_what_wtforms_says_it_says_in_our_words() -> None:
    with Path(messages_path(), "wtforms.pot").open("rb") as file:
        own = {entry.id if isinstance(entry.id, str) else entry.id[0] for entry in read_po(file) if entry.id}

    assert own - set(SENTENCES) == set()


@pytest.mark.parametrize("path", tree.python_files("khuyenhoc"), ids=tree.name_of)
def test_a_refusal_speaks_the_readers_language(path: Path) -> None:
    bare = [
        node.lineno
        for node in ast.walk(tree.tree(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in REFUSALS and node.args
        if _has_words(node.args[0])
    ]

    assert bare == []


def _has_words(node: ast.expr) -> bool:
    """Whether letters stand in the text itself; what is only put together from other texts has none."""
    pieces = node.values if isinstance(node, ast.JoinedStr) else [node]
    said = "".join(str(piece.value) for piece in pieces if isinstance(piece, ast.Constant))
    return any(letter.isalpha() for letter in said)


def test_no_text_is_put_together_before_it_is_looked_up() -> None:
    """``_(f"…")`` finds nothing in a catalogue; figures go in by name."""
    wrong = [
        f"{tree.name_of(path)}:{node.lineno}"
        for path in tree.python_files("khuyenhoc")
        for node in ast.walk(tree.tree(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"_", "_l"} and node.args
        if isinstance(node.args[0], ast.JoinedStr | ast.BinOp)
    ]

    assert wrong == []


def test_english_is_english() -> None:
    letters = set("ăâđêôơưĂÂĐÊÔƠƯ") | set("ạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ")
    vietnamese = [
        str(entry.string)
        for entry in _english()
        if entry.id and sum(c in letters for c in str(entry.string)) > len(str(entry.string)) // 8
    ]

    assert vietnamese == []


def test_so_many_goods_are_said_in_one_way() -> None:
    """``8 chiếc xe đạp``: a name amid a sentence begins small, and a unit that the name begins with is said once."""
    put_together = re.compile(r"unit_of_measure\s*\}+ \{+[^}]*name|%\(unit\)s %\(item\)s")
    files = [*tree.python_files("khuyenhoc"), *(tree.ROOT / "templates").rglob("*.html")]

    assert [tree.name_of(path) for path in files if put_together.search(path.read_text(encoding="utf-8"))] == []
