"""Alembic's entry: runs the numbered steps of ``versions`` on the site's own engine."""

from alembic import context
from flask import current_app

from khuyenhoc.core.database import Base


def _engine():  # type: ignore[no-untyped-def]
    return current_app.extensions["migrate"].db.engine


def run() -> None:
    """Run what is missing, each step in a transaction of its own."""
    with _engine().connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=True,
            compare_type=True,
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


run()
