"""Lots: pieces are taken from the oldest lot first, at the value that was frozen when the lot came in.

A lot is a document's line that brought pieces into stock. What a giver bound to a purpose is taken only
for that purpose, and then before anything else (``tracing.eligible``). A piece with a number of its own is
taken by that number alone.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Table

from khuyenhoc.core import fixed
from khuyenhoc.core.dong import Dong
from khuyenhoc.core.text import gettext as _
from khuyenhoc.funds.campaigns import campaign_by_id
from khuyenhoc.funds.items import item_by_id
from khuyenhoc.goods.goods_tables import LotTake
from khuyenhoc.goods.spared import Some, Spared, where_needed
from khuyenhoc.ledger.refusals import NotEnough
from khuyenhoc.tracing import eligible
from khuyenhoc.tracing.sparing import Group

LotPlace = tuple[int, int]
"""A lot by its key: the document that brought it, and which of that document's lines."""


class Lot(NamedTuple):
    """What is left of a lot: pieces, and their value in đồng."""

    document_id: int
    position: int
    quantity: int
    amount: Dong


class Taken(NamedTuple):
    """So many pieces of one lot, worth so many đồng; ``worth``: whose, where that is said (``goods.spared``)."""

    lot: Lot
    quantity: int
    amount: Dong
    worth: tuple[tuple[Group, Dong], ...] = ()


_LOTS = (
    "SELECT l.document_id, l.position, l.quantity - COALESCE(t.quantity, 0), l.amount - COALESCE(t.amount, 0)"
    " FROM document_lines l JOIN documents d ON d.id = l.document_id JOIN accounts a ON a.id = l.account_id"
    " LEFT JOIN (SELECT x.lot_document_id, x.lot_position, SUM(x.quantity) AS quantity, SUM(x.amount) AS amount"
    " FROM lot_takes x JOIN documents u ON u.id = x.document_id WHERE u.state <> 'voided'"
    " GROUP BY x.lot_document_id, x.lot_position) t"
    " ON t.lot_document_id = l.document_id AND t.lot_position = l.position"
    " WHERE l.campaign_id = {} AND l.item_id = {} AND a.kind = 'stock' AND l.quantity > 0 AND d.state <> 'voided'"
    " AND l.quantity > COALESCE(t.quantity, 0) ORDER BY d.date, l.document_id, l.position"
)
_NUMBERED = (
    "SELECT s.lot_document_id, s.lot_position, COUNT(*) FROM serials s"
    " JOIN document_lines l ON l.document_id = s.lot_document_id AND l.position = s.lot_position"
    " JOIN documents d ON d.id = s.lot_document_id LEFT JOIN documents o ON o.id = s.handover_id"
    " WHERE l.campaign_id = {} AND l.item_id = {} AND d.state <> 'voided' AND (o.id IS NULL OR o.state = 'voided')"
    " GROUP BY s.lot_document_id, s.lot_position"
)


def lots(campaign_id: int, item_id: int) -> list[Lot]:
    """The campaign's lots of an item that are not used up, the oldest first."""
    return [Lot(*map(int, row)) for row in fixed.run(_LOTS, campaign_id, item_id)]


def numbered(campaign_id: int, item_id: int) -> dict[LotPlace, int]:
    """Lot → how many of the campaign's pieces of an item that are still there have a number of their own."""
    rows = fixed.run(_NUMBERED, campaign_id, item_id)
    return {(document_id, position): int(n) for document_id, position, n in rows}


class Shelf:
    """Pieces taken one after the other in one deed: what an earlier one took, a later one does not find.

    ``promised``: campaign and item → level → how many pieces the deed takes that are promised until now.
    """

    def __init__(self, promised: Mapping[tuple[int, int], Mapping[int, int]] | None = None) -> None:
        self._promised = promised or {}
        self._spared: dict[tuple[int, int], Spared | None] = {}
        self._lots: dict[tuple[int, int], list[Lot]] = {}
        self._ages: dict[tuple[int, int], dict[LotPlace, int]] = {}
        self._numbered: dict[tuple[int, int], dict[LotPlace, int]] = {}
        self._bound: dict[tuple[int, int, tuple[int, ...]], dict[LotPlace, Dong]] = {}
        self._own: dict[tuple[int, int, tuple[int, ...]], set[LotPlace]] = {}
        self._used: dict[LotPlace, Dong] = {}

    def take(
        self,
        campaign_id: int,
        item_id: int,
        quantity: int,
        purposes: tuple[int, ...] = (),
        *,
        named: Sequence[LotPlace] = (),
        only: LotPlace | None = None,
        fact: bool = False,
    ) -> list[Taken]:
        """So many pieces for these purposes; NotEnough, in pieces, when the lots do not have them.

        ``named``: the lots of the pieces that are taken by their own number. ``only``: from that lot alone.
        ``fact``: it has happened, whatever a giver had bound the goods to.
        """
        place = (campaign_id, item_id)
        if place not in self._lots:
            self._lots[place], self._numbered[place] = lots(*place), numbered(*place)
            self._ages[place] = {lot[:2]: age for age, lot in enumerate(self._lots[place])}
        may = None if fact else self._eligible(campaign_id, item_id, purposes)
        of_number = Counter(named)
        self._bring_forward(place, purposes)
        spared = None if fact or not purposes else self._spared_of(place)
        if spared:
            spared.begin(purposes, quantity)
        found = self._some(place, len(named), may, of_number, _To(purposes, spared, chosen=True))
        for lot, n in of_number.items():
            self._numbered[place][lot] = self._numbered[place].get(lot, 0) - n
        found += self._some(place, quantity - len(named), may, self._without_number(place, only), _To(purposes, spared))
        have = sum(one.quantity for one in found)
        if have < quantity:
            if spared and (refusal := spared.refusal(quantity - have)):
                raise refusal
            raise _too_few(campaign_id, item_id, have, quantity, sum(self._numbered[place].values()))
        return found

    def _bring_forward(self, place: tuple[int, int], purposes: tuple[int, ...]) -> None:
        """What givers bound to these purposes first, so that the free ones are left to others; else the oldest."""
        own = self._own.get((*place, purposes), set())
        self._lots[place].sort(key=lambda lot: (lot[:2] not in own, self._ages[place][lot[:2]]))

    def _without_number(self, place: tuple[int, int], only: LotPlace | None) -> dict[LotPlace, int]:
        """Lot → how many of its pieces that are left are like each other."""
        known = self._numbered[place]
        return {lot[:2]: lot.quantity - known.get(lot[:2], 0) for lot in self._lots[place] if only in (None, lot[:2])}

    def _some(
        self,
        place: tuple[int, int],
        missing: int,
        may: Mapping[LotPlace, Dong] | None,
        most: Mapping[LotPlace, int],
        to: "_To",
    ) -> list[Taken]:
        """As many of the missing pieces as there are, in the order of the lots, of each at most so many."""
        found = []
        for at, lot in enumerate(self._lots[place]):
            if not missing:
                break
            used = 0 if to.spared else self._used.get(lot[:2], 0)  # whose they were, what is spared knows itself
            there = lot.quantity if may is None else _pieces(lot, may.get(lot[:2], 0) - used)
            pieces, worth = Some(min(missing, there, most.get(lot[:2], 0)))
            if to.spared and pieces > 0:
                pieces, worth = to.spared.some(lot[:2], pieces, to.purposes, chosen=to.chosen)
            if pieces <= 0:
                continue
            amount = lot.amount if pieces == lot.quantity else lot.amount // lot.quantity * pieces
            found.append(Taken(lot, pieces, amount, worth))
            self._lots[place][at] = lot._replace(quantity=lot.quantity - pieces, amount=lot.amount - amount)
            self._used[lot[:2]] = self._used.get(lot[:2], 0) + amount
            missing -= pieces
        return found

    def _spared_of(self, place: tuple[int, int]) -> Spared | None:
        if place not in self._spared:
            self._spared[place] = where_needed(*place, self._promised.get(place, {}))
        return self._spared[place]

    def _eligible(self, campaign_id: int, item_id: int, purposes: tuple[int, ...]) -> dict[LotPlace, Dong]:
        key = (campaign_id, item_id, purposes)
        if key not in self._bound:
            found = eligible.lots(campaign_id, item_id, purposes)
            self._bound[key] = {(lot.document_id, lot.position): lot.eligible for lot in found}
            self._own[key] = {(lot.document_id, lot.position) for lot in found if lot.own}
        return self._bound[key]


class _To(NamedTuple):
    """For which levels pieces are taken, and who keeps some for others; ``chosen``: by their own number."""

    purposes: tuple[int, ...]
    spared: Spared | None
    chosen: bool = False


def _pieces(lot: Lot, eligible_amount: Dong) -> int:
    """How many pieces of a lot its đồng that may be used here are worth."""
    if not lot.quantity:
        return 0
    each = lot.amount // lot.quantity
    if not each or eligible_amount >= lot.amount:
        return lot.quantity
    return max(0, min(lot.quantity, eligible_amount // each))


def _too_few(campaign_id: int, item_id: int, have: int, asked: int, with_number: int) -> NotEnough:
    item = item_by_id(item_id)
    sentence = _(
        "%(campaign)s chỉ còn %(have)s dùng được cho việc này; cần %(asked)s.",
        campaign=campaign_by_id(campaign_id).name,
        have=item.many(have),
        asked=asked,
    )
    if with_number > 0:
        told = _("%(n)s %(unit)s đã ghi số khung: xin chọn số khung trước.", n=with_number, unit=item.unit_of_measure)
        sentence = f"{sentence} {told}"
    return NotEnough(sentence, field="quantity")


def table() -> Table:
    """The table of takes, for the parts of a document."""
    found = LotTake.__table__
    assert isinstance(found, Table)
    return found


def rows(taken: Iterable[Taken]) -> list[dict[str, Any]]:
    """The rows that say from which lots a document took, one per lot."""
    sums: dict[tuple[int, int], list[int]] = {}
    for one in taken:
        total = sums.setdefault(one.lot[:2], [0, 0])
        total[0] += one.quantity
        total[1] += one.amount
    return [
        {
            "position": position,
            "lot_document_id": lot[0],
            "lot_position": lot[1],
            "quantity": quantity,
            "amount": amount,
        }
        for position, (lot, (quantity, amount)) in enumerate(sums.items(), start=1)
    ]
