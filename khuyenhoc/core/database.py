"""The database: one declarative base, one session per request, one way to write.

Reading happens in a plain transaction that sees one instant of the books from its first question to
its last, on both engines, so that two totals on a page never belong to two moments. Writing happens
only inside ``with writing():``, which opens a transaction of its own (on SQLite BEGIN IMMEDIATE, in a
fair queue), commits once at the end and rolls everything back when the block raises. Rules never commit.
It returns when all of it is on the disk; the next writer is let in before that, and one flush
serves all who wait for it.
"""

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import BigInteger, Engine, Integer, MetaData, event, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, Session

from khuyenhoc.core import flush, journeys, refresh
from khuyenhoc.core.queue import WriterQueue
from khuyenhoc.core.straight import Straight, straight

gc.set_threshold(50_000, 20, 20)  # thousands of classes and columns are made at the start, and none is garbage

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

BigInt = BigInteger().with_variant(Integer(), "sqlite")
"""64 bits on both engines; on SQLite INTEGER, so that a primary key counts by itself."""


class Base(DeclarativeBase):
    """Every table's base; ``db.metadata`` is its metadata. ``__tablename__`` is always written out."""

    metadata = MetaData(naming_convention=NAMES)


refresh.quicken(Base)
db: SQLAlchemy = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})

PATIENCE = 10.0
"""Seconds that a deed waits for a lock that another process holds; then it is refused in words (503)."""

_queue = WriterQueue()

Notes = dict[Any, Any]
"""What a deed notes of itself, for whoever is told of it."""

_durable: list[Callable[[Sequence[Notes]], None]] = []


def when_durable(deed: Callable[[Sequence[Notes]], None]) -> Callable[[Sequence[Notes]], None]:
    """Decorates what is to happen when deeds have been stored and are on the disk; it is handed what each has noted."""
    _durable.append(deed)
    return deed


def _tell(of_each: Sequence[Notes]) -> None:
    for deed in _durable:
        deed(of_each)


def note(key: Any, value: Any) -> None:
    """Note something of the present deed. Nobody is told of it when the deed is undone."""
    db.session().info.setdefault("notes", {})[key] = value


READING = "REPEATABLE READ"
"""How PostgreSQL reads outside ``writing``; SQLite reads so by itself."""

_BEHIND_LOCKS = {"isolation_level": "READ COMMITTED"}
"""A deed sees what was committed before it got its lock, not before it began to wait for it."""


_MANNERS = "SELECT set_config('synchronous_commit', 'off', true), set_config('lock_timeout', %s, true)"
"""Of a deed on PostgreSQL: the disk is waited for after its COMMIT, its lock for so many milliseconds."""


def is_sqlite() -> bool:
    """Whether the installation runs on SQLite (else: PostgreSQL)."""
    return bool(db.engine.dialect.name == "sqlite")


class WriteOutsideWriting(RuntimeError):
    """Something was changed outside ``with writing():`` – a programmer's mistake, never a user's."""


@contextmanager
def writing(*, patience: float | None = None) -> Iterator[None]:
    """One deed: everything inside is stored together, durably, or not at all.

    What was read before is forgotten and read anew inside, so that a rule decides on the present
    state. Blocks may nest; only the outermost commits. ``patience``: other seconds than PATIENCE.
    """
    session = db.session()
    if session.info.get("writing"):
        yield
        return
    session.rollback()
    session.expire_all()
    queued = is_sqlite()
    seconds = PATIENCE if patience is None else patience
    if queued and not _queue.enter(3 * seconds):
        raise TimeoutError("the writers' queue did not move")
    try:
        session.info["writing"] = _way_in(session, max(1, int(seconds * 1000)))
        yield
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info.pop("writing", None)
        notes = session.info.pop("notes", {})
        if queued:
            _queue.leave()
    if queued:
        _flusher(db.engine).wait(notes)
    else:
        _tell([notes])


def _way_in(session: Session, milliseconds: int) -> Straight:
    options = {journeys.DEED: milliseconds, **({} if is_sqlite() else _BEHIND_LOCKS)}
    way = straight(session.connection(execution_options=options))
    if not way.is_sqlite:
        with journeys.begin(way, stays=True):  # with whatever is asked first
            way.write(_MANNERS, (f"{milliseconds}ms",))
    return way


@cache
def _flusher(engine: Engine) -> flush.Flusher:
    return flush.Flusher(flush.log_of(engine), _tell, _queue.is_waited_for)


def require_writing() -> Straight:
    """What the present deed writes through; WriteOutsideWriting unless the session is inside ``with writing():``."""
    way: Straight | None = db.session().info.get("writing")
    if way is None:
        raise WriteOutsideWriting
    return way


@event.listens_for(Session, "before_flush")
def _only_inside_writing(session: Session, *_: Any) -> None:
    if not session.info.get("writing") and (session.new or session.dirty or session.deleted):
        changed = [*session.new, *session.deleted, *(o for o in session.dirty if session.is_modified(o))]
        if changed:
            raise WriteOutsideWriting(", ".join(type(o).__name__ for o in changed))


def only_where(condition: str) -> dict[str, str]:
    """The ``info`` of an index over only those rows, in either engine.

    ``postgresql_where`` would load all of SQLAlchemy's PostgreSQL at the start of every site.
    """
    return {"where": condition}


def prepare_engine(engine: Engine) -> None:
    """Give an engine the manners that the books need (see design section 7)."""
    for index in (index for table in Base.metadata.tables.values() for index in table.indexes):
        if "where" in index.info:
            index.dialect_options[engine.dialect.name]["where"] = text(index.info["where"])
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _on_sqlite_connect)
        event.listen(engine, "begin", _on_sqlite_begin)
        event.listen(engine, "checkin", _on_sqlite_checkin)
    else:
        journeys.prepare_engine(engine)


def engine_options(url: str) -> dict[str, Any]:
    """How the engine of this address is to be made."""
    pool = {"pool_size": 10, "max_overflow": 20, "pool_use_lifo": True}  # the last writer's connection knows the pages
    return pool if url.startswith("sqlite") else {**pool, "isolation_level": READING}


def look_afresh() -> None:
    """What is read from here on is how the books stand now."""
    db.session.rollback()


def _on_sqlite_connect(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    cursor = connection.cursor()
    for pragma in (
        "foreign_keys = ON",
        "recursive_triggers = ON",  # INSERT OR REPLACE must meet the delete triggers
        "journal_mode = WAL",
        "synchronous = FULL",  # an acknowledged gift survives a power cut
        "wal_autocheckpoint = 4000",  # pages: whoever empties the log makes all wait, and most pages recur in it
        "busy_timeout = 10000",
        "temp_store = MEMORY",
        "cache_size = -16000",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _on_sqlite_begin(connection: Any) -> None:
    milliseconds = connection.get_execution_options().get(journeys.DEED)
    way, known = straight(connection), connection.info
    if milliseconds is None:
        way.execute("BEGIN")
        return
    if known.get("patience") != milliseconds:
        way.execute(f"PRAGMA busy_timeout = {milliseconds}")
        known["patience"] = milliseconds
    way.execute("PRAGMA synchronous = NORMAL")  # ``writing`` itself waits for the disk
    way.execute("BEGIN IMMEDIATE")


def _on_sqlite_checkin(connection: Any, _record: Any) -> None:
    if connection is not None:
        connection.execute("PRAGMA synchronous = FULL")  # for whoever writes without ``writing``: a migration


def scalar(sql: str, **values: Any) -> Any:
    """The one value that a fixed SQL text gives (for the few places that speak SQL)."""
    return db.session.execute(text(sql), values).scalar()


def names_constraint(error: DBAPIError, name: str) -> bool:
    """Whether a database error was raised by the constraint or trigger of this name."""
    return name in str(error.orig)
