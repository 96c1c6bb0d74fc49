"""Finds what a site offers: walks it as each person, and notes every page and every form with its fields."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

from flask import Flask
from werkzeug.datastructures import Headers

from tests.support import html
from tests.support.browser import Browser
from tests.support.crawler import NOT_PAGES, endpoint_of, plain_addresses

TOKEN, KEY = "csrf_token", "form_key"


@dataclass(frozen=True)
class Field:
    """One control of a form: its name, what it is, what stands in it, and what it offers to choose from."""

    name: str
    kind: str
    value: str = ""
    options: tuple[str, ...] = ()
    sends: bool = True
    """Whether a browser would send ``value`` when nobody touches the control."""


@dataclass(frozen=True)
class FoundForm:
    """A form that somebody was shown: where it leads, and with what."""

    endpoint: str
    action: str
    method: str
    fields: tuple[Field, ...]
    page: str
    reader: str

    @property
    def names(self) -> tuple[str, ...]:
        """The fields that a person could fill in or forge, each once; not the token."""
        return tuple(dict.fromkeys(field.name for field in self.fields if field.name != TOKEN))

    @property
    def variant(self) -> tuple[str, tuple[str, ...]]:
        """What tells forms of one endpoint apart: which fields they ask."""
        return self.endpoint, tuple(sorted(set(self.names)))

    def untouched(self) -> dict[str, str]:
        """What a browser sends when nobody has typed anything."""
        sent: dict[str, str] = {}
        for one in self.fields:
            if one.sends and one.name != TOKEN:
                sent.setdefault(one.name, one.value)
        return sent


@dataclass
class Found:
    """Everything that was found, by whoever found it first."""

    pages: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    """Endpoint → reader → addresses that answered 200."""
    forms: list[FoundForm] = field(default_factory=list)
    queries: dict[str, set[str]] = field(default_factory=dict)
    """Endpoint → the names of what its addresses ask for behind the question mark."""
    headers: dict[tuple[str, str], Headers] = field(default_factory=dict)
    """Endpoint and reader → the headers of the first page that was found there."""
    broken: list[str] = field(default_factory=list)
    files: set[str] = field(default_factory=set)
    """Endpoints that answer with no page: once is enough, they are slow to make."""

    def posts(self) -> dict[tuple[str, tuple[str, ...]], FoundForm]:
        """One form of every kind that changes something."""
        return {form.variant: form for form in reversed(self.forms) if form.method == "post"}

    def address(self, endpoint: str) -> tuple[str, str] | None:
        """A page of this endpoint, and who may read it."""
        return next(((reader, paths[0]) for reader, paths in self.pages.get(endpoint, {}).items()), None)


def explore(
    app: Flask,
    readers: Iterable[str],
    *,
    start: Iterable[str] = (),
    own: Mapping[str, Sequence[str]] | None = None,
    per_endpoint: int = 3,
    most: int = 500,
) -> Found:
    """Walk the site as each of ``readers`` (an empty name: nobody signed in), beginning also at ``start``.

    ``own``: reader → where that one alone begins too.
    """
    found = Found()
    for reader in readers:
        browser = Browser(app)
        if reader:
            browser.sign_in(reader)
        mine = [*(own or {}).get(reader, ()), *start]
        _walk(browser, reader, found, [*mine, *plain_addresses(app)], set(mine), per_endpoint, most)
    return found


def _walk(
    browser: Browser, reader: str, found: Found, waiting: list[str], always: set[str], per_endpoint: int, most: int
) -> None:
    seen, counted = set(waiting), dict[tuple[str, str], int]()
    while waiting and len(seen) < most:
        path = waiting.pop(0)
        endpoint = endpoint_of(browser.app, path)
        kind = (endpoint, _shape(path))
        if (
            not endpoint
            or endpoint in NOT_PAGES | found.files
            or (counted.get(kind, 0) >= per_endpoint and path not in always)
        ):
            continue
        answer = browser.client.get(path)
        if answer.status_code >= 500:
            found.broken.append(f"{reader or 'nobody'}: {path} answers {answer.status_code}")
        links = [answer.location] if answer.status_code == 303 else []
        if answer.status_code == 200:
            counted[kind] = counted.get(kind, 0) + (path not in always)
            found.pages.setdefault(endpoint, {}).setdefault(reader, []).append(path)
            found.headers.setdefault((endpoint, reader), answer.headers)
            if answer.mimetype != "text/html":
                found.files.add(endpoint)
            else:
                page = html.read(answer.get_data(as_text=True))
                found.forms += forms_of(browser.app, page, path, reader)
                links = [node.get("href") for node in page.all("a")]
        for link in filter(None, map(_own, links)):
            found.queries.setdefault(endpoint_of(browser.app, link), set()).update(
                name for name, _ in parse_qsl(urlsplit(link).query, keep_blank_values=True)
            )
            if link not in seen:
                seen.add(link)
                waiting.append(link)


def _shape(path: str) -> str:
    """Words in an address (``/ghi/phi``) make another page; numbers and codes another object."""
    return "/".join(
        part for part in urlsplit(path).path.split("/") if part.replace("-", "").isalpha() and part.islower()
    )


def _own(link: str) -> str:
    parts = urlsplit(link)
    if parts.netloc not in ("", "localhost") or not parts.path.startswith("/"):
        return ""
    return parts.path + (f"?{parts.query}" if parts.query else "")


def forms_of(app: Flask, page: html.Node, path: str, reader: str) -> Iterator[FoundForm]:
    """The forms of one page."""
    outside: dict[str, list[html.Node]] = {}
    for node in page.walk():
        if node.has("form"):
            outside.setdefault(node["form"], []).append(node)
    for form in page.all("form"):
        nodes = [*form.walk(), *outside.get(form.get("id"), [])] if form.get("id") else list(form.walk())
        action = form.get("action") or path
        fields = tuple(one for node in nodes for one in _fields(node))
        for method, target in dict.fromkeys([(form.get("method"), action), *_elsewhere(nodes)]):
            yield FoundForm(endpoint_to(app, target, method), target, method, fields, path, reader)


def _elsewhere(nodes: list[html.Node]) -> Iterator[tuple[str, str]]:
    """Where buttons and htmx send the same fields."""
    for node in nodes:
        for attribute, method in (("formaction", "post"), ("data-hx-post", "post"), ("data-hx-get", "get")):
            if node.has(attribute):
                yield method, node[attribute]


def endpoint_to(app: Flask, action: str, method: str) -> str:
    """The endpoint that a form leads to."""
    endpoint, _ = app.url_map.bind("localhost").match(urlsplit(action).path, method=method.upper())
    return str(endpoint)


def _fields(node: html.Node) -> Iterator[Field]:
    name = node.get("name")
    if not name or node.name not in ("input", "select", "textarea", "button"):
        return
    if node.name == "select":
        options = tuple(one.get("value", one.text) for one in node.all("option"))
        chosen = next((one.get("value", one.text) for one in node.all("option") if one.has("selected")), "")
        yield Field(name, "select", chosen or next(iter(options), ""), options, bool(options))
    elif node.name == "textarea":
        yield Field(name, "textarea", node.text)
    else:
        kind = node.get("type", "text" if node.name == "input" else "submit")
        ticked = node.has("checked") or kind not in ("radio", "checkbox", "submit", "button")
        yield Field(name, kind, node.get("value", "on" if kind == "checkbox" else ""), (), ticked)
