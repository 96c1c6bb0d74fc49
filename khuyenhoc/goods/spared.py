"""Pieces that an award leaves to others: those without which others decided could no longer all have theirs.

As with money (``tracing.pools``), it takes the oldest lots of its own that it may, and free ones where none is left.
Where several givers paid for one lot and bound their money to different purposes, it is said whose đồng the pieces
taken are worth; a piece that nobody paid for alone takes the ends that make no whole piece.
"""

from collections.abc import Mapping
from typing import NamedTuple

from khuyenhoc.awards import kept_promises, promises
from khuyenhoc.core.dong import Dong
from khuyenhoc.ledger.refusals import NotEnough
from khuyenhoc.tracing import eligible
from khuyenhoc.tracing.eligible import Worth
from khuyenhoc.tracing.sparing import Group, Sparing

LotPlace = tuple[int, int]


class Some(NamedTuple):
    """So many pieces of a lot, and whose đồng they are worth: by what these may serve; empty: whichever."""

    pieces: int
    worth: tuple[tuple[Group, Dong], ...] = ()


class Spared:
    """The pieces of one item in one campaign while one deed takes some.

    ``own``: level → how many of all that are promised this deed takes.
    """

    def __init__(self, campaign_id: int, item_id: int, lots: Mapping[LotPlace, Worth], own: Mapping[int, int]) -> None:
        self._place, self._lots = (campaign_id, item_id), lots
        self._parts = {lot: worth.pieces for lot, worth in lots.items()}
        self._money = {lot: dict(worth.money) for lot, worth in lots.items()}
        there: dict[Group, int] = {}
        for found in self._parts.values():
            for group, n in found.items():
                there[group] = there.get(group, 0) + n
        needs = promises.outstanding_pieces([campaign_id]).get(self._place, {})
        self._sparing = Sparing(there)
        self._sparing.promise({level: max(0, n - own.get(level, 0)) for level, n in needs.items()})
        self._sparing.promise(own)
        self._own = own
        self._left_to_others: list[tuple[Group, int]] = []

    def begin(self, purposes: tuple[int, ...], quantity: int) -> None:
        """Somebody takes so many pieces for these levels."""
        self._left_to_others = []
        if len(purposes) == 1 and purposes[0] in self._own:
            self._sparing.pay(purposes, quantity)

    def some(self, lot: LotPlace, pieces: int, purposes: tuple[int, ...], *, chosen: bool) -> Some:
        """How many of so many pieces of a lot may go; they go.

        ``chosen``: by their own number, so all of them do that may serve these levels at all.
        """
        if lot not in self._parts:
            return Some(pieces)
        parts, taken = self._parts[lot], dict[Group, int]()
        mine = [group for group in parts if group is None or not group or group & {*purposes}]
        mine.sort(key=lambda group: (group is None, not group))
        for spares in (True, False) if chosen else (True,):
            for group in mine:
                most = min(parts[group], pieces - sum(taken.values()))
                if not group and group is not None:
                    most = min(most, self._of_ends(lot, purposes))
                n = self._sparing.room(group, most) if spares else most
                self._sparing.take(group, n)
                parts[group] -= n
                taken[group] = taken.get(group, 0) + n
                if n < most and not chosen:
                    self._left_to_others.append((group, most - n))
        return Some(sum(taken.values()), self._worth(lot, taken, purposes))

    def _of_ends(self, lot: LotPlace, purposes: tuple[int, ...]) -> int:
        """How many pieces the ends make that may serve these levels, where not all of the lot's may."""
        each, money = self._lots[lot].each, self._money[lot]
        return sum(money[group] % each for group in self._usable(lot, purposes)) // each if each else 0

    def _usable(self, lot: LotPlace, purposes: tuple[int, ...]) -> list[Group]:
        """The lot's groups of đồng that may serve these levels, the free ones last."""
        mine = [group for group in self._money[lot] if group is None or group & {*purposes}]
        return sorted(mine, key=lambda group: group is None)

    def _worth(
        self, lot: LotPlace, taken: Mapping[Group, int], purposes: tuple[int, ...]
    ) -> tuple[tuple[Group, Dong], ...]:
        """Whose đồng pieces are worth; they go. Whole pieces of a group first, then the ends of all."""
        each, money = self._lots[lot].each, self._money[lot]
        if len(money) < 2 or not each:
            return ()
        gone: dict[Group, Dong] = {}
        missing = 0
        for group, n in taken.items():
            whole = min(n, money.get(group, 0) // each) if group is None or group else 0
            gone[group] = whole * each
            missing += (n - whole) * each
        for group in self._usable(lot, purposes):
            some = min(money[group] % each, missing)
            gone[group] = gone.get(group, 0) + some
            missing -= some
        for group, amount in gone.items():
            money[group] = money.get(group, 0) - amount
        return tuple((group, amount) for group, amount in gone.items() if amount)

    def refusal(self, missing: int) -> NotEnough | None:
        """Who would lack what if the missing pieces were taken all the same; None where there are too few of them."""
        before = dict(self._sparing.unmet)
        for group, n in self._left_to_others:
            some = min(n, missing)
            self._sparing.take(group, some)
            missing -= some
        lost = {level: n - before.get(level, 0) for level, n in self._sparing.unmet.items()}
        lacking = {level: n for level, n in lost.items() if n}
        return kept_promises.refusal(*self._place, lacking) if lacking and not missing else None


def where_needed(campaign_id: int, item_id: int, own: Mapping[int, int]) -> Spared | None:
    """None where every lot serves one level or all: then nobody can take what another needs."""
    lots = eligible.worth_by_lot(campaign_id, item_id)
    several = any(len(worth.money) > 1 or any(len(group or ()) > 1 for group in worth.money) for worth in lots.values())
    return Spared(campaign_id, item_id, lots, own) if several else None
