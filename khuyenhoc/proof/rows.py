"""Reading stored rows as they are, for proof: nothing is parsed, so that nothing broken can hide or stop us."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import groupby
from typing import Any

from sqlalchemy import Table, TextClause, text

from khuyenhoc.core.database import Base, db
from khuyenhoc.history.chains import canonical
from khuyenhoc.history.seal import read_sql

Row = dict[str, Any]


def table(name: str) -> Table:
    """A table of the schema by its name."""
    return Base.metadata.tables[name]


def stream(sql: str, **values: Any) -> Iterator[Row]:
    """Rows of a fixed query, a few thousand at a time; dates as ISO text on both engines."""
    result = db.session.execute(text(sql), values, execution_options={"yield_per": 2000})
    try:
        for row in result.mappings():
            yield {name: _plain(value) for name, value in row.items()}
    finally:
        result.close()  # a reader who stops early leaves no cursor open


def few(sql: str | TextClause, **values: Any) -> list[Row]:
    """The rows of a query that sums up: all at once, so that PostgreSQL plans for the whole and not for the first."""
    found = db.session.execute(text(sql) if isinstance(sql, str) else sql, values).mappings()
    return [{name: _plain(value) for name, value in row.items()} for row in found]


def _plain(value: Any) -> Any:
    return int(value) if isinstance(value, Decimal) else canonical(value)  # PostgreSQL sums BIGINT as NUMERIC


def every(name: str) -> Iterator[Row]:
    """Every row of a table, in the order of its key."""
    return stream(f"{read_sql(table(name))} ORDER BY {', '.join(key_columns(name))}")


def key_columns(name: str) -> list[str]:
    """The columns of a table's primary key."""
    return [column.name for column in table(name).primary_key.columns]


def key(name: str, row: Row) -> str:
    """How a violation names a row: its key, joined by ``/``."""
    return "/".join(str(row[column]) for column in key_columns(name))


def whole(value: Any) -> int:
    """A stored whole number; 0 for anything else (which another check names)."""
    return value if isinstance(value, int) else 0


def summed(value: Any) -> int:
    """A sum of stored numbers. SQLite takes a text among them for zero, and answers ``1000000.0`` or ``inf``."""
    try:
        return value if isinstance(value, int) else int(str(value).partition(".")[0])
    except ValueError:
        return 0


def negative(value: Any) -> Any:
    """The same with the other sign; what is no whole number stays as it is."""
    return -value if isinstance(value, int) else value


class Beside:
    """Rows streamed beside others that have the same key, both in the key's order; nothing is held in memory."""

    def __init__(self, rows: Iterator[Row], *columns: str) -> None:
        self._columns = columns
        self._groups = groupby(rows, key=self._key)
        self._ahead = self._next()
        self._orphans: list[Row] = []

    def _key(self, row: Row) -> tuple[Any, ...]:
        return tuple(row[column] for column in self._columns)

    def _next(self) -> tuple[tuple[Any, ...], list[Row]] | None:
        for found, rows in self._groups:
            return found, list(rows)
        return None

    def take(self, *wanted: Any) -> list[Row]:
        """The rows of this key; rows of keys that were never asked for are orphans."""
        while self._ahead is not None and self._ahead[0] < wanted:
            self._orphans.extend(self._ahead[1])
            self._ahead = self._next()
        if self._ahead is not None and self._ahead[0] == wanted:
            rows, self._ahead = self._ahead[1], self._next()
            return rows
        return []

    def left(self) -> Iterator[Row]:
        """The rows that nothing claimed."""
        yield from self._orphans
        while self._ahead is not None:
            yield from self._ahead[1]
            self._ahead = self._next()
