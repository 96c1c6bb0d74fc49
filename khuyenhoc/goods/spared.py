"""Pieces that an award leaves to others: those without which others decided could no longer all have theirs.

As with money (``tracing.pools``), it takes the oldest lots of its own that it may, and free ones where none is left.
A lot that several givers paid for and bound to different purposes is taken from in its order: nobody can tell
which of its pieces is whose.
"""

from collections.abc import Mapping

from khuyenhoc.awards import kept_promises, promises
from khuyenhoc.ledger.refusals import NotEnough
from khuyenhoc.tracing import eligible
from khuyenhoc.tracing.sparing import Group, Sparing


class Spared:
    """The pieces of one item in one campaign while one deed takes some.

    ``own``: level → how many of all that are promised this deed takes.
    """

    def __init__(
        self,
        campaign_id: int,
        item_id: int,
        parts: Mapping[tuple[int, int], dict[Group, int]],
        own: Mapping[int, int],
    ) -> None:
        self._place, self._parts = (campaign_id, item_id), parts
        there: dict[Group, int] = {}
        for found in parts.values():
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

    def some(self, lot: tuple[int, int], pieces: int, purposes: tuple[int, ...], *, chosen: bool) -> int:
        """How many of so many pieces of a lot may go; they go. ``chosen``: by their own number, so all of them do."""
        parts = self._parts.get(lot, {})
        alike = sum(1 for n in parts.values() if n) == 1
        gone = 0
        for group in sorted(parts, key=lambda one: (one is None, not (one or frozenset()) & {*purposes})):
            most = min(parts[group], pieces - gone)
            n = self._sparing.room(group, most) if alike and not chosen else most
            self._sparing.take(group, n)
            parts[group] -= n
            gone += n
            if n < most:
                self._left_to_others.append((group, most - n))
        return gone if alike and not chosen else pieces

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
    """None where no piece could serve several levels: then nobody can take what another needs."""
    parts = eligible.pieces_by_lot(campaign_id, item_id)
    several = any(len(group or ()) > 1 for found in parts.values() for group in found)
    return Spared(campaign_id, item_id, parts, own) if several else None
