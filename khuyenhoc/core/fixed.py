"""Fixed SQL for the few statements that must be fast: written once per engine, handed to the driver as it is.

They run on the session's own connection, in one transaction with everything else the deed writes.
Whatever the session still holds back is to be flushed first (``db.session.flush()``).
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

from sqlalchemy import CursorResult, Table
from sqlalchemy.exc import DBAPIError

from khuyenhoc.core import journeys
from khuyenhoc.core.database import db, require_writing
from khuyenhoc.core.journeys import Say
from khuyenhoc.core.straight import Straight, straight_of

Rows = list[tuple[Any, ...]]
Question = tuple[str, tuple[Any, ...]]
"""A SELECT whose places for values are written ``{}``, and the values."""


def run(sql: str, *values: Any) -> CursorResult[*tuple[Any, ...]]:
    """The answer to a statement whose places for values are written ``{}``, as SQLAlchemy gives it."""
    way = straight_of(db.session())
    plain = tuple(_kept(values)) if way.is_sqlite else values
    return way.connection.exec_driver_sql(_marked(sql, way.is_sqlite), plain)


def rows(sql: str, *values: Any) -> Rows:
    """The rows that a short SELECT gives, whose places for values are written ``{}``."""
    way = straight_of(db.session())
    found: Rows = _execute(way, _marked(sql, way.is_sqlite), values).fetchall()
    return found


def rows_of_each(*questions: Question) -> list[Rows]:
    """The rows of several SELECTs, asked in this order, on PostgreSQL in one journey."""
    way = straight_of(db.session())
    with together():
        cursors = [_execute(way, _marked(sql, way.is_sqlite), values) for sql, values in questions]
    return [cursor.fetchall() for cursor in cursors]


def write(sql: str, *values: Any) -> None:
    """Run a statement that answers nothing; its places for values are written ``{}``."""
    way = require_writing()
    way.write(_marked(sql, way.is_sqlite), _kept(values) if way.is_sqlite else values)


def insert(table: Table, values: Sequence[Mapping[str, Any]]) -> None:
    """Write rows that all name the same columns."""
    way = require_writing()
    sql = _insert(table.name, tuple(values[0]), len(values), way.is_sqlite)
    all_values = [value for row in values for value in row.values()]
    way.write(sql, _kept(all_values) if way.is_sqlite else all_values)


@contextmanager
def together(*, stays: bool = False, say: Say = journeys.as_it_is) -> Iterator[None]:
    """What is asked inside goes to PostgreSQL in one journey; what it refuses is raised at the end of the block, or
    where something is read meanwhile; ``stays``: where something is read afterwards, or at the end of the deed.
    ``say`` makes of the refusal what is raised.

    Each journey that is spared shortens the time for which the unit's lock is held, and while the server works on the
    first statements the next ones are thought out. SQLAlchemy cannot read on the way: what it asks ends the journey,
    and the rest of the block goes as usual.
    """
    way = straight_of(db.session())
    try:
        with journeys.begin(way, stays=stays, say=say):
            yield
    except DBAPIError as error:
        said = say(error)
        if said is error:
            raise
        raise said from error


def _execute(way: Straight, sql: str, values: Sequence[Any]) -> Any:
    return way.execute(sql, _kept(values) if way.is_sqlite else values)


PLAIN = frozenset({str, int, type(None)})
"""Kinds of values that SQLite keeps as they are."""


def _kept(values: Sequence[Any]) -> list[Any]:
    """Values as SQLite keeps them."""
    return [value if value.__class__ in PLAIN else _plain(value) for value in values]


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
