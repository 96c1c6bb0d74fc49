"""A fair queue for the writers of one process.

SQLite lets one writer in at a time and lets the others sleep and retry, so that an unlucky
one waits long behind many lucky ones. Here they stand in line and go in the order they came.
"""

import sys
from collections import deque
from threading import Lock

sys.setswitchinterval(0.0005)
# Who holds the queue gives up the interpreter at each statement, and has to get it back from those who do not.


class WriterQueue:
    """First come, first served. ``enter`` waits for one's turn; ``leave`` lets the next one in."""

    def __init__(self) -> None:
        self._guard = Lock()
        self._busy = False
        self._waiting: deque[Lock] = deque()

    def enter(self, timeout: float) -> bool:
        """Wait for one's turn; False when it did not come within ``timeout`` seconds."""
        with self._guard:
            if not self._busy:
                self._busy = True
                return True
            turn = Lock()
            turn.acquire()
            self._waiting.append(turn)
        if turn.acquire(timeout=timeout):
            return True
        with self._guard:
            if turn in self._waiting:
                self._waiting.remove(turn)
                return False
        return True  # our turn came in the very instant the wait ended

    def leave(self) -> None:
        """Give the turn to whoever has waited longest."""
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._busy = False

    def is_waited_for(self) -> bool:
        """Whether somebody stands in line."""
        return bool(self._waiting)
