"""The documents that a figure of the year stands on, and what their rows add up to.

A document counts in the year of its date while it is not voided; a handover that was recorded again, in that of the
first one (``year_again``). Which kinds of documents bear a line of the report stands in ``KINDS_OF``; with unit and
kind the index leads straight to the days of the year.
"""

import datetime
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import product
from typing import Any

from sqlalchemy import Select, func, select

from khuyenhoc.core.database import db
from khuyenhoc.core.dong import Dong
from khuyenhoc.core.values import dataclass
from khuyenhoc.ledger.document_tables import Document, DocumentLine
from khuyenhoc.reports import year_again, year_returns
from khuyenhoc.reports.year_books import SPENT, Books
from khuyenhoc.reports.years import Year
from khuyenhoc.web.lists import Ranges

AWARDED = ("scholarship", "bicycle", "gift", "member_care", "reward")
"""Kinds of spending that awards are made of, in the order of the report."""

AT_ONCE = 500

PAID = ("payment", "handover", "hold")
"""Documents that give awards out, or take them back when nobody came."""

_KINDS: dict[str, tuple[str, ...]] = {
    "opening": ("opening",),
    "received": ("gift",),
    "other_income": ("other_income", "cash_difference"),
    "transfers_in": ("transfer",),
    "transfers_out": ("transfer",),
    "refunded": ("refund",),
    "running_costs": ("running_cost", "cash_difference"),
    "bank_fees": ("bank_fee",),
    "write_off": ("write_off",),
    "bought": ("purchase",),
    **dict.fromkeys(AWARDED, PAID),
}
"""Heading of the books → the kinds of documents whose lines bear it."""

TOGETHER = {
    "returned": (),
    "came": ("received", "other_income", "transfers_in"),
    "handed_over": AWARDED,
    "went": (*SPENT, "refunded", "transfers_out", "write_off"),
}
"""Lines of the report that add up several headings; every other line is a heading itself."""

CAME_BACK = ("returned", "came")
"""Lines on which stands what went back of awards of earlier years (``year_returns``); it stands on no other."""

LINES = (*_KINDS, *TOGETHER)
COMING = frozenset({"opening", "received", "other_income", "transfers_in", "bought"})
"""Headings that count what came in; every other counts what went out."""


@dataclass(frozen=True)
class Wanted:
    """Documents of one line of the year's report, of one campaign or of all, of one item or of whatever."""

    year: Year
    line: str
    campaign_id: int | None = None
    item_id: int | None = None

    @property
    def headings(self) -> tuple[str, ...]:
        """The headings that the line adds up."""
        return TOGETHER.get(self.line, (self.line,))

    @property
    def kinds(self) -> list[str]:
        """The kinds of documents that can bear it."""
        return sorted({kind for heading in self.headings for kind in _KINDS[heading]})

    @cached_property
    def came_back(self) -> frozenset[int]:
        """The documents that gave awards of earlier years back."""
        return frozenset(one.document_id for one in year_returns.of(self.year))

    def sign(self, line: DocumentLine) -> int:
        """+1 or −1 as a line of a document counts on this one; 0 where it does not."""
        if self.campaign_id not in (None, line.campaign_id) or self.item_id not in (None, line.item_id):
            return 0
        if line.document_id in self.came_back:
            return 1 if self.line in CAME_BACK and line.heading in AWARDED else 0
        return sign_of(line.heading) if line.heading in self.headings else 0


def ranges(wanted: Wanted) -> Ranges:
    """The documents wanted, as a list shows them: one range of an index for each unit and kind."""
    bears = select(DocumentLine.position).where(DocumentLine.document_id == Document.id)
    if wanted.campaign_id is not None:
        bears = bears.where(DocumentLine.campaign_id == wanted.campaign_id)
    if wanted.item_id is not None:
        bears = bears.where(DocumentLine.item_id == wanted.item_id)
    back = Document.id.in_(sorted(wanted.came_back))
    mine = bears.where(DocumentLine.heading.in_(wanted.headings)).exists()
    statements = [one.where(mine, ~back) for one in live(wanted.year, wanted.kinds)]
    if wanted.line in CAME_BACK:
        awarded = bears.where(DocumentLine.heading.in_(AWARDED)).exists()
        statements += [one.where(awarded, back) for one in live(wanted.year, ["hold"])]
    return Ranges(statements, Document)


def amount_of(document: Document, wanted: Wanted) -> Dong:
    """What a document counts for on the line: đồng above zero, below where it took something back."""
    return sum(wanted.sign(line) * line.amount for line in document.lines)


def pieces_of(document: Document, wanted: Wanted) -> int:
    """The pieces of goods that a document counts for on the line."""
    return sum(wanted.sign(line) * line.quantity for line in document.lines)


def sign_of(heading: str) -> int:
    """What makes the lines of a heading positive: +1 where they came in, −1 where they went out."""
    return 1 if heading in COMING else -1


def ids_of(year: Year, kinds: Sequence[str]) -> list[tuple[int, str]]:
    """Id and kind of the year's live documents of these kinds, of which there are few: lists, purchases."""
    statements = [one.with_only_columns(Document.id, Document.kind) for one in live(year, kinds)]
    return [(row.id, row.kind) for one in statements for row in db.session.execute(one)]


def live(year: Year, kinds: Sequence[str]) -> Iterator[Select[Any]]:
    """The year's documents of these kinds that are not voided: a statement for each kind and unit with books."""
    moved = year_again.of(year) if "handover" in kinds else year_again.Moved(frozenset(), frozenset())
    for unit_id, kind in product(year.keeping_books, kinds):
        mine = select(Document.id).where(Document.unit_id == unit_id, Document.kind == kind, Document.state != "voided")
        days = mine.where(Document.date >= year.since, Document.date <= year.until)
        yield days.where(Document.id.not_in(sorted(moved.out))) if moved.out and kind == "handover" else days
        if moved.into and kind == "handover":
            yield mine.where(Document.id.in_(sorted(moved.into)))


def labels(ids: Iterable[int]) -> dict[int, str]:
    """Document → its number, in the order of their days."""
    found: list[tuple[datetime.date, int, str]] = []
    wanted = sorted(ids)
    for start in range(0, len(wanted), AT_ONCE):
        some = Document.id.in_(wanted[start : start + AT_ONCE])
        query = select(Document.date, Document.id, Document.series, Document.year, Document.number).where(some)
        found += [(row.date, row.id, f"{row.series}-{row.year}-{row.number:04d}") for row in db.session.execute(query)]
    return {document_id: label for _day, document_id, label in sorted(found)}


def summed(year: Year) -> Books:
    """The same lines as the ledger's, summed from the rows of the year's live documents: for the full proof.

    What went back of earlier awards is still in its kind here, as in the ledger; ``Annual`` sets both apart.
    """
    query = (
        select(DocumentLine.heading, DocumentLine.item_id.is_not(None), func.sum(DocumentLine.amount))
        .join(Document, Document.id == DocumentLine.document_id)
        .where(
            Document.unit_id.in_(year.keeping_books),
            year_again.within(year, year_again.of(year)),
            Document.state != "voided",
        )
        .group_by(DocumentLine.heading, DocumentLine.item_id.is_not(None))
    )
    books = Books()
    for heading, in_kind, amount in db.session.execute(query):
        _count(books, heading, bool(in_kind), int(amount))
    return books


def _count(books: Books, heading: str, in_kind: bool, amount: Dong) -> None:
    if heading in SPENT:
        books.spent[heading] -= amount
    elif heading == "received":
        name = "received_goods" if in_kind else "received_money"
        setattr(books, name, getattr(books, name) + amount)
    elif heading == "write_off":
        books.written_off -= amount
    elif heading in ("opening", "other_income", "transfers_in", "transfers_out", "refunded"):
        setattr(books, heading, getattr(books, heading) + sign_of(heading) * amount)


def differences(books: Books, papers: Books) -> dict[str, tuple[Dong, Dong]]:
    """Line → what the ledger and what the documents say, where the two differ. What was there before is no line."""
    names = ("received_money", "received_goods", "other_income", "transfers_in", "transfers_out", "refunded")
    pairs = {name: (getattr(books, name), getattr(papers, name)) for name in (*names, "written_off")}
    pairs |= {kind: (books.spent[kind], papers.spent[kind]) for kind in SPENT}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
