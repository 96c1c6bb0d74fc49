"""Straight to the driver: going round SQLAlchemy halves the time of a short statement.

The statement runs on the same connection and in the same transaction; what the driver refuses is raised as
SQLAlchemy raises it, so that nobody has to know of the short cut.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session


class Straight(NamedTuple):
    """A connection, and the driver's own beneath it."""

    connection: Connection
    driver: Any
    dialect: Dialect
    is_sqlite: bool

    def execute(self, sql: str, values: Sequence[Any] = ()) -> Any:
        """The driver's cursor over what the statement gives. The driver's own marks and kinds of values."""
        try:
            return self.driver.execute(sql, values)
        except self.dialect.loaded_dbapi.Error as error:
            raise self.fault(error, sql) from error

    def fault(self, error: Any, sql: str = "") -> BaseException:
        """What SQLAlchemy would have raised for an error of the driver's."""
        kind: type[Exception] = self.dialect.loaded_dbapi.Error
        return DBAPIError.instance(sql, None, error, kind, dialect=self.dialect)


def straight(connection: Connection) -> Straight:
    """The way round SQLAlchemy for one of its connections."""
    dialect = connection.dialect
    return Straight(connection, connection.connection.driver_connection, dialect, dialect.name == "sqlite")


def straight_of(session: Session) -> Straight:
    """The way of what the session reads and writes through. A deed finds it once, and keeps it to its end."""
    return session.info.get("writing") or straight(session.connection())
