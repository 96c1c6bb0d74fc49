"""Walks a site as one person would who clicks every link once."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.exceptions import HTTPException

from tests.support.browser import Answer, Browser

NOT_PAGES = {"static", "web.healthz"}


@dataclass(frozen=True)
class Found:
    """One page: where it is, which endpoint made it, and what came back."""

    path: str
    endpoint: str
    answer: Answer


def walk(browser: Browser, broken: list[str], *, per_endpoint: int = 3, most: int = 400) -> Iterator[Found]:
    """Every page that has a plain address, and every page that a link leads to, a few of each endpoint.

    A plain address may be another role's; a link that leads nowhere is noted in ``broken``.
    Every page's manners are looked at.
    """
    waiting = [(path, "") for path in plain_addresses(browser.app)]
    seen, counted = {path for path, _ in waiting}, dict[str, int]()
    while waiting and len(seen) < most:
        path, linked_from = waiting.pop(0)
        endpoint = endpoint_of(browser.app, path)
        if endpoint in NOT_PAGES or counted.get(endpoint, 0) >= per_endpoint:
            continue
        response = browser.client.get(path)
        if not linked_from and response.status_code in (403, 404):
            continue
        if response.status_code not in (200, 303):
            broken.append(f"{linked_from or 'the address'} leads to {path}, which answers {response.status_code}")
            continue
        counted[endpoint] = counted.get(endpoint, 0) + 1
        links = [response.location] if response.status_code == 303 else []
        if response.status_code == 200 and response.mimetype == "text/html":
            answer = browser.look(response)
            if answer.body.lstrip().startswith("<!doctype html>"):
                yield Found(path, endpoint, answer)
            links = [node.get("href") for node in answer.page.all("a")]
        for link in filter(None, map(_own, links)):
            if link not in seen:
                seen.add(link)
                waiting.append((link, path))


def plain_addresses(app: Flask) -> list[str]:
    """Every address that can be read and has no parts."""
    rules = app.url_map.iter_rules()
    return sorted({rule.rule for rule in rules if "GET" in (rule.methods or ()) and not rule.arguments})


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
