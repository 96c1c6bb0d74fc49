"""Goods of a year, in pieces: what lay there, what was given and bought, what was handed over, what is left."""

from collections.abc import Iterator

from sqlalchemy import func, select

from khuyenhoc.core.database import db
from khuyenhoc.core.values import dataclass
from khuyenhoc.funds.items import Item
from khuyenhoc.ledger.document_tables import Document, DocumentLine
from khuyenhoc.reports import year_books, year_documents
from khuyenhoc.reports.year_documents import AWARDED
from khuyenhoc.reports.years import Year

SERIES = {"opening": "SD", "gift": "HV", "purchase": None, "handover": None, "write_off": None}
"""Kinds of documents that move goods → the series that does, where the kind has others."""

UNDER = {
    "opening": "opening",
    "received": "received",
    "bought": "bought",
    "write_off": "written_off",
    **dict.fromkeys(AWARDED, "handed_over"),
}
"""Heading of a line → where its pieces count."""


@dataclass
class Goods:
    """One item's year in pieces. ``closing`` is what the books have in stock on the last day."""

    item: Item
    opening: int = 0
    received: int = 0
    bought: int = 0
    handed_over: int = 0
    written_off: int = 0
    closing: int = 0

    @property
    def left(self) -> int:
        """What is left by what came and went; a document voided in another year makes it differ from the stock."""
        return self.opening + self.received + self.bought - self.handed_over - self.written_off


def of_items(year: Year) -> list[Goods]:
    """Every item that the year's units had, got or gave, by name."""
    found: dict[int, Goods] = {}
    items = {item.id: item for item in db.session.scalars(select(Item))}
    for item_id, name, pieces in [*_stood(year), *_moved(year)]:
        goods = found.setdefault(item_id, Goods(items[item_id]))
        setattr(goods, name, getattr(goods, name) + pieces)
    return sorted(found.values(), key=lambda goods: (goods.item.name, goods.item.id))


def _stood(year: Year) -> Iterator[tuple[int, str, int]]:
    for name, before in (("opening", True), ("closing", False)):
        for row in year_books.standing(year, before=before):
            if row.kind == "stock" and row.item_id and row.quantity:
                yield row.item_id, name, row.quantity


def _moved(year: Year) -> Iterator[tuple[int, str, int]]:
    for kind, series in SERIES.items():
        some = year_documents.live(year, (kind,))
        for one in some:
            lines = (
                (one.where(Document.series == series) if series else one)
                .join(DocumentLine, DocumentLine.document_id == Document.id)
                .where(DocumentLine.item_id.is_not(None), DocumentLine.heading.in_(UNDER))
                .with_only_columns(DocumentLine.item_id, DocumentLine.heading, func.sum(DocumentLine.quantity))
                .group_by(DocumentLine.item_id, DocumentLine.heading)
            )
            for item_id, heading, quantity in db.session.execute(lines):
                yield int(item_id or 0), UNDER[heading], abs(int(quantity))
