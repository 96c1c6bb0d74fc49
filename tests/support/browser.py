"""A reader who speaks in endpoint names: ``browser.post("giving.record", amount="500k", expect=422)``.

Once with htmx, once without. Every page that comes back is looked at for its manners.
"""

import contextvars
from dataclasses import dataclass
from typing import Any

from flask import Flask, url_for
from flask_wtf.csrf import generate_csrf
from werkzeug.test import TestResponse

from khuyenhoc.core import codes
from khuyenhoc.org import access
from khuyenhoc.org.users import User
from tests.support import engines, html, people


@dataclass(frozen=True)
class Answer:
    """What came back: status, headers, and the page as a tree."""

    response: TestResponse

    @property
    def status(self) -> int:
        """The status code."""
        return self.response.status_code

    @property
    def body(self) -> str:
        """The page as it was sent."""
        return self.response.get_data(as_text=True)

    @property
    def page(self) -> html.Node:
        """The page as a tree."""
        return html.read(self.body)

    @property
    def text(self) -> str:
        """The page's text."""
        return self.page.text

    @property
    def path(self) -> str:
        """The address of the page, after any redirect."""
        return self.response.request.path

    @property
    def h1(self) -> str:
        """The page's heading."""
        return self.page.one("h1").text

    def error(self, field: str) -> str:
        """The sentence that stands beside a field; empty when there is none."""
        control = next(node for node in self._controls() if node.get("name") == field)
        near = [node for node in self.page.walk() if node.get("id") == f"{control.get('id')}-e"]
        return near[0].text if near else ""

    @property
    def errors(self) -> list[str]:
        """The lines of the summary on top of a refused form."""
        alerts = [node for node in self.page.all(role="alert") if node.all("li")]
        return [line.text for alert in alerts for line in alert.all("li")]

    @property
    def log(self) -> list[str]:
        """What was done to the thing that the page shows, with who, when and why, oldest first."""
        return [line.text for line in self.page.one("ol", class_="timeline").all("li")]

    @property
    def signs(self) -> list[str]:
        """The sign before each line of the log: a tick for what was done."""
        lines = self.page.one("ol", class_="timeline").all("li")
        return [line.one("use").get("href").rpartition("#")[2] for line in lines]

    def field(self, name: str) -> str:
        """What stands in a field of the page."""
        found = [node for node in self._controls() if node.get("name") == name]
        assert found, f"no field {name} among {sorted({node.get('name') for node in self._controls()})}"
        values = [value for node in found if (value := _value(node)) is not None]
        return values[0] if values else ""

    def fields(self, action: str) -> dict[str, str]:
        """What a browser would send of the form with this action, nothing typed."""
        for form in self.page.all("form", action=action):
            controls = [node for node in form.walk() if node.name in ("input", "select", "textarea")]
            values = [(node.get("name"), _value(node)) for node in controls if node.get("name")]
            return {name: value for name, value in values if value is not None}
        return {}

    def offers(self, endpoint_or_path: str) -> bool:
        """Whether a link or form of the page leads there."""
        targets = [node.get("href") for node in self.page.all("a")]
        targets += [node.get("action") for node in self.page.all("form")]
        return any(target.partition("?")[0] == endpoint_or_path for target in targets)

    def _controls(self) -> list[html.Node]:
        return [node for node in self.page.walk() if node.name in ("input", "select", "textarea")]


def _value(node: html.Node) -> str | None:
    if node.name == "textarea":
        return "".join(child for child in node.children if isinstance(child, str)).removeprefix("\r").removeprefix("\n")
    if node.name == "select":
        options = node.all("option")
        chosen = [option for option in options if option.has("selected")] or options[:1]
        return chosen[0].get("value", chosen[0].text) if chosen else None
    if node.get("type") in ("radio", "checkbox"):
        return node.get("value", "on") if node.has("checked") else None
    return None if node.get("type") in ("submit", "button", "file") else node.get("value")


class Browser:
    """One person's browser, signed in or not. ``htmx``: asks for parts of pages as htmx would.

    ``strict``: looks at the manners of what it gets. A page is the same on both engines, so SQLite's are enough; a test
    that runs on one engine only says so.
    """

    def __init__(self, app: Flask, *, htmx: bool = False, strict: bool = False) -> None:
        self.app = app
        self.client = app.test_client()
        self.htmx = htmx
        self.strict = strict or engines.chosen() == "sqlite"
        self.here: Answer | None = None

    def sign_in(self, who: str | User) -> "Browser":
        """Come back as this person, by user name; the officers of ``people`` are made when first asked for."""
        user = people.person(who) if isinstance(who, str) else who
        self.client.set_cookie(access.COOKIE, people.session_of(user), domain="localhost")
        return self

    def get(self, target: str, *, expect: int = 200, query: dict[str, Any] | None = None, **values: Any) -> Answer:
        """Open a page, by endpoint and its values or by path."""
        response = self.client.get(self.address(target, **values), query_string=query, follow_redirects=expect == 200)
        return self.look(response, expect)

    def post(
        self,
        target: str,
        fields: dict[str, Any] | None = None,
        *,
        to: dict[str, Any] | None = None,
        expect: int = 200,
        **more: Any,
    ) -> Answer:
        """Send a form. What the form on the present page holds is sent along, what is given goes first.

        ``to`` are the values of the address. A redirect is followed when 200 is expected.
        """
        address = self.address(target, **(to or {}))
        sent = {**self._filled_in(address), **(fields or {}), **more}
        headers = {"Referer": f"http://localhost{self.here.path}" if self.here else "http://localhost/"}
        if self.htmx:
            headers["HX-Request"] = "true"
        typed = {name: value for name, value in sent.items() if value is not None}
        response = self.client.post(address, data=typed, headers=headers, follow_redirects=expect == 200)
        return self.look(response, expect)

    def address(self, target: str, **values: Any) -> str:
        """The path of an endpoint."""
        if target.startswith("/"):
            return target
        with self.app.test_request_context():
            return url_for(target, **values)

    def _filled_in(self, address: str) -> dict[str, Any]:
        filled: dict[str, Any] = dict(self.here.fields(address)) if self.here else {}
        filled.setdefault("form_key", codes.token())
        filled["csrf_token"] = self._token()
        return filled

    def _token(self) -> str:
        with self.client.session_transaction() as stored:
            kept = dict(stored)
        token, kept = contextvars.Context().run(self._token_for, kept)
        with self.client.session_transaction() as stored:
            stored.update(kept)
        return token

    def _token_for(self, kept: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        with self.app.test_request_context() as context:
            context.session.update(kept)
            return generate_csrf(), dict(context.session)

    def look(self, response: TestResponse, expect: int = 200) -> Answer:
        """The answer, once its status, its headers and its page have been found in order."""
        answer = Answer(response)
        where = f"{response.request.method} {response.request.path}"
        assert answer.status == expect, f"{where} answered {answer.status}, not {expect}: {_gist(answer)}"
        odd = [f"{name}: {value}" for name, value in response.headers if not value.isascii()]
        assert not odd, f"{where}: no server sends such a header: {odd}"
        if answer.response.mimetype == "text/html" and answer.body and answer.status != 303:
            found = html.faults(answer.body) if self.strict else []
            assert not found, f"{where}: {found}"
            self.here = answer
        return answer


def _gist(answer: Answer) -> str:
    return answer.text[:600] if answer.response.mimetype == "text/html" else answer.body[:200]
