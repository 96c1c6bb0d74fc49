"""Fixed SQL for the few statements that must be fast: written once per engine, handed to the driver as it is.

They run on the session's own connection, in one transaction with everything else the deed writes.
Whatever the session still holds back is to be flushed first (``db.session.flush()``).
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

from sqlalchemy import Connection, CursorResult, Table
from sqlalchemy.exc import DBAPIError

from khuyenhoc.core.database import db, is_sqlite, require_writing

Rows = list[tuple[Any, ...]]
Question = tuple[str, tuple[Any, ...]]
"""A SELECT whose places for values are written ``{}``, and the values."""


def run(sql: str, *values: Any) -> CursorResult[*tuple[Any, ...]]:
    """The answer to a statement whose places for values are written ``{}``, as SQLAlchemy gives it."""
    sqlite = is_sqlite()
    plain = tuple(v if v.__class__ in PLAIN else _plain(v) for v in values) if sqlite else values
    return db.session.connection().exec_driver_sql(_marked(sql, sqlite), plain)


def rows(sql: str, *values: Any) -> Rows:
    """The rows that a short SELECT gives, whose places for values are written ``{}``."""
    found: Rows = _execute(_marked(sql, is_sqlite()), values).fetchall()
    return found


def rows_of_each(*questions: Question) -> list[Rows]:
    """The rows of several SELECTs, asked in this order, on PostgreSQL in one journey."""
    with together():
        cursors = [_execute(_marked(sql, is_sqlite()), values) for sql, values in questions]
    return [cursor.fetchall() for cursor in cursors]


def write(sql: str, *values: Any) -> None:
    """Run a statement that answers nothing; its places for values are written ``{}``."""
    require_writing()
    _execute(_marked(sql, is_sqlite()), values)


def insert(table: Table, values: Sequence[Mapping[str, Any]]) -> None:
    """Write rows that all name the same columns."""
    require_writing()
    sql = _insert(table.name, tuple(values[0]), len(values), is_sqlite())
    _execute(sql, tuple(value for row in values for value in row.values()))


@contextmanager
def together() -> Iterator[None]:
    """What is asked inside goes to PostgreSQL in one journey; what it refuses is raised at the end of the block.

    Each journey that is spared shortens the time for which the unit's lock is held.
    """
    connection = db.session.connection()
    if connection.dialect.name == "sqlite":
        yield
        return
    try:
        with _driver(connection).pipeline():
            yield
    except connection.dialect.loaded_dbapi.Error as error:
        raise _in_our_name(connection, "", error) from error


def _execute(sql: str, values: tuple[Any, ...]) -> Any:
    connection = db.session().info.get("writing") or db.session.connection()
    dialect = connection.dialect
    if dialect.name == "sqlite":
        values = tuple(value if value.__class__ in PLAIN else _plain(value) for value in values)
    try:
        return _driver(connection).execute(sql, values)
    except dialect.loaded_dbapi.Error as error:
        raise _in_our_name(connection, sql, error) from error


def _driver(connection: Connection) -> Any:
    """The driver's own connection; going round SQLAlchemy here halves the time of a short statement."""
    return connection.connection.driver_connection


def _in_our_name(connection: Connection, sql: str, error: Any) -> BaseException:
    """The driver's fault as SQLAlchemy raises it, so that nobody has to know of the short cut."""
    fault: type[Exception] = connection.dialect.loaded_dbapi.Error
    return DBAPIError.instance(sql, None, error, fault, dialect=connection.dialect)


PLAIN = frozenset({str, int, type(None)})
"""Kinds of values that SQLite keeps as they are."""


def _plain(value: Any) -> int | str | None:
    """A value as SQLite keeps it: days are ISO text."""
    return value if value is None or isinstance(value, str | int) else str(value.isoformat())


@cache
def _insert(table: str, columns: tuple[str, ...], rows: int, sqlite: bool) -> str:
    values = ", ".join([f"({', '.join(['{}'] * len(columns))})"] * rows)
    return _marked(f"INSERT INTO {table} ({', '.join(columns)}) VALUES {values}", sqlite)  # noqa: S608 - our own tables


@cache
def _marked(sql: str, sqlite: bool) -> str:
    return sql.replace("{}", "?" if sqlite else "%s")
