"""What ``became`` tells from: the trace of some gifts, and what must be known beside it. So many queries, always."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeVar

from sqlalchemy import func, select, text

from khuyenhoc.awards.award_tables import Award
from khuyenhoc.awards.programme_tables import LevelItem
from khuyenhoc.core.database import db
from khuyenhoc.core.dong import Dong
from khuyenhoc.core.values import dataclass
from khuyenhoc.funds.campaigns import Campaign
from khuyenhoc.funds.items import Item
from khuyenhoc.goods.goods_tables import LotTake
from khuyenhoc.ledger.document_tables import Document, DocumentLine
from khuyenhoc.payouts.payout_tables import PayoutLine
from khuyenhoc.tracing import fates
from khuyenhoc.tracing.fates import Laid, Left, Taken
from khuyenhoc.tracing.headings import VOID

Row = TypeVar("Row", Taken, Laid, Left)

LIVE = text("payout_lines.live")
"""Word for word the condition of the index of live lines, so that SQLite finds them by it."""

NOT_IN_HAND = ("waiting", "absent")
"""Outcomes of a paid line whose money is not yet with whom it is for."""


class Awarded(NamedTuple):
    """An award that a gift had a part in: whose, of which level, and whether it is paid but not yet received."""

    recipient_id: int
    level_id: int
    waits: bool


class Piece(NamedTuple):
    """One line of a gift in kind, in pieces: given, handed over, written off; the rest lies in the stock."""

    document_id: int
    item: str
    unit: str
    given: int
    handed_over: int
    written_off: int

    @property
    def in_stock(self) -> int:
        """What has not left the stock."""
        return self.given - self.handed_over - self.written_off


class Bought(NamedTuple):
    """What a purchase brought of one item: pieces, and what they cost in đồng."""

    quantity: int
    amount: Dong


@dataclass(frozen=True)
class Rows:
    """Everything that was read of some gifts."""

    takes: Mapping[int, Sequence[Taken]]
    """Gift → what was taken of it; likewise what was laid, and what is left."""
    layers: Mapping[int, Sequence[Laid]]
    left: Mapping[int, Sequence[Left]]
    sums: Mapping[int, Dong]
    """Award id → what it has received in all, from whomever."""
    awards: Mapping[int, Awarded]
    pieces_each: Mapping[int, int]
    """Level id → pieces in one award of it; levels without goods are not there."""
    bought: Mapping[tuple[int, int], Bought]
    """Purchase and item → what it brought."""
    pieces: Sequence[Piece]
    campaign_names: Mapping[int, str]
    items: Mapping[int, tuple[str, str]]
    """Item id → name and unit of measure."""

    def left_of(self, ids: Collection[int]) -> list[Left]:
        """What is left of these gifts, campaign by campaign, money first."""
        sums: dict[tuple[int, int], Dong] = {}
        for one in _some(self.left, ids):
            key = (one.campaign_id, one.item_id)
            sums[key] = sums.get(key, 0) + one.amount
        return [Left(0, campaign, item, amount) for (campaign, item), amount in sorted(sums.items())]

    def taken(self, ids: Collection[int]) -> list[Taken]:
        """What was taken of these gifts."""
        return list(_some(self.takes, ids))

    def arrived(self, ids: Collection[int]) -> dict[int, dict[tuple[int, int], Dong]]:
        """Document → campaign and item → đồng of these gifts that it has laid there, less what was undone."""
        sums: dict[int, dict[tuple[int, int], Dong]] = {}
        for laid in _some(self.layers, ids):
            there, place = sums.setdefault(laid.document_id, {}), (laid.campaign_id, laid.item_id)
            there[place] = there.get(place, 0) + laid.amount
        for taken in _some(self.takes, ids):
            if taken.heading == VOID:
                sums[taken.laid_by][taken.campaign_id, taken.item_id] -= taken.amount
        return {id: {place: amount for place, amount in there.items() if amount} for id, there in sums.items()}


def _some(of: Mapping[int, Sequence[Row]], ids: Collection[int]) -> Iterator[Row]:
    return (one for id in ids for one in of.get(id, ()))


def read(ids: Collection[int]) -> Rows:
    """Read what became of these gifts (ids of their documents)."""
    takes, layers = fates.takes(ids), fates.layers(ids)
    has_awards = any(taken.award_id is not None for taken in takes)
    awards = _awards(ids) if has_awards else {}
    purchases = {taken.document_id for taken in takes if taken.heading == "bought"}
    return Rows(
        takes=_by_source(takes),
        layers=_by_source(layers),
        left=_by_source(fates.left(ids)),
        sums=fates.award_sums(ids) if has_awards else {},
        awards=awards,
        pieces_each=_pieces_each({award.level_id for award in awards.values()}),
        bought=_bought(purchases),
        pieces=_pieces(ids) if any(one.item_id and one.document_id == one.source_id for one in layers) else (),
        campaign_names=_names({one.campaign_id for one in layers}),
        items=_items({one.item_id for one in layers if one.item_id}),
    )


def _by_source(rows: Iterable[Row]) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = {}
    for row in rows:
        found.setdefault(row.source_id, []).append(row)
    return found


def _awards(ids: Collection[int]) -> dict[int, Awarded]:
    live = (PayoutLine.award_id == Award.id) & LIVE
    query = (
        select(Award.id, Award.recipient_id, Award.level_id, PayoutLine.outcome)
        .outerjoin(PayoutLine, live)
        .where(Award.id.in_(fates.awards_of(ids)))
    )
    rows = db.session.execute(query)
    return {id: Awarded(recipient, level, outcome in NOT_IN_HAND) for id, recipient, level, outcome in rows}


def _pieces_each(level_ids: Collection[int]) -> dict[int, int]:
    total = func.sum(LevelItem.quantity)
    query = select(LevelItem.level_id, total).where(LevelItem.level_id.in_(sorted(level_ids)))
    if not level_ids:
        return {}
    return {level_id: int(quantity) for level_id, quantity in db.session.execute(query.group_by(LevelItem.level_id))}


def _bought(document_ids: Collection[int]) -> dict[tuple[int, int], Bought]:
    by = (DocumentLine.document_id, DocumentLine.item_id)
    sums = (func.sum(DocumentLine.quantity), func.sum(DocumentLine.amount))
    query = select(*by, *sums).where(
        DocumentLine.document_id.in_(sorted(document_ids)), DocumentLine.heading == "bought", DocumentLine.quantity > 0
    )
    if not document_ids:
        return {}
    rows = db.session.execute(query.group_by(*by))
    return {(document_id, item_id or 0): Bought(int(n), int(amount)) for document_id, item_id, n, amount in rows}


def _pieces(ids: Collection[int]) -> list[Piece]:
    """Lines of gifts in kind, each with what was taken from its lot by documents that stand."""
    query = (
        select(LotTake.lot_document_id, LotTake.lot_position, Document.kind, func.sum(LotTake.quantity))
        .join(Document, Document.id == LotTake.document_id)
        .where(LotTake.lot_document_id.in_(sorted(ids)), Document.state != "voided")
        .group_by(LotTake.lot_document_id, LotTake.lot_position, Document.kind)
    )
    gone: dict[tuple[int, int], dict[str, int]] = {}
    for document_id, position, kind, quantity in db.session.execute(query):
        gone.setdefault((document_id, position), {})[kind] = int(quantity)
    lines = (
        select(DocumentLine.document_id, DocumentLine.position, DocumentLine.quantity, Item.name, Item.unit_of_measure)
        .join(Item, Item.id == DocumentLine.item_id)
        .where(DocumentLine.document_id.in_(sorted(ids)), DocumentLine.quantity > 0)
        .order_by(DocumentLine.document_id, DocumentLine.position)
    )
    found = []
    for document_id, position, quantity, name, unit in db.session.execute(lines):
        taken = gone.get((document_id, position), {})
        lost = taken.get("write_off", 0)
        found.append(Piece(document_id, name, unit, quantity, sum(taken.values()) - lost, lost))
    return found


def _names(campaign_ids: Collection[int]) -> dict[int, str]:
    query = select(Campaign.id, Campaign.name).where(Campaign.id.in_(sorted(campaign_ids)))
    return {row.id: row.name for row in db.session.execute(query)} if campaign_ids else {}


def _items(item_ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    wanted = sorted(item_ids)
    query = select(Item.id, Item.name, Item.unit_of_measure).where(Item.id.in_(wanted))
    return {id: (name, unit) for id, name, unit in db.session.execute(query)} if wanted else {}
