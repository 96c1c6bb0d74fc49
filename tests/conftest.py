"""What every test may ask for: a site with a fresh database, a visitor, a fixed clock. The network is off."""

import gc
import os
from collections.abc import Callable, Generator, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from xdist.remote import Producer

from khuyenhoc.core import flush
from khuyenhoc.core.clock import VIETNAM
from khuyenhoc.org import access, passwords
from khuyenhoc.org.units import Unit
from khuyenhoc.org.users import User
from tests.support import engines, network, people, sharing, site
from tests.support.browser import Browser

pytest_plugins = ["tests.support.fixtures"]

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


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep the tests of this run's engine; what touches no database is not run a second time on PostgreSQL.

    In ``make test`` the cases of some run on one engine each, and in ``make proof`` on both: of tests marked ``shared``
    every fourth on PostgreSQL, where each takes longer; of those with ``either_browser``, and those marked
    ``alternating``, every other one, so that each function runs on both.
    """
    elsewhere = {id(item) for item in shared_out(items, engines.chosen())}
    for item in items:
        if id(item) in elsewhere:
            item.add_marker("slow")
    mine = [item for item in items if _belongs(item, engines.chosen())]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(mine)])
    items[:] = sorted(mine, key=sharing.turn)


def shared_out(items: list[pytest.Item], engine: str) -> Iterator[pytest.Item]:
    """The tests that ``make test`` leaves to the other engine: never one that the other engine does not take.

    Of a function with several cases each engine has some.
    """
    functions: dict[str, list[pytest.Item]] = {}
    for item in items:
        if item.get_closest_marker("slow") is None and _belongs(item, "sqlite") and _belongs(item, "postgresql"):
            functions.setdefault(item.nodeid.partition("[")[0], []).append(item)
    for number, cases in enumerate(several for several in functions.values() if len(several) > 1):
        for place, case in enumerate(cases):
            if case.get_closest_marker("shared"):
                of_postgresql = place % 4 == min(3, len(cases) - 1)
            elif "either_browser" in getattr(case, "fixturenames", ()) or case.get_closest_marker("alternating"):
                of_postgresql = (number + place) % 2 == 0
            else:
                continue
            if of_postgresql == (engine == "sqlite"):
                yield case


def _belongs(item: pytest.Item, engine: str) -> bool:
    if engine == "sqlite":
        return item.get_closest_marker("postgresql") is None
    if item.get_closest_marker("sqlite") is not None:
        return False
    return item.get_closest_marker("postgresql") is not None or "databases" in getattr(item, "fixturenames", ())


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> sharing.Sharing | None:
    """Share the tests out as ``tests/support/sharing.py`` says, unless another way is asked for."""
    return sharing.Sharing(config, log) if config.getoption("dist") == "loadfile" else None


def pytest_collection_finish() -> None:
    """What is loaded by now stays to the end: the collector of garbage need not look at it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where CI=true nothing may be left out: a skipped test is a failed one."""
    report = yield
    if report.skipped and os.environ.get("CI") == "true" and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, which CI does not allow: {report.longrepr}"
    return report


def pytest_report_header() -> str:
    """Say on which engine the tests run."""
    return f"database: {engines.chosen()}"


@pytest.fixture(autouse=True, scope="session")
def _no_network() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        network.forbid(patch)
        yield


@pytest.fixture(autouse=True, scope="session")
def _cheap_passwords() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "hashed", people.hashed_once)
        yield


@pytest.fixture(autouse=True, scope="session")
def _no_waiting_for_the_disk() -> Iterator[None]:
    """Tests may lose their data when the machine does; what a kill loses is tried in processes of their own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(flush, "_sync", lambda _file: None)
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
def the_site(tmp_path_factory: pytest.TempPathFactory, databases: engines.Databases) -> Iterator[Flask]:
    """The one app of this run. Ask for ``app`` instead, unless you need no database."""
    made = site.make_site(tmp_path_factory.mktemp("instance"), databases)
    yield made
    site.leave_database(made)


@pytest.fixture
def app(the_site: Flask, databases: engines.Databases, request: pytest.FixtureRequest) -> Iterator[Flask]:
    """The app with a database fresh from the migrations; the test stands inside its app context."""
    # ``worlds`` takes the database away again: for a world as it was laid aside, or to build one in a fresh one.
    with site.fresh_database(the_site, databases, renew="worlds" not in request.fixturenames) as fresh:
        yield fresh


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A visitor who is not signed in."""
    return app.test_client()


@pytest.fixture(autouse=True)
def clock(request: pytest.FixtureRequest) -> Iterator[Callable[[datetime], None]]:
    """The clock stands at EVENING, in tests marked browser it goes on from there; ``clock(instant)`` moves it.

    Never the real time: what a certificate or a consent holds until would pass one day, and the test with it.
    """
    with time_machine.travel(EVENING, tick=request.node.get_closest_marker("browser") is not None) as traveller:
        yield traveller.move_to


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's root folder."""
    return Path(__file__).resolve().parents[1]


@pytest.fixture
def browser(app: Flask, clock: object, request: pytest.FixtureRequest) -> Browser:
    """A reader's browser, not signed in: ``browser.sign_in("thuquy").get("giving.desk")``."""
    return Browser(app, strict=any(request.node.iter_markers("alternating")))


@pytest.fixture(params=["page", "htmx"])
def either_browser(request: pytest.FixtureRequest, app: Flask) -> Browser:
    """The same test once with whole pages and once with htmx asking for parts of them."""
    return Browser(app, htmx=request.param == "htmx", strict=True)


@pytest.fixture
def signed_in(app: Flask) -> Callable[[str | User], FlaskClient]:
    """A plain client with a session: ``signed_in("thuquy").get("/khoan-ung-ho")``."""

    def sign_in(who: str | User) -> FlaskClient:
        user = people.person(who) if isinstance(who, str) else who
        client = app.test_client()
        client.set_cookie(access.COOKIE, people.session_of(user), domain="localhost")
        return client

    return sign_in


@pytest.fixture
def person(app: Flask) -> Callable[..., User]:
    """People by user name; see ``tests/support/people.py`` for who is known."""
    return people.person


@pytest.fixture
def association(app: Flask) -> Unit:
    """The association U01, in whose books the tests work."""
    return people.association("U01")


@pytest.fixture
def other_association(app: Flask) -> Unit:
    """The association U02, whose things are nobody's business in U01."""
    return people.association("U02")


@pytest.fixture
def treasurer(app: Flask) -> User:
    """Bà Đoàn Ngọc Hạ, who keeps the cash box of U01."""
    return people.person("thuquy")


@pytest.fixture
def accountant(app: Flask) -> User:
    """Cô Trần Thị Minh Họa, who keeps the books of U01."""
    return people.person("ketoan")


@pytest.fixture
def secretary(app: Flask) -> User:
    """Chị Phan Thu Mẫu, who writes the letters of U01."""
    return people.person("thuky")


@pytest.fixture
def chair(app: Flask) -> User:
    """Ông Nguyễn Văn Ví Dụ, who signs for U01."""
    return people.person("chutich")


@pytest.fixture
def vice_chair(app: Flask) -> User:
    """Bà Lê Thị Giả Định, who signs when the chair may not."""
    return people.person("phochutich")


@pytest.fixture
def auditor(app: Flask) -> User:
    """Ông Bùi Công Kiểm, who reads everything and changes nothing."""
    return people.person("kiemtra")


@pytest.fixture
def administrator(app: Flask) -> User:
    """Ông Lý Văn Thử, who looks after the accounts of U01."""
    return people.person("admin")
