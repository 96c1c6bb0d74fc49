"""Addresses: whole numbers in them are ASCII and fit the database; the way back stays on this site."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, request
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge
from werkzeug.routing import IntegerConverter, Rule

LONGEST_QUERY = 8_000


class IntConverter(IntegerConverter):
    """``<int:id>``: ASCII digits, at most 18 of them; anything else is an address that does not exist."""

    regex = r"[0-9]{1,18}"


class LateRule(Rule):
    """An address whose builder is compiled when a link to it is first made: 400 of them would slow every start."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        compiled: list[Callable[..., tuple[str, str]]] = []

        def build(rule: Rule, **values: Any) -> tuple[str, str]:
            if not compiled:
                compiled.append(super(LateRule, self)._compile_builder(append_unknown))
            return compiled[0](rule, **values)

        return build


def own_path(target: str | None, otherwise: str = "/") -> str:
    """``target`` when it is a path of this site, else ``otherwise``; never leads to another site."""
    if not target or len(target) > 2000 or not target.startswith("/") or target[1:2] in ("/", "\\"):
        return otherwise
    if any(ord(character) < 33 or character == "\\" for character in target):
        return otherwise
    return target


def site_of(address: str | None) -> str:
    """Host and port of an address that a browser names (``Referer``, ``Origin``); nothing for what is none."""
    try:
        return urlsplit(address or "").netloc
    except ValueError:  # http://[::1
        return ""


def install(app: Flask) -> None:
    """Use the careful converter and late rules; refuse what no person types in an address, and forms like books."""
    app.url_map.converters["int"] = IntConverter
    app.url_rule_class = LateRule

    @app.before_request
    def refuse_control_characters() -> None:
        values = [request.path, *(v for pair in request.args.items(multi=True) for v in pair)]
        if any("\0" in value or "\ufffd" in value for value in values) or len(request.query_string) > LONGEST_QUERY:
            raise BadRequest()

    @app.before_request
    def refuse_a_form_like_a_book() -> None:
        long = (request.content_length or 0) > app.config["MAX_FORM_MEMORY_SIZE"]
        if long and request.mimetype == "application/x-www-form-urlencoded":
            raise RequestEntityTooLarge()

    @app.before_request
    def refuse_a_field_without_name() -> None:
        if None in request.form:  # a part of multipart/form-data that bears no name
            raise BadRequest()
