"""Is the site fit to serve? The database answers, its migrations are current, nothing is still loading."""

import re
from collections.abc import Callable
from pathlib import Path

from flask import current_app
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from khuyenhoc.core.database import db

REVISION = re.compile(r"^revision\b[^=\n]*= *[\"']([^\"']+)", re.MULTILINE)
DOWN = re.compile(r"^down_revision\b[^=\n]*= *[\"']([^\"']+)", re.MULTILINE)

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
    """The newest step: the one that no other follows. Read from the files, for alembic is heavy."""
    if "MIGRATION_HEAD" not in current_app.config:
        folder = Path(current_app.config["MIGRATIONS"]) / "versions"
        steps = [path.read_text(encoding="utf-8") for path in folder.glob("*.py")]
        followed = {match[1] for step in steps for match in DOWN.finditer(step)}
        heads = {match[1] for step in steps for match in REVISION.finditer(step)} - followed
        current_app.config["MIGRATION_HEAD"] = heads.pop() if len(heads) == 1 else None
    head: str | None = current_app.config["MIGRATION_HEAD"]
    return head
