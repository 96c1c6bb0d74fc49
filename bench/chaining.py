"""Links of a unit's two chains, made one after the other as the rules make them."""

import json
from dataclasses import dataclass, field
from typing import Any

from bench import writing
from khuyenhoc.core import clock
from khuyenhoc.history.chains import Head
from khuyenhoc.ledger.write import PostingLine
from khuyenhoc.org.users import User

_write = json.JSONEncoder(ensure_ascii=False, sort_keys=True).encode


@dataclass
class Chain:
    """Where a unit's chains end by now."""

    unit_id: int
    entries: Head
    history: Head
    stamp: str = field(default_factory=clock.stamp)

    def event(
        self, action: str, table: str, subject_id: int, content: str, details: dict[str, Any], by: User
    ) -> dict[str, Any]:
        """The next row of the history."""
        values: dict[str, Any] = {
            "unit_id": self.unit_id,
            "number": self.history.length + 1,
            "at": self.stamp,
            "actor_id": by.id,
            "actor_name": by.signature,
            "origin": "bench",
            "action": action,
            "subject_table": table,
            "subject_id": subject_id,
            "reason": "",
            "details": _write(details),
            "content": content,
            "previous_hash": self.history.hash,
        }
        values["hash"] = writing.event_hash(values)
        self.history = Head(values["number"], values["hash"])
        return values

    def entry(self, values: dict[str, Any], lines: list[PostingLine]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """The next row of the entries, and its postings."""
        number = self.entries.length + 1
        postings = [
            {"unit_id": self.unit_id, "entry_number": number, "line": place, **vars(line)}
            for place, line in enumerate(lines, start=1)
        ]
        values = {**values, "unit_id": self.unit_id, "number": number, "previous_hash": self.entries.hash}
        values["hash"] = writing.entry_hash(values, postings)
        self.entries = Head(number, values["hash"])
        return values, postings

    def rows(self) -> list[dict[str, Any]]:
        """As ``chains`` keeps them."""
        ends = (("entries", self.entries), ("history", self.history))
        return [{"unit_id": self.unit_id, "kind": kind, "length": end.length, "head": end.hash} for kind, end in ends]
