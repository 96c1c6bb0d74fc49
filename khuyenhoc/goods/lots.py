"""Lots: pieces are taken from the oldest lot first, at the value that was frozen when the lot came in.

A lot is a document's line that brought pieces into stock. What a giver bound to a purpose is taken only
for that purpose (``tracing.eligible``).
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import Table

from khuyenhoc.core import fixed
from khuyenhoc.core.dong import Dong
from khuyenhoc.core.text import gettext as _
from khuyenhoc.funds.campaigns import campaign_by_id
from khuyenhoc.funds.items import item_by_id
from khuyenhoc.goods.goods_tables import LotTake
from khuyenhoc.ledger.refusals import NotEnough
from khuyenhoc.tracing import eligible


class Lot(NamedTuple):
    """What is left of a lot: pieces, and their value in đồng."""

    document_id: int
    position: int
    quantity: int
    amount: Dong


class Taken(NamedTuple):
    """So many pieces of one lot, worth so many đồng."""

    lot: Lot
    quantity: int
    amount: Dong


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


def lots(campaign_id: int, item_id: int) -> list[Lot]:
    """The campaign's lots of an item that are not used up, the oldest first."""
    return [Lot(*map(int, row)) for row in fixed.run(_LOTS, campaign_id, item_id)]


class Shelf:
    """Pieces taken one after the other in one deed: what an earlier one took, a later one does not find."""

    def __init__(self) -> None:
        self._lots: dict[tuple[int, int], list[Lot]] = {}
        self._bound: dict[tuple[int, int, tuple[int, ...]], dict[tuple[int, int], Dong]] = {}
        self._used: dict[tuple[int, int], Dong] = {}

    def take(self, campaign_id: int, item_id: int, quantity: int, purposes: tuple[int, ...] = ()) -> list[Taken]:
        """So many pieces for these purposes; NotEnough, in pieces, when the lots do not have them."""
        place = (campaign_id, item_id)
        if place not in self._lots:
            self._lots[place] = lots(campaign_id, item_id)
        eligible_of, found, missing = self._eligible(campaign_id, item_id, purposes), [], quantity
        for at, lot in enumerate(self._lots[place]):
            pieces = min(missing, _pieces(lot, eligible_of.get(lot[:2], 0) - self._used.get(lot[:2], 0)))
            if not pieces:
                continue
            amount = lot.amount if pieces == lot.quantity else lot.amount // lot.quantity * pieces
            found.append(Taken(lot, pieces, amount))
            self._lots[place][at] = lot._replace(quantity=lot.quantity - pieces, amount=lot.amount - amount)
            self._used[lot[:2]] = self._used.get(lot[:2], 0) + amount
            missing -= pieces
            if not missing:
                return found
        raise _too_few(campaign_id, item_id, quantity - missing, quantity)

    def _eligible(self, campaign_id: int, item_id: int, purposes: tuple[int, ...]) -> dict[tuple[int, int], Dong]:
        key = (campaign_id, item_id, purposes)
        if key not in self._bound:
            found = eligible.lots(campaign_id, item_id, purposes)
            self._bound[key] = {(lot.document_id, lot.position): lot.eligible for lot in found}
        return self._bound[key]


def _pieces(lot: Lot, eligible_amount: Dong) -> int:
    """How many pieces of a lot its đồng that may be used here are worth."""
    if not lot.quantity:
        return 0
    each = lot.amount // lot.quantity
    if not each or eligible_amount >= lot.amount:
        return lot.quantity
    return max(0, min(lot.quantity, eligible_amount // each))


def _too_few(campaign_id: int, item_id: int, have: int, asked: int) -> NotEnough:
    item = item_by_id(item_id)
    sentence = _(
        "%(campaign)s chỉ còn %(have)s %(unit)s %(item)s dùng được cho việc này; cần %(asked)s.",
        campaign=campaign_by_id(campaign_id).name,
        have=have,
        unit=item.unit_of_measure,
        item=item.name,
        asked=asked,
    )
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
