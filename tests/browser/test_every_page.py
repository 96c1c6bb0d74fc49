"""Every page, found by clicking every link: valid, accessible, on a desk and on a phone."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Page

from tests.support import checker, people
from tests.support.browser import Browser
from tests.support.chromium import WIDTHS, Windows, hangs_over
from tests.support.crawler import Found, walk

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],  # whatever passes is not gathered
}
LOOK = """rules => axe.run(rules).then(
  all => all.violations.map(one => `${one.id} – ${one.nodes[0].html.slice(0, 200)}`)
)"""
READERS = ["", *people.OFFICERS]


Pages = dict[tuple[str, str], Found]
"""Endpoint and reader → the page."""


@pytest.fixture(scope="session")
def broken() -> list[str]:
    """The links that lead nowhere."""
    return []


@pytest.fixture(scope="session")
def pages(whole_year_site: Flask, broken: list[str]) -> Pages:
    """Every page, found by clicking every link."""
    found = {}
    with whole_year_site.app_context():
        for username in READERS:
            browser = Browser(whole_year_site)
            if username:
                browser.sign_in(username)
            found |= {(page.endpoint, username): page for page in walk(browser, broken, per_endpoint=1)}
    return found


def test_every_link_leads_somewhere(pages: Pages, broken: list[str]) -> None:
    assert pages
    assert broken == []


def test_every_page_is_valid(pages: Pages, tmp_path: Path) -> None:
    texts = {f"{reader}: {page.path}": page.answer.body for (_, reader), page in pages.items()}

    faults = checker.faults(texts, tmp_path)
    assert faults == [], "\n".join(faults)


def test_every_page_can_be_used_by_everyone(pages: Pages, whole_year_windows: Windows) -> None:
    """Looked at by axe in a window as wide as a desk's and a phone's; nothing hangs over, on a small phone neither."""
    faults = []
    for reader, paths in _shared_out(pages).items():
        page = whole_year_windows.open(reader or None)
        for path in paths:
            page.goto(path)
            page.evaluate(Axe().axe_script)
            for size, (width, height) in WIDTHS.items():
                page.set_viewport_size({"width": width, "height": height})
                where = f"{path} ({size})"
                if size != "small phone":
                    faults += [f"{where}: {fault}" for fault in _violations(page)]
                faults += [f"{where} hangs over by {hangs_over(page)} px"] if hangs_over(page) > 0 else []

    assert faults == []


def _violations(page: Page) -> list[str]:
    """What axe finds, each with the first element at fault."""
    found: list[str] = page.evaluate(LOOK, RULES)
    return found


def _shared_out(pages: Pages) -> dict[str, list[str]]:
    """Reader → the paths to look at, so that every endpoint is looked at once, by the first who may see it."""
    shared: dict[str, list[str]] = {}
    seen = set()
    for (endpoint, reader), page in sorted(pages.items(), key=lambda entry: READERS.index(entry[0][1])):
        if endpoint not in seen:
            seen.add(endpoint)
            shared.setdefault(reader, []).append(page.path)
    return shared
