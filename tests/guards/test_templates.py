"""Templates: all compile, all are used, import nothing in vain, hold no script or style, speak both languages."""

import re
from functools import cache
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import nodes

from tests.support import tree

FOLDER = tree.ROOT / "templates"
ALL = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.html"))
VIETNAMESE = re.compile(r"[ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ]", re.IGNORECASE)
REFERENCES = (nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport)

INLINE = {
    "a script in the page": r"<script(?![^>]*\bsrc=)",
    "a style in the page": r"<style\b|\bstyle\s*=",
    "a handler in the page": r"[\s\"'](?<!data-)on[a-z]+\s*=\s*[\"']",
    "htmx not written data-hx-": r"(?<![\w-])hx-[a-z-]+\s*=",
    "script in htmx": r"data-hx-on|[\"'](?:js|javascript):",
    "an address of elsewhere": r"(?:src|href|action)=[\"']https?:",
}


def _source(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


@cache
def _without_jinja(name: str) -> str:
    source = re.sub(r"\{#.*?#\}", "", _source(name), flags=re.DOTALL)
    source = re.sub(r"\{%-?\s*trans\b.*?endtrans\s*-?%\}", "", source, flags=re.DOTALL)
    source = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", "", source, flags=re.DOTALL)
    return source.replace("– Khuyến học</title>", "")  # the one name that is the same in every language


@pytest.mark.sqlite  # once is enough: no database is read
@pytest.mark.parametrize("name", ALL)
def test_compiles(the_site: Flask, name: str) -> None:
    the_site.jinja_env.get_template(name)


@pytest.mark.parametrize("name", ALL)
def test_holds_no_script_or_style(name: str) -> None:
    found = [what for what, pattern in INLINE.items() if re.search(pattern, _source(name))]

    assert found == []


@pytest.mark.parametrize("name", ALL)
def test_every_word_can_be_translated(name: str) -> None:
    bare = [line.strip() for line in _without_jinja(name).splitlines() if VIETNAMESE.search(line)]

    assert bare == []


@pytest.mark.sqlite  # once is enough: no database is read
@pytest.mark.parametrize("name", ALL)
def test_imports_nothing_in_vain(the_site: Flask, name: str) -> None:
    source = _source(name)
    parsed = the_site.jinja_env.parse(source)
    names = [entry for node in parsed.find_all(nodes.FromImport) for entry in node.names]
    imported = {entry[1] if isinstance(entry, tuple) else entry for entry in names}
    imported |= {node.target for node in parsed.find_all(nodes.Import)}

    assert {entry for entry in imported if len(re.findall(rf"\b{re.escape(entry)}\b", source)) < 2} == set()


def test_every_template_is_used(the_site: Flask) -> None:
    named = {
        literal
        for path in tree.python_files("khuyenhoc")
        for literal in re.findall(r"[\"']([\w/.-]+\.html)[\"']", path.read_text(encoding="utf-8"))
    }
    for name in ALL:
        parsed = the_site.jinja_env.parse(_source(name))
        for node in parsed.find_all(REFERENCES):
            named |= {constant.value for constant in node.find_all(nodes.Const) if isinstance(constant.value, str)}

    assert set(ALL) - named == set()


def test_every_template_that_is_named_exists() -> None:
    named = {
        (literal, tree.name_of(path))
        for path in tree.python_files("khuyenhoc")
        for literal in re.findall(r"[\"']((?:\w+/)+\w+\.html)[\"']", path.read_text(encoding="utf-8"))
    }

    assert {place for place in named if not Path(FOLDER / place[0]).is_file()} == set()
