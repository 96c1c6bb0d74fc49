"""The tests' own tools keep their word."""

import socket

import pytest
from flask import Flask
from sqlalchemy import func, select

from khuyenhoc.core import clock
from khuyenhoc.core.database import db
from khuyenhoc.org.users import User
from tests.conftest import EVENING, shared_out
from tests.support import html, network, people
from tests.support.browser import Browser


def test_what_one_test_stores(app: Flask) -> None:
    people.person("thuquy")

    assert db.session.scalar(select(func.count()).select_from(User)) == 1


def test_the_next_test_does_not_see(app: Flask) -> None:
    assert db.session.scalar(select(func.count()).select_from(User)) == 0


def test_nobody_leaves_this_machine() -> None:
    with pytest.raises(network.NetworkUsed), socket.socket() as line:
        line.connect(("192.0.2.1", 80))


def test_the_clock_stands_still() -> None:
    assert clock.now() == clock.now() == EVENING


def test_every_request_stands_alone(browser: Browser, app: Flask) -> None:
    browser.sign_in("thuquy")
    stranger = Browser(app)

    assert browser.get("web.more").status == 200
    assert stranger.get("web.more", expect=303).response.location == "/"


class Case:
    """A collected test as far as sharing out looks at it."""

    def __init__(self, nodeid: str, *marks: str, fixtures: tuple[str, ...] = ("databases",)) -> None:
        self.nodeid, self.marks, self.fixturenames = nodeid, marks, fixtures

    def get_closest_marker(self, name: str) -> str | None:
        """The mark of this name, if it bears it."""
        return name if name in self.marks else None


def test_what_one_engine_leaves_out_the_other_one_runs() -> None:
    """A test of SQLite alone took its turn, and that turn was PostgreSQL's: it ran nowhere."""
    browsers = ("databases", "either_browser")
    cases = [Case(f"a.py::shared[{n}]", "shared", *(["sqlite"] if n % 3 else [])) for n in range(8)]
    cases += [Case(f"a.py::page[{n}]", *(["sqlite"] if n < 2 else []), fixtures=browsers) for n in range(4)]
    cases += [Case(f"a.py::plain[{n}]", "alternating", fixtures=()) for n in range(2)]
    cases += [Case(f"a.py::few[{n}]", "shared") for n in range(3)] + [Case("a.py::alone", "shared")]

    left = {engine: {case.nodeid for case in shared_out(cases, engine)} for engine in ("sqlite", "postgresql")}  # type: ignore[arg-type,type-var]

    assert left["sqlite"] & left["postgresql"] == set()
    both = {case.nodeid for case in cases if "sqlite" not in case.marks and case.fixturenames} - {"a.py::alone"}
    assert left["sqlite"] | left["postgresql"] == both
    assert "a.py::few[2]" in left["sqlite"]  # each engine has some of every function


GOOD = (
    "<!doctype html><html lang=vi><head><title>Khoản ủng hộ – Khuyến học</title></head><body><main>"
    "<h1>Khoản ủng hộ</h1><ul><li>một<li>hai</ul></main></body></html>"
)
FAULTY = {
    "ids": ("<ul>", '<ul id="a"><li id="a">không</li>'),
    "title": ("<h1>Khoản", "<h1>Các khoản"),
    "action": ("<ul>", '<form method="post"></form><ul>'),
    "inline": ("<ul>", '<p onclick="x()">a</p><ul>'),
    "style": ("<ul>", '<p style="color:red">a</p><ul>'),
    "label": ("<ul>", '<input name="a"><ul>'),
    "unclosed": ("<ul>", "<section><ul>"),
    "twice": ("<ul>", '<ul class="a" class="b">'),
    "htmx": ("<ul>", '<ul hx-get="/">'),
    "icon": ("<ul>", '<svg><use href="/static/icons.svg#nobody"/></svg><ul>'),
}


def test_a_page_with_manners_has_no_fault() -> None:
    assert html.faults(GOOD) == []


@pytest.mark.parametrize("old, new", FAULTY.values(), ids=FAULTY)
def test_bad_manners_are_named(old: str, new: str) -> None:
    assert html.faults(GOOD.replace(old, new)) != []
