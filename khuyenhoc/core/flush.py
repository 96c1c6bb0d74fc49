"""One flush for many commits, on SQLite; PostgreSQL does the same by itself (see ``journeys``).

A commit that waits for the disk makes everybody behind it wait too. Here a writer commits, lets the
next one in, and only then waits for the disk, together with all who have committed meanwhile. Nobody
is answered before the flush that covers his commit has succeeded.
"""

import os
import time
from collections.abc import Callable, Sequence
from functools import partial
from threading import Lock
from typing import Any

from sqlalchemy import Engine

_sync = getattr(os, "fdatasync", os.fsync)


MOMENT = 0.002
"""Seconds; two deeds or so of a crowd."""


class NotFlushed(OSError):
    """The disk refused: what was committed may or may not outlive a power cut."""


class _Waiting:
    """One writer's wait: what he has noted of his deed, and the lock that he sleeps on."""

    def __init__(self, notes: Any) -> None:
        self.notes = notes
        self.turn = Lock()
        self.turn.acquire()
        self.over = False
        self.fault: NotFlushed | None = None


class Flusher:
    """Whoever comes first flushes for all who wait; the first who comes during a flush makes the next one.

    Where others are about to commit (``is_crowded``), a moment is left to them: a flush costs more than it lasts,
    because whoever comes back from it takes the interpreter from whoever writes.

    ``tell`` is handed what they have noted of their deeds, once these are on the disk and before anybody is answered:
    one thread does for all what each would have to take the interpreter for.
    """

    def __init__(
        self,
        flush: Callable[[], None],
        tell: Callable[[Sequence[Any]], None],
        is_crowded: Callable[[], bool] = lambda: False,
    ) -> None:
        self._flush = flush
        self._tell = tell
        self._is_crowded = is_crowded
        self._guard = Lock()
        self._waiting: list[_Waiting] = []
        self._busy = False

    def wait(self, notes: Any = None) -> None:
        """Return when everything committed before the call is on the disk; NotFlushed when it could not be."""
        mine = _Waiting(notes)
        with self._guard:
            self._waiting.append(mine)
            sleeps, self._busy = self._busy, True
        if sleeps:
            mine.turn.acquire()
        if not mine.over:
            self._for_all()
        if mine.fault is not None:
            raise mine.fault

    def _for_all(self) -> None:
        together: list[_Waiting] = []
        fault: NotFlushed | None = NotFlushed("the flush was broken off")
        try:
            try:
                if self._is_crowded():
                    time.sleep(MOMENT)
            finally:
                with self._guard:
                    together, self._waiting = self._waiting, []
            fault = self._refusal()
            if fault is None:
                self._tell([one.notes for one in together])
        finally:
            for one in together:
                one.over, one.fault = True, fault
                one.turn.release()
            with self._guard:
                self._busy = bool(self._waiting)
                if self._waiting:
                    self._waiting[0].turn.release()

    def _refusal(self) -> NotFlushed | None:
        try:
            self._flush()
        except OSError as refused:
            return NotFlushed(str(refused))
        return None


def log_of(engine: Engine) -> Callable[[], None]:
    """What brings SQLite's write-ahead log to the disk, as far as it was written when it is called."""
    return partial(_flush_file, f"{engine.url.database}-wal")


def _flush_file(name: str) -> None:
    """A checkpoint brings the log to the disk before it empties it, so what is no longer in it is safe already.

    SQLite holds no lock on this file that closing it could drop.
    """
    log = os.open(name, os.O_RDWR)
    try:
        _sync(log)
    finally:
        os.close(log)
