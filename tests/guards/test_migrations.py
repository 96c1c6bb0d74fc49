"""Migrations: they end where the models stand, and every step goes down and up again."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import inspect, text

from khuyenhoc.core import migrating
from khuyenhoc.core.database import db
from tests.support import engines, site, tree

FOLDER = tree.ROOT / "migrations"


@pytest.fixture
def empty_site(tmp_path: Path, databases: engines.Databases) -> Iterator[Flask]:
    """A site whose database is still empty."""
    app = site.empty_site(tmp_path, databases.spare("steps"))
    with app.app_context():
        yield app
    site.leave_database(app)


def _settings(app: Flask) -> Any:
    migrating.prepare(app)
    return app.extensions["migrate"].migrate.get_config(str(FOLDER))


def _what_stands() -> set[str]:
    """Every table, index, trigger and function of our own that the database holds."""
    if db.engine.dialect.name == "sqlite":
        sql = "SELECT type || ' ' || name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'"
    else:
        sql = (
            "SELECT 'table ' || tablename FROM pg_tables WHERE schemaname = 'public'"
            " UNION SELECT 'index ' || indexname FROM pg_indexes WHERE schemaname = 'public'"
            " UNION SELECT 'trigger ' || tgname FROM pg_trigger WHERE NOT tgisinternal"
            " UNION SELECT 'function ' || proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
        )
    with db.engine.connect() as connection:
        return {name for name in connection.execute(text(sql)).scalars() if "alembic_version" not in name}


def test_the_last_step_is_where_the_models_stand(empty_site: Flask) -> None:
    command.upgrade(_settings(empty_site), "head")

    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, db.metadata) == []


def test_every_step_goes_down_and_up_again(empty_site: Flask) -> None:
    settings = _settings(empty_site)
    steps = [step.revision for step in ScriptDirectory.from_config(settings).walk_revisions()][::-1]
    stood: list[set[str]] = [_what_stands()]
    for step in steps:
        command.upgrade(settings, step)
        stood.append(_what_stands())

    for number in range(len(steps), 0, -1):
        command.downgrade(settings, "-1")
        assert _what_stands() == stood[number - 1], f"after taking back {steps[number - 1]}"
    command.upgrade(settings, "head")

    assert _what_stands() == stood[-1]
    assert inspect(db.engine).has_table("entries")


def test_steps_are_numbered_sentences_in_one_line() -> None:
    names = sorted(path.stem for path in (FOLDER / "versions").glob("*.py"))

    assert [int(name[:3]) for name in names] == list(range(1, len(names) + 1))
    assert all(re.fullmatch(r"\d{3}(_[a-z0-9]+){2,}", name) for name in names)
