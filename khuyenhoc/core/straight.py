"""Straight to the driver: going round SQLAlchemy halves the time of a short statement.

The statement runs on the same connection and in the same transaction; what the driver refuses is raised as
SQLAlchemy raises it, so that nobody has to know of the short cut.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

UNDER_WAY = "kh_journey"
"""Where a connection keeps the journey that is under way on it (see ``journeys``)."""


class Straight(NamedTuple):
    """A connection, and the driver's own beneath it."""

    connection: Connection
    driver: Any
    dialect: Dialect
    is_sqlite: bool
    pen: Any = None
    """On PostgreSQL: the one cursor for all whose answer nobody reads."""

    def execute(self, sql: str, values: Sequence[Any] = ()) -> Any:
        """The driver's cursor over what the statement gives. The driver's own marks and kinds of values."""
        if not self.is_sqlite:
            self._arrive()
        try:
            return self.driver.execute(sql, values)
        except self.dialect.loaded_dbapi.Error as error:
            raise self.fault(error, sql) from error

    def write(self, sql: str, values: Sequence[Any] = ()) -> None:
        """A statement that answers nothing."""
        if self.is_sqlite:
            self.execute(sql, values)
            return
        self._arrive()
        try:
            self.pen.execute(sql, values)
        except self.dialect.loaded_dbapi.Error as error:
            raise self.fault(error, sql) from error

    def _arrive(self) -> None:
        """End a journey that was left open: what is asked next may look at its answer at once."""
        journey = self.connection.info.get(UNDER_WAY)
        if journey is not None and not journey.held:
            del self.connection.info[UNDER_WAY]
            journey.end()

    def fault(self, error: Any, sql: str = "") -> Any:
        """What SQLAlchemy would have raised for an error of the driver's."""
        kind: type[Exception] = self.dialect.loaded_dbapi.Error
        return DBAPIError.instance(sql, None, error, kind, dialect=self.dialect)


def straight(connection: Connection) -> Straight:
    """The way round SQLAlchemy for one of its connections."""
    dialect, driver = connection.dialect, connection.connection.driver_connection
    assert driver is not None
    way = Straight(connection, driver, dialect, dialect.name == "sqlite")
    if way.is_sqlite:
        return way
    try:
        return way._replace(pen=driver.cursor())
    except dialect.loaded_dbapi.Error as error:
        raise way.fault(error) from error


def straight_of(session: Session) -> Straight:
    """The way of what the session reads and writes through. A deed finds it once, and keeps it to its end."""
    return session.info.get("writing") or straight(session.connection())
