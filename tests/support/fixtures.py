"""Fixtures that several folders share: the demonstration year, and windows of a real browser."""

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import playwright.sync_api
import pytest
from flask import Flask
from sqlalchemy import event

from khuyenhoc.core.database import db
from khuyenhoc.demo import load
from tests.support import chromium, engines, site
from tests.support.chromium import Windows
from tests.support.worlds import Worlds


@pytest.fixture(scope="session")
def demonstration_site(tmp_path_factory: pytest.TempPathFactory, databases: engines.Databases) -> Iterator[Flask]:
    """The site with the demonstration year, loaded once a run. Ask for ``demonstration`` in a single test."""
    app = site.further_site(tmp_path_factory.mktemp("demonstration"), databases.spare("demonstration"))
    with app.app_context():
        load.load(whole_year=False)
    site.leave_database(app)
    yield app
    site.leave_database(app)


@pytest.fixture(scope="session")
def all_worlds(the_site: Flask, databases: engines.Databases) -> Worlds:
    """The worlds that this run has built."""
    return Worlds(the_site, databases)


@pytest.fixture
def worlds(app: Flask, all_worlds: Worlds) -> Worlds:
    """``worlds.begin_with(make_world)``: the test's fresh database with a world in it."""
    return all_worlds


@pytest.fixture
def counted(app: Flask) -> Iterator[Callable[[], int]]:
    """How many statements were sent since it was last asked."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        sent.append(statement)

    def since() -> int:
        number = len(sent)
        sent.clear()
        return number

    event.listen(db.engine, "before_cursor_execute", note)
    yield since
    event.remove(db.engine, "before_cursor_execute", note)


@pytest.fixture
def demonstration(demonstration_site: Flask) -> Iterator[Flask]:
    """The demonstration year, and an app context; tests read it and change nothing."""
    with demonstration_site.app_context():
        yield demonstration_site


@pytest.fixture(scope="session")
def whole_year_site(tmp_path_factory: pytest.TempPathFactory, databases: engines.Databases) -> Iterator[Flask]:
    """The site with everything that came in and went out in 2022; on SQLite loaded by one worker and copied."""
    folder = tmp_path_factory.mktemp("whole_year")
    app = site.further_site(folder, databases.spare("whole_year"))
    if engines.chosen() == "sqlite" and "PYTEST_XDIST_WORKER" in os.environ:
        kept = tmp_path_factory.getbasetemp().parent / "whole_year"
        with _one_at_a_time(kept.with_suffix(".lock")):
            if not kept.exists():
                _load_the_whole_year(app)
                shutil.copytree(folder, kept)
                shutil.copyfile(_file_of(app), kept / "database")
        shutil.copytree(kept, folder, dirs_exist_ok=True)
        shutil.copyfile(kept / "database", _file_of(app))
    else:
        _load_the_whole_year(app)
    yield app
    site.leave_database(app)


@contextmanager
def _one_at_a_time(lock: Path) -> Iterator[None]:
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _load_the_whole_year(app: Flask) -> None:
    with app.app_context():
        load.load()
    site.leave_database(app)


def _file_of(app: Flask) -> str:
    with app.app_context():
        return str(db.engine.url.database)


@pytest.fixture
def whole_year_windows(whole_year_site: Flask, launched: playwright.sync_api.Browser) -> Iterator[Windows]:
    """Windows on the whole demonstration year; tests read it and change nothing."""
    with whole_year_site.app_context():
        yield from _windows(whole_year_site, launched)


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
