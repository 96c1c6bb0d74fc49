"""Puts the database's own guards in place: the triggers that hold when every program fails.

Used by the migrations and by nothing else. The SQL stands in ``migrations/guards``.
"""

from pathlib import Path

from sqlalchemy import Connection

GUARDS = Path(__file__).resolve().parents[2] / "migrations" / "guards"


def install(connection: Connection, step: str) -> None:
    """Run one step's SQL (``001``) for the connection's engine."""
    script = (GUARDS / f"{step}_{connection.dialect.name}.sql").read_text(encoding="utf-8")
    for statement in script.split("\n--;\n"):
        connection.exec_driver_sql(statement.replace("%", "%%") if connection.dialect.name == "postgresql" else statement)
