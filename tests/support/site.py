"""The site under test: one app for the whole run, a fresh database for every test."""

import contextvars
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask, has_app_context
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

import config
from khuyenhoc.application import create_app
from khuyenhoc.core import migrating
from khuyenhoc.core.database import db
from khuyenhoc.proof import anchors
from tests.support import tree
from tests.support.engines import Databases

COMPILED = tree.ROOT / ".cache" / "templates"
SECRET = "a secret that only tests know, and long enough"


def settings(folder: Path, database_url: str, **others: Any) -> config.Settings:
    """Settings for one test site, whose instance folder is ``folder``."""
    return config.Settings(secret_key=SECRET, database_url=database_url, instance=folder, testing=True, **others)


class Visitor(FlaskClient):
    """A test client whose every request stands alone, as on a server.

    The app context that a test keeps open would else be shared with its requests, and with it the
    session and the person who signed in. Afterwards the test sees what the request has stored.
    """

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        answer: TestResponse = contextvars.Context().run(super().open, *args, **kwargs)
        for each in (*answer.history, answer):
            each.request.environ["wsgi.input"].close()  # what is large lies in a file
        if has_app_context():
            db.session.rollback()
        return answer


def make_site(folder: Path, databases: Databases) -> Flask:
    """The app, and its empty database made by the migrations and kept as the template of all others."""
    app = further_site(folder, databases.url)
    databases.keep_as_template()
    return app


def further_site(folder: Path, database_url: str) -> Flask:
    """One more site, over a database of its own with every table in it."""
    app = empty_site(folder, database_url)
    with app.app_context():
        migrating.upgrade()
    leave_database(app)
    return app


def empty_site(folder: Path, database_url: str, **others: Any) -> Flask:
    """One more site, over a database in which nothing stands yet."""
    _share_compiled_templates(folder)
    app = create_app(settings(folder, database_url, **others))
    migrating.prepare(app)
    app.test_client_class = Visitor
    return app


def _share_compiled_templates(folder: Path) -> None:
    """Every worker of every run would else compile them all; a changed template is compiled anew."""
    COMPILED.mkdir(parents=True, exist_ok=True)
    if not (folder / "templates").exists():
        (folder / "templates").symlink_to(COMPILED)


@contextmanager
def fresh_database(app: Flask, databases: Databases, *, renew: bool = True) -> Iterator[Flask]:
    """A new copy of the template, and an app context in which the test and its rules work.

    ``renew=False``: who asks puts something in the database's place before looking at it.
    """
    if renew and not databases.renew():
        leave_database(app)
    (app.config["SETTINGS"].instance / anchors.FILE).unlink(missing_ok=True)
    with app.app_context():
        try:
            yield app
        finally:
            leave_alone(app, databases)


def leave_alone(app: Flask, databases: Databases) -> None:
    """Hold on to nothing, so that the database can be renewed. Inside the app context in which it was used."""
    db.session.remove()
    if not databases.stays:
        leave_database(app)


def leave_database(app: Flask) -> None:
    """Close every connection, so that the database can be copied or thrown away."""
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def on_its_own(deed: Callable[[], Any]) -> Any:
    """Run something outside the test's app context, as a command or a thread would."""
    return contextvars.Context().run(deed)
