"""What of a handover is recorded again when the rest of it is taken back: the same pieces of the same lots and givers.

Whose đồng each award's pieces were, the trace knows by lot and source; how many pieces that were of which lot follows
from what the lots' pieces cost.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import func, select

from khuyenhoc.awards.award_tables import Award
from khuyenhoc.core import clock
from khuyenhoc.core.database import db
from khuyenhoc.core.dong import Dong
from khuyenhoc.core.errors import RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.goods import lots
from khuyenhoc.goods.goods_tables import LotTake
from khuyenhoc.goods.lots import LotPlace
from khuyenhoc.ledger.document_tables import Document, DocumentLine
from khuyenhoc.ledger.documents import Draft
from khuyenhoc.ledger.followers import Use
from khuyenhoc.payouts import paying
from khuyenhoc.payouts.payout_tables import Payout
from khuyenhoc.tracing.trace_tables import NONE, Layer, Take

Stock = tuple[int, int]
"""A campaign, and an item that it has."""


class Lot(NamedTuple):
    """What a handover took of one lot, and what a piece of it costs, in đồng."""

    quantity: int
    amount: Dong
    each: Dong


class Went(NamedTuple):
    """So many pieces of one lot went to one award, worth so many đồng."""

    award_id: int
    stock: Stock
    lot: LotPlace
    quantity: int
    amount: Dong


def draft(payout: Payout, document: Document, awards: Sequence[Award], rest: Sequence[Award], *, key: str) -> Draft:
    """The document that records again what ``rest`` received; ``awards`` are all of the old document's.

    Dated today like the mirror that voids the old one, so that no piece is taken twice on any day.
    RuleBroken where it cannot be told apart lot by lot.
    """
    staying = {award.id for award in rest}
    mine = [one for one in went(document, awards) if one.award_id in staying]
    sums: dict[Stock, list[int]] = {}
    for one in mine:
        total = sums.setdefault(one.stock, [0, 0])
        total[0] += one.quantity
        total[1] += one.amount
    return Draft(
        kind="handover",
        unit_id=payout.unit_id,
        series="XK",
        date=clock.today(),
        memo=f"Ghi lại {document.label}: {paying.memo(payout, len(rest))}",
        lines=paying.lines_out(payout, sums),
        key=key,
        amount=sum(amount for _quantity, amount in sums.values()),
        parts=((lots.table(), _rows(mine)),),
        details={"approved_by": payout.approved_by_name, "list": payout.fingerprint, "instead_of": document.label},
        uses=_uses(document, rest),
        replaces_id=document.id,
    )


def went(document: Document, awards: Iterable[Award]) -> list[Went]:
    """Award by award what a handover took of which lot; RuleBroken where that does not follow from what is kept."""
    stocks, paid, found = _taken(document), _paid(document), list[Went]()
    for award in awards:
        for stock, quantity in _pieces(award).items():
            amounts = paid.get((award.id, *stock), {})
            found += _by_lot(award.id, stock, quantity, stocks.get(stock, {}), amounts)
    sums: dict[Stock, dict[LotPlace, list[int]]] = {}
    for one in found:
        total = sums.setdefault(one.stock, {}).setdefault(one.lot, [0, 0])
        total[0] += one.quantity
        total[1] += one.amount
    taken = {stock: {lot: [some.quantity, some.amount] for lot, some in of.items()} for stock, of in stocks.items()}
    if sums != taken:
        label = document.label
        raise RuleBroken(
            _(
                "Không tách được hiện vật của %(label)s theo từng lô để ghi lại phần còn lại."
                " Xin chọn tất cả những người của chứng từ này, rồi trao lại.",
                label=label,
            ),
            field="lines",
        )
    return found


def _by_lot(
    award_id: int, stock: Stock, quantity: int, stocks: Mapping[LotPlace, Lot], amounts: Mapping[LotPlace, Dong]
) -> list[Went]:
    """The pieces of one award: of the only lot there is, of the only one that it paid from, or by what they cost."""
    if len(stocks) == 1:
        return [Went(award_id, stock, lot, quantity, sum(amounts.values())) for lot in stocks]
    if len(amounts) == 1:
        return [Went(award_id, stock, lot, quantity, amount) for lot, amount in amounts.items()]
    of_lot = {lot: stocks[lot].each for lot in amounts if lot in stocks}
    return [Went(award_id, stock, lot, amounts[lot] // each, amounts[lot]) for lot, each in of_lot.items() if each]


def _pieces(award: Award) -> dict[Stock, int]:
    found: dict[Stock, int] = {}
    for share in award.shares:
        if share.item_id is not None:
            stock = (share.campaign_id, share.item_id)
            found[stock] = found.get(stock, 0) + share.quantity
    return found


def _taken(document: Document) -> dict[Stock, dict[LotPlace, Lot]]:
    """Campaign and item → lot → what the document took of it."""
    query = select(LotTake, DocumentLine).join(
        DocumentLine,
        (DocumentLine.document_id == LotTake.lot_document_id) & (DocumentLine.position == LotTake.lot_position),
    )
    found: dict[Stock, dict[LotPlace, Lot]] = {}
    for take, line in db.session.execute(query.where(LotTake.document_id == document.id)):
        of = found.setdefault((line.campaign_id, line.item_id or 0), {})
        of[take.lot_document_id, take.lot_position] = Lot(take.quantity, take.amount, line.amount // line.quantity)
    return found


def _paid(document: Document) -> dict[tuple[int, int, int], dict[LotPlace, Dong]]:
    """Award, campaign and item → lot → đồng, as they were on the day of the handover.

    What was re-pointed to other sources since stands behind the takes that the document began with.
    """
    query = select(Take, Layer.lot_document_id, Layer.lot_position).join(Layer, _of_layer)
    query = query.where(Take.document_id == document.id).order_by(Take.position)
    found: dict[tuple[int, int, int], dict[LotPlace, Dong]] = {}
    missing = document.amount
    for take, lot_document, lot_position in db.session.execute(query):
        if missing <= 0:
            break
        of = found.setdefault((take.award_id or 0, take.campaign_id, take.item_id), {})
        of[lot_document, lot_position] = of.get((lot_document, lot_position), 0) + take.amount
        missing -= take.amount
    return found


_of_layer = (Layer.document_id == Take.layer_document_id) & (Layer.position == Take.layer_position)


def _rows(mine: Iterable[Went]) -> list[dict[str, Any]]:
    """The rows that say from which lots the new document took."""
    sums: dict[LotPlace, list[int]] = {}
    for one in mine:
        total = sums.setdefault(one.lot, [0, 0])
        total[0] += one.quantity
        total[1] += one.amount
    return [
        {"position": at, "lot_document_id": lot[0], "lot_position": lot[1], "quantity": quantity, "amount": amount}
        for at, (lot, (quantity, amount)) in enumerate(sums.items(), start=1)
    ]


def _uses(document: Document, rest: Sequence[Award]) -> list[Use]:
    """What each award received, source by source and lot by lot, as the trace has it today."""
    levels = {award.id: award.level_id for award in rest}
    by = (
        Take.award_id,
        Take.campaign_id,
        Take.item_id,
        Take.heading,
        Layer.lot_document_id,
        Layer.lot_position,
        Layer.source_document_id,
    )
    total = func.sum(Take.amount)
    query = select(*by, total).join(Layer, _of_layer).where(Take.document_id == document.id, Take.award_id.is_not(None))
    query = query.group_by(*by).having(total != 0).order_by(func.min(Take.position))
    return [
        Use(campaign, int(amount), heading, item, (levels[award],), award, source, (lot, at) if lot != NONE else None)
        for award, campaign, item, heading, lot, at, source, amount in db.session.execute(query)
        if award in levels
    ]
