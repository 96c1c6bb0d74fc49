"""Who is at work, carried beside the call: where a deed came from is part of its history."""

from contextvars import ContextVar
from typing import Protocol

origin: ContextVar[str] = ContextVar("origin", default="lệnh")
"""Where the present deed comes from: an address of the network, or ``lệnh`` for a command."""


class Person(Protocol):
    """Whoever does a deed: a user, or in a test anything with these two."""

    id: int

    @property
    def signature(self) -> str:
        """Honorific and full name as written under a paper: ``Bà Đoàn Ngọc Hạ``."""
