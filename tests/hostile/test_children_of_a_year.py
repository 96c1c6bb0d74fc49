"""The whole year: nobody and no donor recognises one of 1.539 who were helped, however long they click."""

from collections.abc import Iterator

import pytest
import time_machine

from khuyenhoc.core.database import db
from tests.conftest import EVENING
from tests.hostile.children import Children
from tests.hostile.year_of_children import make_year
from tests.support import engines, prying, site
from tests.support.browser import Browser

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def the_year(tmp_path_factory: pytest.TempPathFactory, databases: engines.Databases) -> Iterator[Children]:
    """Loaded once; nothing here changes it."""
    with time_machine.travel(EVENING, tick=False):
        app = site.further_site(tmp_path_factory.mktemp("year"), databases.spare("year_of_children"))
        with app.app_context():
            made = make_year(app)
            db.session.remove()
    yield made
    site.leave_database(app)


@pytest.fixture
def year(the_year: Children) -> Iterator[Children]:
    """It, and an app context."""
    with the_year.app.app_context():
        yield the_year


@pytest.mark.parametrize("username", ["", "nhahaotam"])
def test_nobody_of_the_year_is_recognised(year: Children, username: str) -> None:
    browser = Browser(year.app)
    if username:
        browser.sign_in(username)

    seen = list(prying.walk(browser, [*year.start, *(year.own if username else ())], per_endpoint=40))

    assert len({one.path for one in seen if one.status == 200}) > 60
    assert [*year.found(seen)] == []


def test_the_donor_concerned_reads_the_initials_of_those_who_agreed(year: Children) -> None:
    for path, allowed in year.allowed.items():
        page = prying.look(Browser(year.app), path)

        assert allowed
        assert all(secret.is_in(page) for secret in allowed)


def test_every_giver_s_page_adds_up_and_names_nobody_else(year: Children) -> None:
    seen = [prying.look(Browser(year.app), path) for path in year.own]

    assert [*year.found(seen)] == []
