"""Is the site fit to serve? The database answers, its migrations are current, nothing is still loading."""

from collections.abc import Callable
from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory
from flask import current_app
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from khuyenhoc.core.database import db

_checks: list[Callable[[], str | None]] = []


def requires(check: Callable[[], str | None]) -> Callable[[], str | None]:
    """Register a check of a feature (demonstration data still loading, for one): None, or what is missing."""
    _checks.append(check)
    return check


def what_is_wrong() -> str | None:
    """The first thing that keeps the site from serving; None when all is well."""
    try:
        stored = set(db.session.execute(text("SELECT version_num FROM alembic_version")).scalars())
    except SQLAlchemyError:
        db.session.rollback()
        return "database"
    if stored != {_head()}:
        return "migrations"
    return next((wrong for wrong in (check() for check in _checks) if wrong), None)


def _head() -> str | None:
    if "MIGRATION_HEAD" not in current_app.config:
        config = Config()
        config.set_main_option("script_location", str(Path(current_app.config["MIGRATIONS"])))
        current_app.config["MIGRATION_HEAD"] = ScriptDirectory.from_config(config).get_current_head()
    head: str | None = current_app.config["MIGRATION_HEAD"]
    return head
