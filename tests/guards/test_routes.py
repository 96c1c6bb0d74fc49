"""Every route says who may use it; what is open to all stands on one short list, here, with its reason there."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from werkzeug.routing import AnyConverter, BaseConverter, IntegerConverter, Rule

from khuyenhoc.core.database import db
from khuyenhoc.org.permissions import FOR_ANYONE_SIGNED_IN, PERMISSIONS
from tests.support import people

OPEN_TO_ALL = {
    "static",
    "web.healthz",
    "web.choose_language",
    "web.read_amount",
    "web.more",
    "account.enter",
    "account.sign_in",
    "account.sign_out",
    "papers.ask",
    "papers.verify",
    "public.campaigns",
    "public.campaign",
    "public.board",
    "public.as_excel",
    "reports.thanks",
    "reports.choose_name",
    "reports.paper",
    "reports.shared",
}
"""Whoever adds a page here says why by ``@public("…")`` at the view."""

WRITING = re.compile(r"\s*(INSERT|UPDATE|DELETE|REPLACE|CREATE|DROP|ALTER|TRUNCATE)\b", re.IGNORECASE)
SIGN_OF_LIFE = re.compile(r"UPDATE user_sessions SET last_seen")
FILE_OPENED = re.compile(r"INSERT INTO file_openings\b")
"""Who opened whose file is noted while reading; nothing else is."""

SAMPLE_NUMBER, SAMPLE_CODE = 424242, "KHONG-CO"
"""Values for addresses with parts, naming things that do not exist."""


def _rules(app: Flask) -> list[Rule]:
    return sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint))


def _permission(app: Flask, endpoint: str) -> str | None:
    permission: str | None = getattr(app.view_functions[endpoint], "permission", None)
    return permission


def _address(app: Flask, rule: Rule) -> str:
    values = {name: _sample(converter) for name, converter in rule._converters.items()}
    return app.url_map.bind("localhost").build(rule.endpoint, values, method=_method(rule))


def _sample(converter: BaseConverter) -> Any:
    if isinstance(converter, AnyConverter):
        return sorted(converter.items)[0]
    return SAMPLE_NUMBER if isinstance(converter, IntegerConverter) else SAMPLE_CODE


def _method(rule: Rule) -> str:
    return "GET" if "GET" in (rule.methods or ()) else next(iter((rule.methods or {"POST"}) - {"HEAD", "OPTIONS"}))


def _call(client: FlaskClient, app: Flask, rule: Rule) -> int:
    return client.open(_address(app, rule), method=_method(rule)).status_code


def test_every_route_names_its_permission_or_why_it_is_open(the_site: Flask) -> None:
    nameless = {
        rule.endpoint
        for rule in _rules(the_site)
        if rule.endpoint != "static"
        and _permission(the_site, rule.endpoint) not in PERMISSIONS
        and not getattr(the_site.view_functions[rule.endpoint], "public_because", "")
    }

    assert nameless == set()


def test_the_list_of_open_pages_is_the_one_above(the_site: Flask) -> None:
    open_pages = {rule.endpoint for rule in _rules(the_site) if _permission(the_site, rule.endpoint) is None}

    assert open_pages <= OPEN_TO_ALL, "a page is open to all that nobody has agreed to"


def test_deeds_are_posts_and_reading_is_get(the_site: Flask) -> None:
    other = {
        f"{rule.rule} {sorted(rule.methods or ())}"
        for rule in _rules(the_site)
        if (rule.methods or set()) - {"GET", "HEAD", "OPTIONS", "POST"}
    }

    assert other == set()


def test_addresses_are_vietnamese_and_plain(the_site: Flask) -> None:
    strange = [rule.rule for rule in _rules(the_site) if not re.fullmatch(r"/(?:[a-z0-9./-]|<[^>]+>)*", rule.rule)]

    assert strange == []


def test_whoever_is_not_signed_in_is_asked_to(app: Flask, client: FlaskClient) -> None:
    let_in = {
        rule.rule: status
        for rule in _rules(app)
        if _permission(app, rule.endpoint)
        # a form without a token is refused before anyone asks who sends it
        if (status := _call(client, app, rule)) not in ((303,) if _method(rule) == "GET" else (303, 400))
    }

    assert let_in == {}


def test_a_form_without_its_token_is_refused(
    app: Flask, client: FlaskClient, signed_in: Callable[[str], FlaskClient]
) -> None:
    signed = signed_in("ketoan")
    taken = {
        rule.rule: status
        for rule in _rules(app)
        if _method(rule) == "POST" or "POST" in (rule.methods or ())
        for visitor in (client, signed)
        if (status := visitor.post(_address(app, rule)).status_code) not in (400, 404, 405)
    }

    assert taken == {}


@pytest.fixture
def written(app: Flask) -> Iterator[list[str]]:
    """Every statement that changes something, as it is sent to the database."""
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if WRITING.match(statement):
            statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield statements
    event.remove(db.engine, "before_cursor_execute", note)


@pytest.mark.shared
@pytest.mark.parametrize("username", ["", *people.OFFICERS])
def test_a_page_of_another_role_is_refused_and_reading_writes_nothing(
    app: Flask, client: FlaskClient, signed_in: Callable[[str], FlaskClient], written: list[str], username: str
) -> None:
    reader = signed_in(username) if username else client
    role = people.OFFICERS[username][2] if username else ""
    written.clear()
    wrong = {}
    for rule in (rule for rule in _rules(app) if "GET" in (rule.methods or ())):
        status, permission = _call(reader, app, rule), _permission(app, rule.endpoint)
        if permission is not None and role:
            may = role in PERMISSIONS[permission] or permission in FOR_ANYONE_SIGNED_IN
            if may == (status == 403) or status >= 500:
                wrong[rule.rule] = status

    allowed = [SIGN_OF_LIFE, FILE_OPENED]
    assert wrong == {}
    assert [statement for statement in written if not any(one.match(statement) for one in allowed)] == []
