"""A visitor who looks everywhere: every link, every narrowing, every file and header, and reads what files hold."""

import html as entities
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import urlencode, urlsplit

from flask import Flask
from pypdf import PdfReader
from werkzeug.test import TestResponse

from khuyenhoc.core.names import fold
from tests.support import html
from tests.support.browser import Browser
from tests.support.crawler import endpoint_of, plain_addresses

FOLLOWED = ("href", "src", "data-hx-get", "action", "formaction", "poster", "data", "srcset")
"""Attributes that lead somewhere, by a click or by the browser itself."""

TYPED = ("an", "2026")
"""What is typed into a field of a search."""

HTMX = {"HX-Request": "true"}
MOST_CHOICES = 6


@dataclass(frozen=True)
class Seen:
    """One answer: where it came from, its status, and everything in it that can be read."""

    path: str
    status: int
    text: str
    raw: bytes = field(repr=False)

    @cached_property
    def folded(self) -> str:
        """Small letters, no accents; what joins the words of an address or of a file's name is a space."""
        return fold(re.sub(r"[-_+]|%20", " ", self.text))


def look(browser: Browser, path: str, *, htmx: bool = False) -> Seen:
    """Open one address."""
    response = browser.client.get(path, headers=HTMX if htmx else {})
    seen = Seen(path, response.status_code, read(response), response.data)
    response.close()
    return seen


def read(response: TestResponse) -> str:
    """Headers and body of an answer as text: pages with their attributes, words of PDFs, cells of workbooks."""
    headers = "\n".join(f"{name}: {value}" for name, value in response.headers)
    body = "\n".join(_body(response.mimetype, response.data))
    text = unicodedata.normalize("NFC", f"{headers}\n{entities.unescape(body)}")
    return " ".join(text.replace("\u00a0", " ").split())


def _body(mimetype: str, data: bytes) -> Iterator[str]:
    if data.startswith(b"%PDF"):
        reader = PdfReader(io.BytesIO(data))
        yield str(reader.metadata)
        for page in reader.pages:
            yield page.extract_text()
    elif data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as file:
            for name in file.namelist():
                yield name
                yield file.read(name).decode("utf-8", "replace")
    elif not mimetype.startswith(("font/", "image/png")):
        yield data.decode("utf-8", "replace")


def walk(
    browser: Browser, start: Iterable[str] = (), *, per_endpoint: int = 12, per_file: int = 3, most: int = 3_000
) -> Iterator[Seen]:
    """Everything that can be reached by reading: whole pages, and the parts that htmx asks for."""
    app = browser.app
    first = [*start]
    waiting = [*first, *plain_addresses(app), "/robots.txt", "/favicon.ico", "/sitemap.xml"]
    known, counted = set(waiting), dict[str, int]()
    while waiting:
        path = waiting.pop(0)
        assert sum(counted.values()) < most, "more than somebody would read: say what to leave out"
        endpoint = endpoint_of(app, path)
        if counted.get(endpoint, 0) >= (per_file if endpoint in ("static", "") else per_endpoint) and path not in first:
            continue
        counted[endpoint] = counted.get(endpoint, 0) + 1
        seen = look(browser, path)
        yield seen
        if "text/html" not in seen.text[:600]:
            continue
        yield look(browser, path, htmx=True)
        for link in _links(app, html.read(seen.raw.decode("utf-8")), path):
            if link not in known:
                known.add(link)
                waiting.append(link)


def _links(app: Flask, page: html.Node, path: str) -> Iterator[str]:
    for node in page.walk():
        for name in FOLLOWED:
            if node.name != "form" and node.has(name):
                yield from _own(node[name].split(" ")[0])
        if node.name == "meta" and node.get("content").startswith(("/", "http")):
            yield from _own(node["content"])
    for form in page.all("form"):
        if form.get("method", "get") == "get":
            for query in _queries(form):
                yield from _own(f"{(form.get('action') or path).partition('?')[0]}?{urlencode(query)}")


def _queries(form: html.Node) -> Iterator[dict[str, str]]:
    """One question for each choice and for each field to type in."""
    for node in form.walk():
        name = node.get("name")
        if not name:
            continue
        if node.name == "select":
            for option in node.all("option")[:MOST_CHOICES]:
                yield {name: option.get("value", option.text)}
        elif node.get("type") in ("radio", "checkbox"):
            yield {name: node.get("value", "on")}
        elif node.name == "input" and node.get("type") not in ("hidden", "submit"):
            yield from ({name: typed} for typed in TYPED)


def _own(link: str) -> Iterator[str]:
    parts = urlsplit(link)
    ours = parts.scheme in ("", "http", "https") and parts.netloc in ("", "localhost", "127.0.0.1:8000")
    if ours and parts.path.startswith("/"):
        yield parts.path + (f"?{parts.query}" if parts.query else "")
