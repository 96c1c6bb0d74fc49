"""Journeys to PostgreSQL: statements sent one behind the other, their answers fetched together at the end.

The driver's pipeline, on a connection that SQLAlchemy uses too. SQLAlchemy looks at an answer the moment it has asked,
so a journey ends before it asks anything; the driver's own cursors wait by themselves for what they fetch.

A journey may stay open at the end of its block: then whatever is asked next goes along, and what ends the deed too. The
rows of a gift, their COMMIT and the wait for the disk are one journey: nobody holds the unit's lock while the answer to
the last row travels, wakes a thread, waits for the interpreter and travels back.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DBAPIError

from khuyenhoc.core.flush import NotFlushed
from khuyenhoc.core.straight import UNDER_WAY, Straight, straight

DEED = "kh_write"
"""The connection's option that tells a deed from a reading: the milliseconds that it waits for a lock."""

Say = Callable[[DBAPIError], Exception]
"""What is raised for something that the server refused."""


def as_it_is(error: DBAPIError) -> Exception:
    """Nothing is known of it."""
    return error


class _Journey:
    """What is under way on one connection. ``held``: by a block that has not ended."""

    def __init__(self, way: Straight) -> None:
        self.held = True
        self.say: Say = as_it_is
        self._way = way
        with self._said():
            self._pipeline = way.driver.pipeline()
            self._pipeline.__enter__()

    def end(self) -> None:
        """Fetch all answers; what the server refused is raised."""
        with self._said():
            self._arrive()

    def end_durably(self) -> None:
        """Send the COMMIT too, and wait until it is on the disk; NotFlushed when that is not certain.

        The deed lets its locks go before the flush; what is sent after it is a deed of its own, which waits for the
        disk, and so for all that was committed before it.
        """
        driver, committed = self._way.driver, self._way.driver.cursor()
        try:
            with self._said():
                try:
                    committed.execute("COMMIT", prepare=False)
                    self._way.pen.execute(_WAIT_FOR_DISK, prepare=True)
                finally:
                    self._arrive()
        except DBAPIError as refused:
            if driver.broken or committed.statusmessage == "COMMIT":
                raise NotFlushed(str(refused)) from refused
            raise
        if committed.statusmessage != "COMMIT":
            raise RuntimeError("the server undid what was to be committed")

    def _arrive(self) -> None:
        self._pipeline.__exit__(None, None, None)

    @contextmanager
    def _said(self) -> Iterator[None]:
        try:
            yield
        except self._way.dialect.loaded_dbapi.Error as refused:
            raise self.said(refused) from refused

    def said(self, error: Any) -> Any:
        """What is raised for an error of the driver's, or of SQLAlchemy's for it, in the words of whoever sent it."""
        fault = error if isinstance(error, DBAPIError) else self._way.fault(_first(self._way, error))
        return self.say(fault) if isinstance(fault, DBAPIError) else fault


_WAIT_FOR_DISK = "SELECT pg_logical_emit_message(true, 'khuyenhoc', '')"
"""Writes a few bytes of log that say nothing, so that there is something whose flush is waited for."""


def prepare_engine(engine: Engine) -> None:
    """Let whatever SQLAlchemy asks end the journey of its connection first, and let a COMMIT go with it."""
    event.listen(engine, "before_cursor_execute", _end_before)
    event.listen(engine, "commit", _end_with_commit)
    event.listen(engine, "rollback", _end_unheard)


@contextmanager
def begin(way: Straight, *, stays: bool = False, say: Say = as_it_is) -> Iterator[None]:
    """A journey, to the end of the block or to what SQLAlchemy asks in it. Raises what the server refused, as ``say``
    has it.

    One that is begun on another's way is a part of that; one that was left open is gone on with. ``stays``: what was
    sent is not waited for at the end of the block, but by whatever is asked next, or by the COMMIT.
    """
    if way.is_sqlite:  # nothing travels
        yield
        return
    info = way.connection.info
    open_one: _Journey | None = info.get(UNDER_WAY)
    if open_one is not None and open_one.held:
        yield
        return
    known = info[UNDER_WAY] = open_one or _Journey(way)
    known.held = True
    if say is not as_it_is:
        known.say = say
    try:
        yield
    except BaseException as error:
        _end_unheard(way.connection)
        said = known.said(error) if isinstance(error, (DBAPIError, way.dialect.loaded_dbapi.Error)) else error
        if said is not error:
            raise said from error
        raise
    if info.get(UNDER_WAY) is known:
        known.held = False
        if not stays:
            del info[UNDER_WAY]
            known.end()


def _first(way: Straight, error: Any) -> Any:
    """What was refused: of all that was sent after it the driver says, last, that the pipeline is aborted."""
    aborted, kind = way.dialect.loaded_dbapi.errors.PipelineAborted, way.dialect.loaded_dbapi.Error
    while isinstance(error, aborted) and isinstance(error.__context__, kind):
        error = error.__context__
    return error


def _end_before(connection: Connection, *_: Any) -> None:
    journey: _Journey | None = connection.info.pop(UNDER_WAY, None)
    if journey is not None:
        journey.end()


def _end_with_commit(connection: Connection) -> None:
    journey: _Journey | None = connection.info.pop(UNDER_WAY, None)
    if DEED in connection.get_execution_options():
        (journey or _Journey(straight(connection))).end_durably()
    elif journey is not None:
        journey.end()


def _end_unheard(connection: Connection) -> None:
    """What was sent is about to be undone; what the server said of it matters no more."""
    if connection.closed or connection.invalidated:  # lost, and whatever was under way on it
        return
    journey: _Journey | None = connection.info.pop(UNDER_WAY, None)
    if journey is not None:
        with suppress(Exception):
            journey.end()
