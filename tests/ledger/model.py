"""The books as a child would keep them: a list of what happened, summed anew for every question."""

import datetime
from collections import defaultdict
from dataclasses import dataclass, field

Move = tuple[str, str, int, int]
"""Campaign, kind of account, đồng (+ in, − out), pieces."""

GUARDED = {"cash": 1, "bank": 1, "stock": 1, "held": -1, "commitments": 1, "reservations": 1}
AVAILABLE = {"cash": 1, "bank": 1, "held": 1, "commitments": -1}
FREE = {"stock": 1, "reservations": -1}


@dataclass
class Happened:
    """One document: its day, what it moved, under which heading, and whether it was voided."""

    day: datetime.date
    moves: list[Move]
    heading: str


@dataclass
class PlainBooks:
    """Everything that happened."""

    all: list[Happened] = field(default_factory=list)

    def would_hold(self, new: Happened) -> bool:
        """Whether nothing guarded would be below zero on any day."""
        return all(self._holds(day, [*self.all, new]) for day in {h.day for h in [*self.all, new]})

    def _holds(self, day: datetime.date, happened: list[Happened]) -> bool:
        for (_campaign, kind), (amount, pieces) in standing(happened, day).items():
            guard = GUARDED.get(kind, 1)
            if guard * amount < 0 or guard * pieces < 0:
                return False
        return True


def standing(happened: list[Happened], day: datetime.date | None = None) -> dict[tuple[str, str], list[int]]:
    """What stands on each kind of account of each campaign, measures included, at the end of a day."""
    sums: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for document in happened:
        if day is not None and document.day > day:
            continue
        for campaign, kind, amount, pieces in document.moves:
            sums[campaign, kind][0] += amount
            sums[campaign, kind][1] += pieces
            if kind in AVAILABLE:
                sums[campaign, "available"][0] += AVAILABLE[kind] * amount
            if kind in FREE:
                sums[campaign, "free"][1] += FREE[kind] * pieces
    return sums
