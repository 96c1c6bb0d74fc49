"""Tests with a real browser. All of them bear the mark ``browser``."""

from collections.abc import Iterator
from pathlib import Path

import playwright.sync_api
import pytest
from flask import Flask

from khuyenhoc.demo import load
from tests.support import chromium, engines, site
from tests.support.chromium import Windows

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything in this folder."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker("browser")


@pytest.fixture(scope="session")
def launched() -> Iterator[playwright.sync_api.Browser]:
    """The real browser, started once."""
    with chromium.launched() as browser:
        yield browser


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The site with the demonstration year, loaded once; tests read it and change nothing."""
    folder = tmp_path_factory.mktemp("demonstration")
    app = site.make_site(folder, engines.SqliteDatabases(folder))
    with app.app_context():
        load.load()
        yield app
    site.leave_database(app)


@pytest.fixture
def demonstration_windows(demonstration: Flask, launched: playwright.sync_api.Browser) -> Iterator[Windows]:
    """Windows on the demonstration year."""
    with chromium.served(demonstration) as address:
        opened = Windows(launched, address)
        yield opened
        opened.close()
    assert opened.faults == []


@pytest.fixture
def windows(app: Flask, launched: playwright.sync_api.Browser) -> Iterator[Windows]:
    """``windows.open("thuquy")`` opens a window on the served site; none may report an error."""
    with chromium.served(app) as address:
        opened = Windows(launched, address)
        yield opened
        opened.close()
    assert opened.faults == []
