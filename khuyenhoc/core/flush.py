"""One flush for many commits.

A commit that waits for the disk makes everybody behind it wait too. Here a writer commits, lets the
next one in, and only then waits for the disk, together with all who have committed meanwhile. Nobody
is answered before the flush that covers his commit has succeeded.
"""

import os
from collections.abc import Callable
from functools import partial
from threading import Condition

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

_sync = getattr(os, "fdatasync", os.fsync)


class NotFlushed(OSError):
    """The disk refused: what was committed may or may not outlive a power cut."""


class _Waiting:
    """One writer's wait."""

    over = False
    fault: NotFlushed | None = None


class Flusher:
    """Whoever comes first flushes for all who wait; whoever comes during a flush waits for the next one."""

    def __init__(self, flush: Callable[[], None]) -> None:
        self._flush = flush
        self._turn = Condition()
        self._waiting: list[_Waiting] = []
        self._busy = False

    def wait(self) -> None:
        """Return when everything committed before the call is on the disk; NotFlushed when it could not be."""
        mine = _Waiting()
        with self._turn:
            self._waiting.append(mine)
            while self._busy and not mine.over:
                self._turn.wait()
            if not mine.over:
                self._busy = True
                together, self._waiting = self._waiting, []
        if not mine.over:
            self._for_all(together)
        if mine.fault is not None:
            raise mine.fault

    def _for_all(self, together: list[_Waiting]) -> None:
        fault: NotFlushed | None = NotFlushed("the flush was broken off")
        try:
            self._flush()
            fault = None
        except (OSError, DBAPIError) as refused:
            fault = NotFlushed(str(refused))
        finally:
            with self._turn:
                for one in together:
                    one.over, one.fault = True, fault
                self._busy = False
                self._turn.notify_all()


def log_of(engine: Engine) -> Callable[[], None]:
    """What brings the engine's write-ahead log to the disk, as far as it was written when it is called."""
    if engine.dialect.name == "sqlite":
        return partial(_flush_file, f"{engine.url.database}-wal")
    return partial(_flush_server, engine)


def _flush_file(name: str) -> None:
    """A checkpoint brings the log to the disk before it empties it, so what is no longer in it is safe already.

    SQLite holds no lock on this file that closing it could drop.
    """
    log = os.open(name, os.O_RDWR)
    try:
        _sync(log)
    finally:
        os.close(log)


def _flush_server(engine: Engine) -> None:
    """A commit that waits for the disk waits for all that was committed before it; this one says nothing else."""
    with engine.connect() as connection:
        connection.exec_driver_sql("SELECT pg_logical_emit_message(true, 'khuyenhoc', '')")
        connection.commit()
