"""Worlds that many tests begin with: built once a run, afterwards put back as they were."""

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from flask import Flask
from sqlalchemy import inspect

from khuyenhoc.core.database import Base, db
from khuyenhoc.proof import anchors
from tests.support.engines import Databases
from tests.support.site import leave_alone, leave_database

World = TypeVar("World")


@dataclasses.dataclass
class Kept:
    """A world as it can be laid aside: rows by class and key, and the file of anchors."""

    world: Any
    anchors: bytes | None


@dataclasses.dataclass(frozen=True)
class Row:
    """A row of the database, to be found again."""

    table: type
    key: tuple[Any, ...]


class Worlds:
    """Gives a world in the test's own fresh database; what ``make`` builds is laid aside the first time."""

    def __init__(self, app: Flask, databases: Databases) -> None:
        self._app, self._databases = app, databases
        self._kept: dict[str, Kept] = {}

    def begin_with(self, make: Callable[[], World]) -> World:
        """The world that ``make`` founds in an empty database, whatever stands in the test's own by now."""
        name = make.__name__
        leave_alone(self._app, self._databases)
        if name not in self._kept or not self._put_back(name):
            if not self._databases.renew():
                leave_database(self._app)
            made = make()
            db.session.commit()
            self._kept[name] = Kept(_frozen(made), self._anchors.read_bytes() if self._anchors.exists() else None)
            leave_alone(self._app, self._databases)
            self._databases.lay_aside(name)
        found: World = _thawed(self._kept[name].world)
        db.session.commit()  # what was read stays; the reading ends, so that what others write is seen
        return found

    def _put_back(self, name: str) -> bool:
        if not self._databases.put_back(name):
            return False
        written = self._kept[name].anchors
        if written is not None:
            self._anchors.write_bytes(written)
        return True

    @property
    def _anchors(self) -> Path:
        return Path(self._app.config["SETTINGS"].instance) / anchors.FILE


def _frozen(thing: Any) -> Any:
    if isinstance(thing, Base):
        return Row(type(thing), tuple(inspect(thing).identity))
    if isinstance(thing, list | tuple):
        return type(thing)(map(_frozen, thing))
    if isinstance(thing, dict):
        return {key: _frozen(value) for key, value in thing.items()}
    if dataclasses.is_dataclass(thing) and not isinstance(thing, type):
        return _Parts(type(thing), {one.name: _frozen(getattr(thing, one.name)) for one in dataclasses.fields(thing)})
    assert thing is None or isinstance(thing, str | int | bool), f"a world cannot hold {thing!r}"
    return thing


@dataclasses.dataclass(frozen=True)
class _Parts:
    kind: type
    values: dict[str, Any]


def _thawed(thing: Any) -> Any:
    if isinstance(thing, Row):
        return db.session.get_one(thing.table, thing.key)
    if isinstance(thing, list | tuple):
        return type(thing)(map(_thawed, thing))
    if isinstance(thing, dict):
        return {key: _thawed(value) for key, value in thing.items()}
    if isinstance(thing, _Parts):
        return thing.kind(**{name: _thawed(value) for name, value in thing.values.items()})
    return thing
