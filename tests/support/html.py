"""Pages as a tree that tests can ask, and the manners that every page keeps."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from html.parser import HTMLParser

from tests.support.tree import ROOT

VOID = frozenset(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"])
OPTIONAL_END = frozenset(["li", "p", "td", "th", "tr", "tbody", "thead", "tfoot", "option", "dt", "dd"])


@dataclass
class Node:
    """One element: its name, attributes, children and the text between them."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list["Node | str"] = field(default_factory=list)
    parent: "Node | None" = None

    def __getitem__(self, attribute: str) -> str:
        return self.attributes[attribute]

    def get(self, attribute: str, otherwise: str = "") -> str:
        """An attribute's value, or ``otherwise``."""
        return self.attributes.get(attribute, otherwise)

    def has(self, attribute: str) -> bool:
        """Whether the element bears the attribute, with whatever value."""
        return attribute in self.attributes

    @property
    def classes(self) -> frozenset[str]:
        """The element's classes."""
        return frozenset(self.get("class").split())

    @property
    def text(self) -> str:
        """All the text inside, spaces put in order (a no-break space stays)."""
        return re.sub(r"[ \t\r\n]+", " ", "".join(self._pieces())).strip()

    def _pieces(self) -> Iterator[str]:
        for child in self.children:
            if isinstance(child, str):
                yield child
            elif child.name not in ("script", "style"):
                yield from child._pieces()
                yield " " if child.name not in ("a", "span", "strong", "small", "b", "svg", "use") else ""

    def walk(self) -> Iterator["Node"]:
        """The element and everything inside, in the order of the page."""
        yield self
        for child in self.children:
            if isinstance(child, Node):
                yield from child.walk()

    def all(self, name: str = "", /, where: Callable[["Node"], bool] | None = None, **attributes: str) -> list["Node"]:
        """Every element inside of this name, with these attributes (``class_``: has this class)."""
        return [node for node in self.walk() if node is not self and node._is(name, where, attributes)]

    def one(self, name: str = "", /, where: Callable[["Node"], bool] | None = None, **attributes: str) -> "Node":
        """The only such element; fails when there is none or more than one."""
        found = self.all(name, where, **attributes)
        assert len(found) == 1, f"{len(found)} elements {name} {attributes or ''} instead of one, in: {self.text[:400]}"
        return found[0]

    def _is(self, name: str, where: Callable[["Node"], bool] | None, attributes: dict[str, str]) -> bool:
        if name and self.name != name:
            return False
        for key, value in attributes.items():
            if key == "class_":
                if value not in self.classes:
                    return False
            elif self.attributes.get(key.rstrip("_").replace("_", "-")) != value:
                return False
        return where is None or where(self)


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("#document")
        self.at = self.root
        self.doctype = False
        self.faults: list[str] = []

    def handle_decl(self, decl: str) -> None:
        self.doctype = self.doctype or decl.lower() == "doctype html"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        self.faults += [f"<{tag}> bears {name} twice" for name in sorted({n for n in names if names.count(n) > 1})]
        node = Node(tag, {name: value or "" for name, value in attrs}, parent=self.at)
        self.at.children.append(node)
        if tag not in VOID:
            self.at = node

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.at = self.at.parent or self.root

    def handle_endtag(self, tag: str) -> None:
        node = self.at
        while node.name != tag and node.name in OPTIONAL_END and node.parent:
            node = node.parent
        if node.name != tag:
            self.faults.append(f"</{tag}> closes nothing, inside <{self.at.name}>")
            return
        self.at = node.parent or self.root

    def handle_data(self, data: str) -> None:
        self.at.children.append(data)


def read(text: str) -> Node:
    """The page, or part of one, as a tree."""
    return _build(text).root


@lru_cache(maxsize=8)
def _build(text: str) -> _Builder:
    builder = _Builder()
    builder.feed(text)
    builder.close()
    if builder.at is not builder.root and builder.at.name not in OPTIONAL_END:
        builder.faults.append(f"<{builder.at.name}> is never closed")
    return builder


def faults(text: str) -> list[str]:
    """What is wrong with a page's manners; empty when nothing is."""
    builder = _build(text)
    page, found = builder.root, list(builder.faults)
    found += _faults_of_ids(page) + _faults_of_forms(page) + _faults_of_policy(page) + _faults_of_icons(page)
    if builder.doctype:
        found += _faults_of_a_whole_page(page)
    return found


def _faults_of_a_whole_page(page: Node) -> list[str]:
    found = []
    html = page.one("html")
    if html.get("lang") not in ("vi", "en"):
        found.append("the page does not say its language")
    titles, headings = page.all("title", where=lambda n: n.parent is None or n.parent.name == "head"), page.all("h1")
    if len(titles) != 1 or len(headings) != 1:
        return [*found, f"{len(titles)} titles and {len(headings)} h1, instead of one of each"]
    unlisted = any("noindex" in meta.get("content") for meta in page.all("meta", name="robots"))
    if not unlisted and headings[0].text not in titles[0].text:
        found.append(f"the h1 “{headings[0].text}” is not in the title “{titles[0].text}”")
    if len(page.all("main")) != 1:
        found.append("there is not one main part")
    return found


def _faults_of_ids(page: Node) -> list[str]:
    ids = [node["id"] for node in page.walk() if node.has("id")]
    found = [f"the id {name} stands twice" for name in sorted({name for name in ids if ids.count(name) > 1})]
    known = set(ids)
    for node in page.walk():
        for attribute in ("for", "aria-describedby", "aria-labelledby", "aria-controls"):
            missing = [name for name in node.get(attribute).split() if name not in known]
            found += [f"<{node.name} {attribute}={name}> points at nothing" for name in missing]
    return found


def _faults_of_forms(page: Node) -> list[str]:
    found = []
    labelled = {label.get("for") for label in page.all("label")}
    for form in page.all("form"):
        if not form.get("action") or form.get("method") not in ("get", "post"):
            found.append(f"a form without action or method: {form.attributes}")
        if form.get("method") == "post" and not form.all("input", name="csrf_token"):
            found.append(f"the form to {form.get('action')} bears no token")
    for control in [*page.all("input"), *page.all("select"), *page.all("textarea")]:
        if control.get("type") in ("hidden", "submit", "button"):
            continue
        named = control.get("id") in labelled or control.has("aria-label") or control.has("aria-labelledby")
        if not named and not _inside(control, "label"):
            found.append(f"the field {control.get('name')} has no label")
    return found


def _inside(node: Node, name: str) -> bool:
    while node.parent:
        node = node.parent
        if node.name == name:
            return True
    return False


ICONS = frozenset(re.findall(r'<symbol id="([^"]+)"', (ROOT / "static/icons.svg").read_text(encoding="utf-8")))


def _faults_of_icons(page: Node) -> list[str]:
    drawn = [node.get("href") for node in page.all("use") if "icons.svg#" in node.get("href")]
    return [f"there is no icon {href}" for href in drawn if href.partition("#")[2] not in ICONS]


def _faults_of_policy(page: Node) -> list[str]:
    found = []
    for node in page.walk():
        found += [f"<{node.name} {name}=…> is inline script" for name in node.attributes if name.startswith("on")]
        if node.has("style") or node.name == "style":
            found.append(f"<{node.name}> has inline style")
        if node.name == "script" and not node.get("src"):
            found.append("a script stands in the page")
        if node.name == "img" and not node.has("alt"):
            found.append(f"the picture {node.get('src')} has no alt")
        found += [
            f"<{node.name} {name}> is not written data-{name}" for name in node.attributes if name.startswith("hx-")
        ]
    return found


BY_CHANCE = re.compile("[0-9A-Fa-f ]{1,5}")
"""What the digits of a seal may read by chance: 7A, 0900."""


def found(words: Iterable[str], text: str) -> list[str]:
    """Those of the words that stand in the text; what a seal may read by chance, as a whole word only."""
    whole = {word: re.escape(word) for word in words}
    whole |= {word: rf"(?<!\w){escaped}(?!\w)" for word, escaped in whole.items() if BY_CHANCE.fullmatch(word)}
    return [word for word, pattern in whole.items() if re.search(pattern, text)]
