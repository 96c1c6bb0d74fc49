"""Puts the database's own guards in place: the triggers that hold when every program fails.

Used by the migrations and by nothing else. The SQL stands in ``migrations/guards``.
"""

import re
from pathlib import Path

from sqlalchemy import Connection

GUARDS = Path(__file__).resolve().parents[2] / "migrations" / "guards"


def install(connection: Connection, step: str) -> None:
    """Run one step's SQL (``001``) for the connection's engine."""
    script = (GUARDS / f"{step}_{connection.dialect.name}.sql").read_text(encoding="utf-8")
    for statement in script.split("\n--;\n"):
        connection.exec_driver_sql(
            statement.replace("%", "%%") if connection.dialect.name == "postgresql" else statement
        )


def remove(connection: Connection, step: str) -> None:
    """Take one step's guards away again, the last one first (for a downgrade)."""
    script = (GUARDS / f"{step}_{connection.dialect.name}.sql").read_text(encoding="utf-8")
    for kind, name, table in reversed(_CREATED.findall(script)):
        where = f" ON {table}" if kind == "TRIGGER" and connection.dialect.name == "postgresql" else ""
        brackets = "()" if kind == "FUNCTION" else ""
        connection.exec_driver_sql(f"DROP {kind} IF EXISTS {name}{brackets}{where}")


_CREATED = re.compile(r"^CREATE (VIEW|TRIGGER|FUNCTION) (\w+)(?:.*? ON (\w+)(?= FOR EACH|\s*$))?", re.MULTILINE)
