"""What every test may ask for: a site with a fresh database, a visitor, a fixed clock. The network is off."""

import os
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from khuyenhoc.core.clock import VIETNAM
from tests.support import engines, network, site

EVENING = datetime(2026, 8, 15, 20, 47, tzinfo=VIETNAM)
"""The instant at which every test happens, unless it says otherwise: an evening of envelopes."""


def pytest_configure(config: pytest.Config) -> None:
    """Start PostgreSQL once, in the process that the others are started from."""
    if engines.chosen() == "postgresql" and engines.SERVER not in os.environ:
        config.stash[_server] = engines.start_postgresql()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop it again."""
    server = config.stash.get(_server, None)
    if server is not None:
        del os.environ[engines.SERVER]
        server.cleanup()


_server: pytest.StashKey[Any] = pytest.StashKey()


def pytest_report_header() -> str:
    """Say on which engine the tests run."""
    return f"database: {engines.chosen()}"


@pytest.fixture(autouse=True, scope="session")
def _no_network() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        network.forbid(patch)
        yield


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[engines.Databases]:
    """Where databases come from, on the engine of this run."""
    if engines.chosen() == "sqlite":
        made: engines.Databases = engines.SqliteDatabases(tmp_path_factory.mktemp("database"))
    else:
        made = engines.PostgresqlDatabases(os.environ[engines.SERVER])
    yield made
    made.close()


@pytest.fixture(scope="session")
def the_site(tmp_path_factory: pytest.TempPathFactory, databases: engines.Databases) -> Flask:
    """The one app of this run. Ask for ``app`` instead, unless you need no database."""
    return site.make_site(tmp_path_factory.mktemp("instance"), databases)


@pytest.fixture
def app(the_site: Flask, databases: engines.Databases) -> Iterator[Flask]:
    """The app with a database fresh from the migrations; the test stands inside its app context."""
    with site.fresh_database(the_site, databases) as fresh:
        yield fresh


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A visitor who is not signed in."""
    return app.test_client()


@pytest.fixture(autouse=True)
def clock(request: pytest.FixtureRequest) -> Iterator[Callable[[datetime], None] | None]:
    """The clock stands at EVENING; ``clock(instant)`` moves it. Tests marked browser keep the real time."""
    if request.node.get_closest_marker("browser"):
        yield None
        return
    with time_machine.travel(EVENING, tick=False) as traveller:
        yield traveller.move_to


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's root folder."""
    return Path(__file__).resolve().parents[1]
