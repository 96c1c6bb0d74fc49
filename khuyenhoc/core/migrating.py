"""Bringing the database to its present shape. Kept apart from the app: a page needs none of alembic's weight."""

import flask_migrate
from flask import Flask, current_app

from khuyenhoc.core.database import db


def prepare(app: Flask) -> None:
    """Let the commands of flask-migrate find our migrations, wherever they are started."""
    if "migrate" not in app.extensions:
        flask_migrate.Migrate(app, db, directory=app.config["MIGRATIONS"], render_as_batch=True, compare_type=True)


def upgrade() -> None:
    """Take every step that the database of the present app has not taken yet."""
    prepare(current_app._get_current_object())  # type: ignore[attr-defined]
    flask_migrate.upgrade()
