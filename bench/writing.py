"""What is hashed, written down quickly: the very text that the seals and chains write, without a dictionary's detour.

Should the rules ever write it otherwise, ``verify`` refuses the filled site (``tests/bench``).
"""

import hashlib
from collections.abc import Sequence
from json.encoder import encode_basestring  # type: ignore[attr-defined]
from typing import Any

from khuyenhoc.history import seal
from khuyenhoc.history.events import COLUMNS
from khuyenhoc.history.seal import PARTS, ROOTS, Rows
from khuyenhoc.ledger.write import ENTRY_COLUMNS, POSTING_COLUMNS


def _json(value: Any) -> str:
    if value.__class__ is str:
        return str(encode_basestring(value))
    return "null" if value is None else str(int(value))


def _values(row: dict[str, Any], names: Sequence[str]) -> tuple[str, ...]:
    return tuple(map(_json, map(row.get, names)))


def _mapping(names: Sequence[str]) -> str:
    return "{" + ",".join(f'"{name}":%s' for name in names) + "}"


def _pairs(names: Sequence[str]) -> str:
    return "[" + ",".join(f'["{name}",%s]' for name in names) + "]"


class Contents:
    """Writes down roots of one kind, as ``seal.content_of`` does."""

    def __init__(self, root: str) -> None:
        tables = [ROOTS[root], *(part.table for part in PARTS[root])]
        columns = [seal._columns(table) for table in tables]
        self._tables = [(table.name, names, _mapping(names)) for table, names in zip(tables, columns, strict=True)]

    def of(self, rows: Rows) -> str:
        """A root and its parts."""
        written = []
        for name, columns, form in self._tables:
            some = ",".join([form % _values(row, columns) for row in rows.get(name, ())])
            written.append(f'"{name}":[{some}]')
        return "{" + ",".join(written) + "}"


_EVENT, _ENTRY, _POSTING = _pairs(COLUMNS), _pairs(ENTRY_COLUMNS), _pairs(POSTING_COLUMNS)


def event_hash(values: dict[str, Any]) -> str:
    """The hash of a link of the history."""
    return _digest(f"[{_EVENT % _values(values, COLUMNS)}]")


def entry_hash(values: dict[str, Any], postings: Sequence[dict[str, Any]]) -> str:
    """The seal of an entry and its postings."""
    hung = ",".join([_POSTING % _values(posting, POSTING_COLUMNS) for posting in postings])
    return _digest(f"[{_ENTRY % _values(values, ENTRY_COLUMNS)},[{hung}]]")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
