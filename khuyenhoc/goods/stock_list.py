"""What lies in stock: each item in each campaign, its lots, and everything that came in and went out.

Pieces are whole; values are đồng, frozen when a lot came in. A document that was voided moves nothing.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, case, cast, func, literal, select
from sqlalchemy.orm import aliased

from khuyenhoc.core.database import db
from khuyenhoc.core.dong import Dong
from khuyenhoc.core.values import dataclass
from khuyenhoc.funds.campaigns import Campaign
from khuyenhoc.funds.items import Item
from khuyenhoc.goods.goods_tables import LotTake
from khuyenhoc.ledger.accounts import Account
from khuyenhoc.ledger.document_tables import Document, DocumentLine, DocumentTotal
from khuyenhoc.ledger.entries import Balance

IN_STOCK, USED_UP = "con", "het"
WAYS = {"vao": "in", "mua": "bought", "trao": "handed_over", "xoa": "written_off"}
"""What the list of movements may be narrowed to → what a movement is."""

_BIG = 1_000_000
_CAME = ("received", "opening", "bought")


def _pieces(kind: str) -> ColumnElement[int]:
    return cast(func.coalesce(func.sum(case((Account.kind == kind, Balance.quantity), else_=0)), 0), BigInteger)


def _value() -> ColumnElement[int]:
    return cast(func.coalesce(func.sum(case((Account.kind == "stock", Balance.amount), else_=0)), 0), BigInteger)


def _standings(unit_ids: Collection[int]) -> Any:
    """Campaign and item → pieces on hand, reserved, free, and what those on hand are worth: the ledger's balances."""
    return (
        select(
            Balance.campaign_id,
            Balance.item_id,
            _pieces("stock").label("on_hand"),
            _pieces("reservations").label("reserved"),
            _pieces("free").label("free"),
            _value().label("value"),
        )
        .join(Account, Account.id == Balance.account_id)
        .where(
            Account.unit_id.in_(sorted(unit_ids)),
            Account.kind.in_(("stock", "reservations", "free")),
            Balance.item_id > 0,
        )
        .group_by(Balance.campaign_id, Balance.item_id)
        .subquery("standing")
    )


@dataclass(frozen=True)
class Stock:
    """The statement that a list of stock shows, and the columns that it may be sorted and counted by."""

    statement: Select[Any]
    identity: ColumnElement[int]
    on_hand: ColumnElement[int]
    free: ColumnElement[int]
    value: ColumnElement[int]

    def totals(self) -> tuple[int, Dong]:
        """How many kinds of goods are in stock among all that is asked for, and what they are worth."""
        rows = self.statement.order_by(None).subquery()
        kinds = func.count(func.distinct(case((rows.c.on_hand > 0, rows.c.item_id))))
        found = db.session.execute(select(kinds, cast(func.coalesce(func.sum(rows.c.value), 0), BigInteger))).one()
        return int(found[0]), int(found[1])


def stock(unit_ids: Collection[int], asked: Mapping[str, Any]) -> Stock:
    """Each item in each campaign of these units where it ever lay, as the filter asks for it."""
    at = _standings(unit_ids)
    query = (
        select(
            Item.id.label("item_id"),
            Item.code,
            Item.name,
            Item.unit_of_measure,
            Campaign.id.label("campaign_id"),
            Campaign.code.label("campaign_code"),
            Campaign.name.label("campaign_name"),
            Campaign.unit_id,
            at.c.on_hand,
            at.c.reserved,
            at.c.free,
            at.c.value,
        )
        .join(at, at.c.item_id == Item.id)
        .join(Campaign, Campaign.id == at.c.campaign_id)
    )
    if "chien_dich" in asked:
        query = query.where(Campaign.id == asked["chien_dich"])
    if "hien_vat" in asked:
        query = query.where(Item.id == asked["hien_vat"])
    if asked.get("trong_kho") == IN_STOCK:
        query = query.where(at.c.on_hand > 0)
    elif asked.get("trong_kho") == USED_UP:
        query = query.where(at.c.on_hand == 0)
    return Stock(
        query, at.c.item_id * literal(_BIG, BigInteger) + at.c.campaign_id, at.c.on_hand, at.c.free, at.c.value
    )


@dataclass(frozen=True)
class Place:
    """One item in one campaign: what the documents say moved, beside what the ledger says stands there, in pieces."""

    campaign: Campaign
    received: int
    bought: int
    handed_over: int
    written_off: int
    on_hand: int
    reserved: int
    free: int
    value: Dong
    in_lots: int
    """What is left of the lots."""

    @property
    def agrees(self) -> bool:
        """Received + bought − handed over − written off = on hand = left of the lots; free = on hand − reserved."""
        left = self.received + self.bought - self.handed_over - self.written_off
        return left == self.on_hand == self.in_lots and self.free == self.on_hand - self.reserved


def places(item: Item, unit_ids: Collection[int]) -> list[Place]:
    """Where an item lies or lay in these units, by campaign: the documents' kept totals beside the balances."""
    at = _standings(unit_ids)
    query = select(Campaign, at).join(at, at.c.campaign_id == Campaign.id).where(at.c.item_id == item.id)
    rows = db.session.execute(query.order_by(Campaign.code)).all()
    campaign_ids = [row.Campaign.id for row in rows]
    moved, left = _moved(item.id, campaign_ids), _left_in_lots(item.id, campaign_ids)
    found = []
    for row in rows:
        mine = moved.get(row.Campaign.id, {})
        found.append(
            Place(
                campaign=row.Campaign,
                received=mine.get("received", 0) + mine.get("opening", 0),
                bought=mine.get("bought", 0),
                written_off=-mine.get("write_off", 0),
                handed_over=-sum(n for heading, n in mine.items() if heading not in (*_CAME, "write_off")),
                on_hand=row.on_hand,
                reserved=row.reserved,
                free=row.free,
                value=row.value,
                in_lots=left.get(row.Campaign.id, 0),
            )
        )
    return found


def _moved(item_id: int, campaign_ids: Collection[int]) -> dict[int, dict[str, int]]:
    """Campaign → heading → pieces, as the live documents' totals are kept."""
    query = (
        select(DocumentTotal.campaign_id, DocumentTotal.heading, DocumentTotal.quantity)
        .join(Account, Account.id == DocumentTotal.account_id)
        .where(
            DocumentTotal.campaign_id.in_(sorted(campaign_ids)),
            DocumentTotal.item_id == item_id,
            Account.kind == "stock",
        )
    )
    found: dict[int, dict[str, int]] = {}
    for campaign_id, heading, quantity in db.session.execute(query):
        sums = found.setdefault(campaign_id, {})
        sums[heading] = sums.get(heading, 0) + int(quantity)
    return found


def _left_in_lots(item_id: int, campaign_ids: Collection[int]) -> dict[int, int]:
    rows = _lots(item_id).where(Campaign.id.in_(sorted(campaign_ids))).subquery()
    query = select(rows.c.campaign_id, cast(func.sum(rows.c.left), BigInteger)).group_by(rows.c.campaign_id)
    return {campaign_id: int(left) for campaign_id, left in db.session.execute(query)}


def _taken(column: Any) -> Any:
    """What live documents took from the lot that stands in the outer statement."""
    taker = aliased(Document)
    return (
        select(cast(func.coalesce(func.sum(column), 0), BigInteger))
        .select_from(LotTake)
        .join(taker, taker.id == LotTake.document_id)
        .where(
            LotTake.lot_document_id == DocumentLine.document_id,
            LotTake.lot_position == DocumentLine.position,
            taker.state != "voided",
        )
        .correlate(DocumentLine)
        .scalar_subquery()
    )


LEFT = DocumentLine.quantity - _taken(LotTake.quantity)
LEFT_VALUE = DocumentLine.amount - _taken(LotTake.amount)
LINE = DocumentLine.document_id * literal(_BIG, BigInteger) + DocumentLine.position
"""A document's line as one number, for the lists."""


def _of_stock(item_id: int, *columns: Any) -> Select[Any]:
    return (
        select(*columns)
        .join(Document, Document.id == DocumentLine.document_id)
        .join(Account, Account.id == DocumentLine.account_id)
        .join(Campaign, Campaign.id == DocumentLine.campaign_id)
        .where(DocumentLine.item_id == item_id, Account.kind == "stock")
    )


def _lots(item_id: int) -> Select[Any]:
    columns = (
        Campaign.id.label("campaign_id"),
        Campaign.code.label("campaign_code"),
        Campaign.name.label("campaign_name"),
        DocumentLine.document_id,
        DocumentLine.position,
        DocumentLine.heading,
        DocumentLine.quantity,
        DocumentLine.amount,
        LEFT.label("left"),
        LEFT_VALUE.label("left_value"),
    )
    return _of_stock(item_id, *columns).where(DocumentLine.quantity > 0, Document.state != "voided")


def lots(item: Item, unit_ids: Collection[int], asked: Mapping[str, Any]) -> Select[Any]:
    """An item's lots in these units, each with its document, what it was worth, and what is left."""
    query = _lots(item.id).add_columns(Document).where(Document.unit_id.in_(sorted(unit_ids)))
    if "chien_dich" in asked:
        query = query.where(Campaign.id == asked["chien_dich"])
    if asked.get("con_lai") == IN_STOCK:
        query = query.where(LEFT > 0)
    elif asked.get("con_lai") == USED_UP:
        query = query.where(LEFT == 0)
    return query


def movements(item: Item, unit_ids: Collection[int], asked: Mapping[str, Any]) -> Select[Any]:
    """Everything that came in and went out of an item in these units, with its document, void ones too."""
    columns = (Document, DocumentLine, Campaign.code.label("campaign_code"), Campaign.name.label("campaign_name"))
    query = _of_stock(item.id, *columns).where(Document.unit_id.in_(sorted(unit_ids)))
    if "chien_dich" in asked:
        query = query.where(Campaign.id == asked["chien_dich"])
    if "viec" in asked:
        query = query.where(_is(WAYS[asked["viec"]]))
    if "tu" in asked:
        query = query.where(Document.date >= asked["tu"])
    if "den" in asked:
        query = query.where(Document.date <= asked["den"])
    return query


def _is(way: str) -> ColumnElement[bool]:
    heading = DocumentLine.heading
    return {
        "in": heading.in_(("received", "opening")),
        "bought": heading == "bought",
        "handed_over": heading.not_in((*_CAME, "write_off")),
        "written_off": heading == "write_off",
    }[way]


def items_in(unit_ids: Iterable[int]) -> list[tuple[int, str]]:
    """The items that ever lay in stock in these units, by name: what a filter offers."""
    at = _standings(sorted(unit_ids))
    query = select(Item.id, Item.name).where(Item.id.in_(select(at.c.item_id))).order_by(Item.code)
    return [(row.id, row.name) for row in db.session.execute(query)]
