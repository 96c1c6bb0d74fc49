"""Walks a site as one person would who clicks every link once."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.exceptions import HTTPException

from tests.support.browser import Answer, Browser


@dataclass(frozen=True)
class Found:
    """One page: where it is, which endpoint made it, and what came back."""

    path: str
    endpoint: str
    answer: Answer


def walk(browser: Browser, start: str = "/", *, per_endpoint: int = 3, most: int = 400) -> Iterator[Found]:
    """Every page that links lead to, a few of each endpoint; every page's manners are looked at."""
    waiting, seen, counted = [start], {start}, dict[str, int]()
    while waiting and len(seen) < most:
        path = waiting.pop(0)
        endpoint = endpoint_of(browser.app, path)
        if endpoint == "static" or counted.get(endpoint, 0) >= per_endpoint:
            continue
        counted[endpoint] = counted.get(endpoint, 0) + 1
        response = browser.client.get(path)
        assert response.status_code in (200, 303), f"a link leads to {path}, which answers {response.status_code}"
        if response.status_code == 303:
            links = [response.location]
        elif response.mimetype == "text/html":
            answer = browser.get(path)
            yield Found(path, endpoint, answer)
            links = [node.get("href") for node in answer.page.all("a")]
        else:
            links = []
        for link in map(_own, links):
            if link and link not in seen:
                seen.add(link)
                waiting.append(link)


def endpoint_of(app: Flask, path: str) -> str:
    """The endpoint that answers a path; empty when none does."""
    try:
        endpoint, _ = app.url_map.bind("localhost").match(urlsplit(path).path)
    except HTTPException:
        return ""
    return str(endpoint)


def _own(link: str) -> str:
    parts = urlsplit(link)
    if parts.scheme not in ("", "http") or parts.netloc not in ("", "localhost") or not parts.path.startswith("/"):
        return ""
    return parts.path + (f"?{parts.query}" if parts.query else "")
