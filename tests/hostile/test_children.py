"""Nobody, and no donor, finds out who was helped: no name, initials, face, school, class or address, in no page,
file, header or preview, where no consent was recorded; and numbers that are guessed open nothing."""

from collections.abc import Iterator

import pytest
import time_machine
from flask import Flask
from werkzeug.routing import AnyConverter, IntegerConverter, Rule

from khuyenhoc.core.database import db
from khuyenhoc.recipients import consents, gate
from khuyenhoc.reports import kept, telling
from khuyenhoc.reports.views import thanks as views
from tests.conftest import EVENING
from tests.hostile.children import Children, make_children
from tests.reports.given import make_given
from tests.support import engines, prying, site
from tests.support.browser import Browser
from tests.support.prying import Seen


@pytest.fixture(scope="module")
def the_children(tmp_path_factory: pytest.TempPathFactory, databases: engines.Databases) -> Iterator[Children]:
    """Awards in every state, donors, and what must not be found; made once, nothing here changes it."""
    with time_machine.travel(EVENING, tick=False):
        app = site.further_site(tmp_path_factory.mktemp("children"), databases.spare("children"))
        with app.app_context():
            made = make_children(make_given(), app)
            db.session.remove()
    yield made
    site.leave_database(app)


@pytest.fixture
def children(the_children: Children) -> Iterator[Children]:
    """They, and an app context."""
    with the_children.app.app_context():
        yield the_children


def nobody(children: Children) -> Iterator[Seen]:
    """All that somebody reads who is not signed in and was given the addresses to share and the codes of papers."""
    return prying.walk(Browser(children.app), children.start)


def a_donor(children: Children) -> Iterator[Seen]:
    """All that a donor reads, signed in, with the own private pages, in both languages."""
    donor = Browser(children.app).sign_in("nhahaotam")
    yield from prying.walk(donor, [*children.own, *children.start])
    donor.get("/")
    donor.post("web.choose_language", language="en", back="/", expect=303)
    for path in (*children.own, *children.start, "/khoan-ung-ho-cua-toi", "/khoan-ung-ho-cua-toi.xlsx"):
        yield prying.look(donor, path)


def test_nobody_finds_a_child(children: Children) -> None:
    seen = list(nobody(children))

    assert len({one.path for one in seen if one.status == 200}) > 25
    assert [*children.found(seen)] == []


def test_a_donor_finds_those_who_agreed_on_the_own_page_and_nobody_else(children: Children) -> None:
    seen = list(a_donor(children))

    assert {one.path for one in seen if one.status == 200} > {*children.own, *children.start}
    assert any(one.path.endswith(".pdf") and one.status == 200 for one in seen)
    assert any(one.path.endswith(".xlsx") and one.status == 200 for one in seen)
    assert [*children.found(seen)] == []
    for path, allowed in children.allowed.items():
        theirs = [one for one in seen if one.path == path] or [prying.look(Browser(children.app), path)]
        assert all(secret.is_in(theirs[0]) for secret in allowed), "the crawler reads what is there"


def test_who_holds_another_donor_s_link_finds_those_who_let_that_one_know(children: Children) -> None:
    seen = [prying.look(Browser(children.app), children.others_page)]

    assert [*children.found(seen)] == []


def test_the_crawler_sees_when_the_gate_is_open(children: Children, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consents, "covers", lambda *_given: True)
    monkeypatch.setattr(gate, "names_of_concerned", _everybody)
    monkeypatch.setattr(views, "_told", kept.Kept())

    seen = [prying.look(Browser(children.app), path) for path in children.own]
    found = {path for path, _what in children.found(seen)}

    assert found == {*children.own}


def test_the_crawler_sees_what_others_are_told_too_much(children: Children, monkeypatch: pytest.MonkeyPatch) -> None:
    name = next(secret.text for secret in children.secrets if secret.what == "name")
    monkeypatch.setattr(telling, "without_amounts", lambda _story: f"1 xe đạp cho {name.upper()}")
    monkeypatch.setattr(views, "_for_others", kept.Kept())

    seen = [prying.look(Browser(children.app), path) for path in children.start]
    found = {path for path, _what in children.found(seen)}

    assert found == {path for path in children.start if path.startswith("/chia-se/")}


def _everybody(recipient_ids, on=None):
    found = db.session.query(gate.Recipient).filter(gate.Recipient.id.in_(list(recipient_ids)))
    return {one.id: one.full_name for one in found}


CODES = ("KIN26", "HB1", "XD-U01", "HB-U01")
CLOSED = (303, 403, 404)


def guesses(app: Flask, ids: range) -> Iterator[tuple[str, str | None]]:
    """Every address with parts that can be read, with numbers and codes that somebody might guess; its permission."""
    adapter = app.url_map.bind("localhost")
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        if "GET" not in (rule.methods or ()) or not rule.arguments or rule.endpoint == "static":
            continue
        permission = getattr(app.view_functions[rule.endpoint], "permission", None)
        for n in ids:
            yield adapter.build(rule.endpoint, _values(rule, n)), permission


def _values(rule: Rule, n: int) -> dict[str, object]:
    return {name: _value(converter, n) for name, converter in rule._converters.items()}


def _value(converter: object, n: int) -> object:
    if isinstance(converter, AnyConverter):
        return sorted(converter.items)[n % len(converter.items)]
    return n if isinstance(converter, IntegerConverter) else CODES[n % len(CODES)]


@pytest.mark.parametrize("username", ["", "nhahaotam"])
def test_what_is_guessed_opens_nothing(children: Children, username: str) -> None:
    browser = Browser(children.app)
    if username:
        browser.sign_in(username)
    opened, seen = {}, []
    for path, permission in guesses(children.app, range(1, 5)):
        one = prying.look(browser, path)
        seen.append(one)
        if permission is not None and one.status not in CLOSED:
            opened[path] = one.status

    assert len(seen) > 200
    assert opened == {}
    assert [*children.found(seen)] == []
