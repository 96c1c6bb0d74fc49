"""Seals: a row that bears on money is written into the history with every recorded change.

A sealed root and its parts are written down with all their columns, as the schema names them, so a
new column is covered by itself. What is written down stands in the history event of the change, and
the history is a chain; so a change behind the rules' back is found, and its column named. A sealed
row changed without an event in the same transaction is a programmer's mistake.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Table, event, text
from sqlalchemy.orm import Session

from khuyenhoc.core.database import Base, db
from khuyenhoc.core.straight import straight_of
from khuyenhoc.history.chains import in_json

Model = TypeVar("Model", bound=Base)


class Part(NamedTuple):
    """A table whose rows belong to a root: which table, and the column that names the root."""

    table: Table
    column: str


class UnrecordedChange(RuntimeError):
    """A sealed row was changed and no history event tells of it."""


AT_ONCE = 500
ROOTS: dict[str, Table] = {}
PARTS: dict[str, list[Part]] = {}
_PART_OF: dict[str, tuple[str, str]] = {}


def sealed(cls: type[Model]) -> type[Model]:
    """Mark a table whose rows are sealed; its primary key is ``id``."""
    table = _table(cls)
    ROOTS[table.name] = table
    PARTS.setdefault(table.name, [])
    return cls


def part_of(root: type[Base], column: str) -> Callable[[type[Model]], type[Model]]:
    """Mark a table whose rows are hashed with the root row that ``column`` names."""

    def mark(cls: type[Model]) -> type[Model]:
        table = _table(cls)
        PARTS.setdefault(root.__tablename__, []).append(Part(table, column))
        PARTS[root.__tablename__].sort(key=lambda part: part.table.name)
        _PART_OF[table.name] = (root.__tablename__, column)
        return cls

    return mark


def _table(cls: type[Base]) -> Table:
    table = cls.__table__
    assert isinstance(table, Table)
    return table


Rows = dict[str, list[dict[str, Any]]]
"""Table name → its rows of one root, each a mapping of column to value."""


def content_of(root: str, rows: Rows) -> str:
    """A root and its parts written down: every column of every row, as JSON in the schema's order."""
    tables = [ROOTS[root], *(part.table for part in PARTS[root])]
    told = {}
    for table in tables:
        names, pattern = _columns(table), _pattern(table)
        told[table.name] = [pattern % in_json([row.get(name) for name in names]) for row in rows.get(table.name, [])]
    return _content(told)


def _content(told: Mapping[str, Sequence[str]]) -> str:
    """The JSON of a root, made of that of its rows, table by table."""
    tables = [f'"{name}":[' + ",".join(rows) + "]" for name, rows in told.items()]
    return "{" + ",".join(tables) + "}"


@cache
def _pattern(table: Table) -> str:
    return "{" + ",".join([f'"{name}":%s' for name in _columns(table)]) + "}"


@cache
def _columns(table: Table) -> tuple[str, ...]:
    return tuple(column.name for column in table.columns)


def stored_rows(root: str, root_id: int) -> Rows:
    """What is stored of a root and its parts, read as the engine gives it."""
    rows = {root: _read(ROOTS[root], "id", root_id)}
    for part in PARTS[root]:
        rows[part.table.name] = _read(part.table, part.column, root_id)
    return rows


def read_sql(table: Table) -> str:
    """The plain SELECT of every column of a table."""
    return f"SELECT {', '.join(column.name for column in table.columns)} FROM {table.name}"  # noqa: S608 - names of our own tables


def _read(table: Table, column: str, root_id: int) -> list[dict[str, Any]]:
    order = ", ".join(key.name for key in table.primary_key.columns)
    found = db.session.execute(text(f"{read_sql(table)} WHERE {column} = :id ORDER BY {order}"), {"id": root_id})
    return [dict(row._mapping) for row in found]


def content(root: str, root_id: int) -> str:
    """A stored root and its parts, written down."""
    return contents(root, [root_id])[root_id]


def contents(root: str, ids: Sequence[int]) -> dict[int, str]:
    """What ``content`` writes down, for many roots with one query per table and five hundred of them."""
    way = straight_of(db.session())
    tables = [(ROOTS[root], "id"), *PARTS[root]]
    found: dict[int, dict[str, list[str]]] = {root_id: {table.name: [] for table, _column in tables} for root_id in ids}
    for table, column in tables:
        name, pattern, of = table.name, _pattern(table), _columns(table).index(column)
        order = ", ".join(key.name for key in table.primary_key.columns)
        for start in range(0, len(ids), AT_ONCE):
            some = ", ".join(str(int(root_id)) for root_id in ids[start : start + AT_ONCE])
            sql = f"{read_sql(table)} WHERE {column} IN ({some}) ORDER BY {order}"
            for row in way.execute(sql):
                found[row[of]][name].append(pattern % in_json(row))
    return {root_id: _content(rows) for root_id, rows in found.items()}


def says_the_same(told: str, stored: str) -> bool:
    """Whether two contents agree, where a column or table that came later and holds nothing counts as not there."""
    return _filled(told) == _filled(stored)


def _filled(written: str) -> dict[str, list[dict[str, Any]]]:
    tables = json.loads(written).items()
    return {name: [{c: v for c, v in row.items() if v is not None} for row in rows] for name, rows in tables if rows}


def fingerprint(root: str, root_id: int) -> str:
    """The SHA-256 of what ``content`` writes down: what an approval is bound to."""
    return fingerprints(root, [root_id])[root_id]


def fingerprints(root: str, ids: Sequence[int]) -> dict[int, str]:
    """What ``fingerprint`` gives, for many roots at once."""
    return {
        root_id: hashlib.sha256(written.encode("utf-8", "surrogatepass")).hexdigest()
        for root_id, written in contents(root, ids).items()
    }


def told(session: Session, root: str, root_id: int) -> None:
    """The change of this root stands in the history now."""
    session.info.get("untold", set()).discard((root, root_id))


@event.listens_for(Session, "after_flush")
def _notice(session: Session, _context: Any) -> None:
    written_anew = (item for item in session.dirty if session.is_modified(item))  # the same again is no change
    changed: Iterable[Any] = [*session.new, *written_anew, *session.deleted]
    for item in changed:
        name = getattr(item, "__tablename__", "")
        if name in ROOTS:
            session.info.setdefault("untold", set()).add((name, item.id))
        elif name in _PART_OF:
            root, column = _PART_OF[name]
            session.info.setdefault("untold", set()).add((root, getattr(item, column)))


@event.listens_for(Session, "before_commit")
def _insist(session: Session) -> None:
    session.flush()
    untold = session.info.pop("untold", set())
    if untold:
        raise UnrecordedChange(", ".join(f"{root} {root_id}" for root, root_id in sorted(untold)))


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop("untold", None)
