"""Every page, found by clicking every link: valid, accessible, on a desk and on a phone."""

from pathlib import Path

import pytest
from flask import Flask

from tests.support import checker, people, usable
from tests.support.browser import Browser
from tests.support.chromium import Windows
from tests.support.crawler import Found, walk

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
    faults = []
    for reader, paths in _shared_out(pages).items():
        page = whole_year_windows.open(reader or None)
        for path in paths:
            faults += usable.faults_of(page, path)

    assert faults == []


def _shared_out(pages: Pages) -> dict[str, list[str]]:
    """Reader → the paths to look at, so that every endpoint is looked at once, by the first who may see it."""
    shared: dict[str, list[str]] = {}
    seen = set()
    for (endpoint, reader), page in sorted(pages.items(), key=lambda entry: READERS.index(entry[0][1])):
        if endpoint not in seen:
            seen.add(endpoint)
            shared.setdefault(reader, []).append(page.path)
    return shared
