"""The year's purchases, and what gifts that are bound to a purpose may pay for."""

from collections.abc import Sequence
from typing import Any

from khuyenhoc.awards import earmarking
from khuyenhoc.awards.programme_tables import Programme
from khuyenhoc.demo import frames
from khuyenhoc.demo.asking import approve
from khuyenhoc.demo.books import Books
from khuyenhoc.demo.world import day
from khuyenhoc.funds import items
from khuyenhoc.goods import purchases
from khuyenhoc.goods.purchases import Wanted
from khuyenhoc.ledger import documents
from khuyenhoc.tracing import earmarks

Row = dict[str, Any]


def bind_gifts(programme: Programme, books: Books) -> None:
    """The accountant asks, the chair approves, that bound gifts may pay for the levels that their givers meant."""
    for receipt, document_id in books.restricted:
        gift = documents.get_document(document_id)
        bound = {one.purpose_id for one in earmarks.of(gift)}
        for level in programme.levels:
            if level.id in bound or not any(_is_of(level.code, lot) for lot in receipt["restricted_lots"]):
                continue
            request = earmarking.ask_to_bind(
                gift, level, reason="Đúng lời nhà hảo tâm ghi khi ủng hộ", consent=None, by=books.accountant
            )
            approve(request, by=books.chair)


def _is_of(code: str, lot: str) -> bool:
    """Whether a level is the one of this lot, or one of its packages: ``QT-2B`` of ``QT-2``."""
    return code == lot or (code.startswith(lot) and code[len(lot) :].isalpha())


def buy(row: Row, books: Books, programmes: Sequence[Programme]) -> None:
    """One purchase of the file: asked, approved, counted, paid; bicycles get their frame numbers."""
    for programme in programmes:
        bind_gifts(programme, books)
    on = day(row["date"])
    supplier, _comma, address = row["supplier"].partition(", ")
    purchase = purchases.ask(
        books.campaigns[row["campaign"]],
        books.accounts[row["account"]],
        [Wanted(items.get_item(line["item"]), line["quantity"], line["unit_value"]) for line in row["lines"]],
        supplier=supplier,
        supplier_address=address,
        reason="Mua quà trao theo kế hoạch năm",
        by=books.accountant,
        key=f"demo-{row['id']}",
    )
    approve(purchases.waiting_for(purchase), by=books.chair)
    counted = {line.position: line.quantity for line in purchase.lines}
    purchases.receive(purchase, counted, by=books.people["thuky"], on=on)
    frames.write_down(purchases.pay(purchase, by=books.treasurer, on=on), books.frames, by=books.people["thuky"])
