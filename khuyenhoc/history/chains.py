"""Chains: a gapless, hash-linked sequence per unit, for the books and for the history.

Each link's hash covers its whole content and its predecessor's hash. The row here holds length and
head; it is also the lock under which a unit's books are written, so that all writers of one unit
take one lock first and can never wait for each other in a ring.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from json.encoder import encode_basestring
from typing import Any, NamedTuple

from sqlalchemy import CheckConstraint, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from khuyenhoc.core import fixed
from khuyenhoc.core.database import Base, BigInt, db, is_sqlite, note

GENESIS = "0" * 64
"""The head of a chain that has no link yet."""

INSTALLATION = 0
"""The chain of what belongs to no unit: users, units, policies, items."""


class Chain(Base):
    """Length and head of one unit's chain of ``entries`` or ``history``."""

    __tablename__ = "chains"
    __table_args__ = (
        CheckConstraint("kind IN ('entries', 'history')", name="kind"),
        CheckConstraint("length >= 0", name="length"),
    )
    unit_id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(8), primary_key=True)
    length: Mapped[int] = mapped_column(Integer)
    head: Mapped[str] = mapped_column(String(64))


class Head(NamedTuple):
    """Where a chain ends: how many links, and the hash of the last."""

    length: int
    hash: str


_READ = "SELECT kind, length, head FROM chains WHERE unit_id = {} ORDER BY kind"
_BEGIN = (
    "INSERT INTO chains (unit_id, kind, length, head) VALUES ({}, 'entries', 0, {}), ({}, 'history', 0, {})"
    " ON CONFLICT DO NOTHING"
)


def lock(unit_id: int) -> dict[str, Head]:
    """Take the unit's lock (first thing in every deed that posts) and read both heads."""
    sql, values = locking(unit_id)
    heads = heads_in(fixed.rows(sql, *values))
    if not heads:
        fixed.write(_BEGIN, unit_id, GENESIS, unit_id, GENESIS)
        heads = heads_in(fixed.rows(sql, *values))
    return heads


def locking(unit_id: int) -> fixed.Question:
    """What takes the unit's lock, to be asked together with what must be read under it."""
    return _READ if is_sqlite() else _READ + " FOR UPDATE", (unit_id,)


def heads_in(rows: fixed.Rows) -> dict[str, Head]:
    """Both heads, as the lock's rows tell them; empty while the unit has no chains yet."""
    return {kind: Head(length, head) for kind, length, head in rows}


def moved(unit_id: int, kind: str, head: Head) -> None:
    """Note that this transaction has moved a head; proof.anchors writes it down after the commit."""
    note((unit_id, kind), head)


def heads(kind: str) -> dict[int, Head]:
    """Every unit's head of one kind of chain."""
    rows = db.session.execute(text("SELECT unit_id, length, head FROM chains WHERE kind = :kind"), {"kind": kind})
    return {unit: Head(length, head) for unit, length, head in rows}


PLAIN = frozenset({str, int, type(None)})
"""Kinds of values that are canonical as they are: asked before ``canonical`` where there are very many."""


def canonical(value: Any) -> int | str | None:
    """A stored value in the one form that is hashed, the same on both engines."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, date):
        return value.isoformat()
    return repr(value)


def digest(content: Any) -> str:
    """SHA-256, in hex, of content made of lists, strings, whole numbers and nulls."""
    return _sha256(_write(content))


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


_write = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def link_hash(columns: Sequence[str], values: Sequence[Any], *parts: str) -> str:
    """The hash of one link: every named column with its value, and the parts that hang on it, as ``told`` has them."""
    return _sha256(f"[{','.join([told(columns, values), *parts])}]")


class Alike:
    """Links that have most columns in common: what they have in common is written out for the hash once."""

    def __init__(self, columns: Sequence[str], same: Mapping[str, Any]) -> None:
        self._own = [name for name in columns if name not in same]
        pairs = [told([name], [same.get(name)])[1:-1].replace("%", "%%") for name in columns]
        marked = zip(columns, pairs, strict=True)
        self._text = ",".join(pair if name in same else f"[{_write(name)},%s]" for name, pair in marked)

    def link_hash(self, values: Mapping[str, str | int]) -> str:
        """What ``link_hash`` gives for these values beside what is common to all."""
        return _sha256(f"[[{self._text % in_json([values[name] for name in self._own])}]]")


def named(columns: Sequence[str], values: Sequence[Any]) -> list[Any]:
    """Values beside the names of their columns, in the form that is hashed."""
    plain = [value if value.__class__ in PLAIN else canonical(value) for value in values]
    return [[name, value] for name, value in zip(columns, plain, strict=True)]


def told(columns: Sequence[str], values: Iterable[Any]) -> str:
    """The JSON of ``named``, without naming the columns anew: a third of the time."""
    return _pattern(tuple(columns)) % in_json(values)


@cache
def _pattern(columns: tuple[str, ...]) -> str:
    return "[" + ",".join([f"[{_write(name)},%s]" for name in columns]) + "]"


def in_json(values: Iterable[Any]) -> tuple[str, ...]:
    """The JSON of each value in its canonical form."""
    return tuple(
        [
            str(v) if v.__class__ is int
            else "null" if v is None
            else encode_basestring(v) if v.__class__ is str
            else _write(canonical(v))
            for v in values
        ]
    )  # fmt: skip
