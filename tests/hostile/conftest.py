"""A site for the hostile visitor: the demonstration year, with something unfinished on every page."""

from collections.abc import Iterator

import pytest
import time_machine
from flask import Flask

from khuyenhoc.demo import load
from tests.conftest import EVENING
from tests.hostile import business, rooms
from tests.hostile.place import Place
from tests.support import discovery, engines, people, site

EXPLORERS = ["", "thuquy", "ketoan", "thuky", "chutich", "admin", "nhahaotam", "chihoi", "hoidong1"]
"""Together they see every page and every form; the test of all routes says so when they no longer do."""


@pytest.fixture(scope="session")
def the_place(tmp_path_factory: pytest.TempPathFactory, databases: engines.Databases) -> Iterator[Place]:
    """The site, explored once a run."""
    with time_machine.travel(EVENING, tick=False):
        url = databases.spare("hostile")
        app = site.further_site(tmp_path_factory.mktemp("hostile"), url)
        with app.app_context():
            load.load(whole_year=False)
            own = rooms.leave_awards()
            start = business.leave_unfinished(app)
            found = discovery.explore(app, EXPLORERS, start=start, own=own, per_endpoint=1, most=700)
            place = Place(app, databases, url, found)
            place.enrol(["", *people.OFFICERS, *map(business.foreign, people.OFFICERS)])
            place.keep()
    yield place
    site.leave_database(app)


@pytest.fixture
def place(the_place: Place) -> Iterator[Place]:
    """The site as it was at first, and an app context."""
    app: Flask = the_place.app
    with app.app_context():
        yield the_place
        the_place.put_back()
