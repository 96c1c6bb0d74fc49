"""Fixed SQL for the few statements that must be fast: written once per engine, handed to the driver as it is.

They run on the session's own connection, in one transaction with everything else the deed writes.
Whatever the session still holds back is to be flushed first (``db.session.flush()``).
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import CursorResult, Table

from khuyenhoc.core.database import db, is_sqlite


def run(sql: str, *values: Any) -> CursorResult[*tuple[Any, ...]]:
    """Run a statement whose places for values are written ``{}``."""
    sqlite = is_sqlite()
    return _execute(_marked(sql, sqlite), values, sqlite)


def insert(table: Table, rows: Sequence[Mapping[str, Any]], *, returning: str = "") -> CursorResult[*tuple[Any, ...]]:
    """Write rows that all name the same columns; ``returning`` is a column that the engine fills in."""
    sqlite = is_sqlite()
    sql = _insert(table.name, tuple(rows[0]), len(rows), returning, sqlite)
    return _execute(sql, tuple(value for row in rows for value in row.values()), sqlite)


def _execute(sql: str, values: tuple[Any, ...], sqlite: bool) -> CursorResult[*tuple[Any, ...]]:
    plain = tuple(map(_plain, values)) if sqlite else values
    return db.session.connection().exec_driver_sql(sql, plain)


def _plain(value: Any) -> int | str | None:
    """A value as SQLite keeps it: days are ISO text."""
    return value if value is None or isinstance(value, str | int) else str(value.isoformat())


@cache
def _insert(table: str, columns: tuple[str, ...], rows: int, returning: str, sqlite: bool) -> str:
    values = ", ".join([f"({', '.join(['{}'] * len(columns))})"] * rows)
    sql = f"INSERT INTO {table} ({', '.join(columns)}) VALUES {values}"  # noqa: S608 - names of our own tables
    return _marked(f"{sql} RETURNING {returning}" if returning else sql, sqlite)


@cache
def _marked(sql: str, sqlite: bool) -> str:
    return sql.replace("{}", "?" if sqlite else "%s")
