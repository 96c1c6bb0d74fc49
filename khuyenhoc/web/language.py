"""Vietnamese by default, English by a switch kept in the session. Message ids are the Vietnamese texts."""

from pathlib import Path

from flask import Flask, has_request_context, session
from flask_babel import Babel

LANGUAGES = {"vi": "Tiếng Việt", "en": "English"}
DEFAULT = "vi"
_KEY = "language"


def chosen() -> str:
    """The language of the present reader."""
    if not has_request_context():
        return DEFAULT
    language = session.get(_KEY)
    return language if language in LANGUAGES else DEFAULT


def choose(language: str) -> None:
    """Remember the reader's language; one that we do not speak changes nothing."""
    if language in LANGUAGES:
        session[_KEY] = language


def install(app: Flask, translations: Path) -> None:
    """Let every text follow the reader's language and every instant the Vietnamese clock."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(translations)
    Babel(app, default_locale=DEFAULT, default_timezone="Asia/Ho_Chi_Minh", locale_selector=chosen)
    app.jinja_env.globals["language"] = chosen
