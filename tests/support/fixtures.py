"""Fixtures that several folders share: the demonstration year, and windows of a real browser."""

from collections.abc import Iterator

import playwright.sync_api
import pytest
from flask import Flask

from khuyenhoc.demo import load
from tests.support import chromium, engines, site
from tests.support.chromium import Windows


@pytest.fixture(scope="session")
def demonstration_site(tmp_path_factory: pytest.TempPathFactory, databases: engines.Databases) -> Iterator[Flask]:
    """The site with the demonstration year, loaded once a run. Ask for ``demonstration`` in a single test."""
    app = site.further_site(tmp_path_factory.mktemp("demonstration"), databases.spare("demonstration"))
    with app.app_context():
        load.load()
    site.leave_database(app)
    yield app
    site.leave_database(app)


@pytest.fixture
def demonstration(demonstration_site: Flask) -> Iterator[Flask]:
    """The demonstration year, and an app context; tests read it and change nothing."""
    with demonstration_site.app_context():
        yield demonstration_site


@pytest.fixture(scope="session")
def launched() -> Iterator[playwright.sync_api.Browser]:
    """The real browser, started once."""
    with chromium.launched() as browser:
        yield browser


@pytest.fixture
def demonstration_windows(demonstration: Flask, launched: playwright.sync_api.Browser) -> Iterator[Windows]:
    """Windows on the demonstration year."""
    yield from _windows(demonstration, launched)


@pytest.fixture
def windows(app: Flask, launched: playwright.sync_api.Browser) -> Iterator[Windows]:
    """``windows.open("thuquy")`` opens a window on the served site; none may report an error."""
    yield from _windows(app, launched)


def _windows(app: Flask, launched: playwright.sync_api.Browser) -> Iterator[Windows]:
    with chromium.served(app) as address:
        opened = Windows(launched, address)
        yield opened
        opened.close()
    assert opened.faults == []
