"""Journeys to PostgreSQL: statements sent one behind the other, their answers fetched together at the end.

The driver's pipeline, on a connection that SQLAlchemy uses too. SQLAlchemy looks at an answer the moment it has asked,
so a journey ends before it asks anything; the driver's own cursors wait by themselves for what they fetch.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, event

from khuyenhoc.core.straight import Straight

_PLACE = "kh_journey"


def prepare_engine(engine: Engine) -> None:
    """Let whatever SQLAlchemy asks end the journey of its connection first."""
    event.listen(engine, "before_cursor_execute", _end_before)


@contextmanager
def begin(way: Straight) -> Iterator[None]:
    """A journey, to the end of the block or to what SQLAlchemy asks in it. Raises what the server refused.

    One that is begun on another's way is a part of that.
    """
    info = way.connection.info
    if _PLACE in info:
        yield
        return
    try:
        with ExitStack() as journey:
            journey.enter_context(way.driver.pipeline())
            info[_PLACE] = journey
            try:
                yield
            finally:
                info.pop(_PLACE, None)
    except way.dialect.loaded_dbapi.Error as error:
        raise way.fault(error) from error


def _end_before(connection: Connection, *_: Any) -> None:
    journey: ExitStack | None = connection.info.pop(_PLACE, None)
    if journey is not None:
        journey.close()
