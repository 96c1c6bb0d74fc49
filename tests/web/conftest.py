"""A site of its own, with the demo feature and a table for it, in memory."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from khuyenhoc.application import create_app
from khuyenhoc.core.database import db
from khuyenhoc.web import navigation
from tests.support.site import Visitor, settings
from tests.web import demo


@pytest.fixture(scope="session")
def demo_site(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The house with the demo in it; the token of forms is checked as on a real site."""
    folder = tmp_path_factory.mktemp("demo")
    app = create_app(settings(folder, f"sqlite:///{folder / 'demo.sqlite3'}"))
    demo.install(app, str(Path(__file__).parent / "templates"))
    app.test_client_class = Visitor
    return app


@pytest.fixture
def house(demo_site: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """The demo with an empty table, read by a treasurer."""
    monkeypatch.setattr(navigation, "_reader", [demo.treasurer])
    with demo_site.app_context():
        demo.Envelope.__table__.create(db.engine)
        yield demo_site
        db.session.remove()
        demo.Envelope.__table__.drop(db.engine)
        db.engine.dispose()


@pytest.fixture
def visitor(house: Flask) -> FlaskClient:
    """Someone with a browser."""
    return house.test_client()
