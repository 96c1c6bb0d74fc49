"""What a year gave out: awards by kind and campaign, goods by item, and who received, in numbers only.

An award counts in the year in which it was paid or handed over. What nobody came for is taken off where it went
back within that year; what went back later stays counted there (``year_returns``). The trace knows for each
document which awards it served, to the đồng; ``verify`` proves that the two agree.
"""

from collections.abc import Iterator, Sequence
from dataclasses import field
from typing import Any

from sqlalchemy import Select, distinct, func, select

from khuyenhoc.awards.award_tables import Award
from khuyenhoc.core.database import db
from khuyenhoc.core.dong import Dong
from khuyenhoc.core.values import dataclass
from khuyenhoc.funds.items import Item
from khuyenhoc.ledger.document_tables import Document, DocumentLine
from khuyenhoc.reports import year_again, year_documents, year_returns
from khuyenhoc.reports.year_documents import AT_ONCE, AWARDED, PAID
from khuyenhoc.reports.year_returns import Returned
from khuyenhoc.reports.years import Year
from khuyenhoc.tracing.trace_tables import Take


@dataclass
class Given:
    """Awards of one kind (of one campaign, or of all): how many, worth how much, by which documents."""

    count: int = 0
    amount: Dong = 0
    by_document: dict[int, int] = field(default_factory=dict)
    """Document → so many awards; below zero where they went back."""

    def add(self, document_id: int, count: int, amount: Dong) -> None:
        """Count what one document gave out, or took back."""
        self.count += count
        self.amount += amount
        self.by_document[document_id] = self.by_document.get(document_id, 0) + count

    def leave_out(self, document_id: int, count: int, amount: Dong) -> None:
        """Take off what a document counted for; one that counts for nothing more bears nothing."""
        self.add(document_id, -count, -amount)
        if not self.by_document[document_id]:
            del self.by_document[document_id]


@dataclass
class Awards:
    """The year's awards: by kind, and by campaign and kind. An award that two campaigns paid counts in both."""

    by_kind: dict[str, Given] = field(default_factory=lambda: {kind: Given() for kind in AWARDED})
    by_campaign: dict[tuple[int, str], Given] = field(default_factory=dict)
    returned: Sequence[Returned] = ()
    """What went back of earlier years' awards; in no count here."""

    @property
    def count(self) -> int:
        """All of them."""
        return sum(given.count for given in self.by_kind.values())


def awards_of(year: Year) -> Awards:
    """Everything that the year's live documents gave to awards."""
    found, ids = Awards(), [document_id for document_id, _kind in year_documents.ids_of(year, PAID)]
    for some in _portions(ids):
        for document_id, kind, count, amount in _taken(some):
            found.by_kind[kind].add(document_id, count, amount)
        for document_id, kind, count, amount, campaign_id in _taken(some, Take.campaign_id):
            found.by_campaign.setdefault((campaign_id, kind), Given()).add(document_id, count, amount)
    _set_apart(found, year_returns.of(year))
    return found


def _set_apart(found: Awards, returned: Sequence[Returned]) -> None:
    """Take what went back of earlier years out of the counts into which their documents have brought it."""
    found.returned = returned
    awards = {(one.document_id, one.kind, one.award_id) for one in returned}
    for document_id, kind, _award in awards:
        found.by_kind[kind].leave_out(document_id, -1, 0)
    for one in returned:
        found.by_kind[one.kind].amount += one.amount
        found.by_campaign[one.campaign_id, one.kind].leave_out(one.document_id, -1, -one.amount)


def _taken(ids: Sequence[int], *more: Any) -> Iterator[Any]:
    """Document, kind, awards, đồng; what a document took back counts below zero."""
    total = func.sum(Take.amount)
    by = (Take.document_id, Take.heading, *more)
    query = (
        select(Take.document_id, Take.heading, func.count(distinct(Take.award_id)), total, *more)
        .where(Take.document_id.in_(ids), Take.award_id.is_not(None), Take.heading.in_(AWARDED))
        .group_by(*by)
        .having(total != 0)
    )
    for document_id, kind, count, amount, *rest in db.session.execute(query):
        yield document_id, kind, count if amount > 0 else -count, int(amount), *rest


def each_of(given: Given, kind: str) -> Dong | None:
    """What one award of a kind was worth, where all of the year were worth the same; None where they differ."""
    worth: set[Dong] = set()
    for some in _portions([document_id for document_id, count in given.by_document.items() if count > 0]):
        per_award = (
            select(func.sum(Take.amount).label("amount"))
            .where(Take.document_id.in_(some), Take.heading == kind, Take.award_id.is_not(None))
            .group_by(Take.award_id)
            .subquery()
        )
        query = select(func.min(per_award.c.amount), func.max(per_award.c.amount))
        worth |= {int(amount) for amount in db.session.execute(query).one() if amount is not None}
    return worth.pop() if len(worth) == 1 else None


def bicycles(given: Given) -> int:
    """How many bicycles the awards of that kind were: pieces handed over, and one for each that was paid in money."""
    documents = given.by_document
    handed, with_pieces = 0, set()
    for some in _portions(list(documents)):
        query = (
            select(DocumentLine.document_id, func.sum(DocumentLine.quantity))
            .join(Item, Item.id == DocumentLine.item_id)
            .where(
                DocumentLine.document_id.in_(some),
                DocumentLine.heading == "bicycle",
                Item.spending_kind == "bicycle",
            )
            .group_by(DocumentLine.document_id)
        )
        for document_id, pieces in db.session.execute(query):
            handed -= int(pieces)
            with_pieces.add(document_id)
    return handed + sum(count for document_id, count in documents.items() if document_id not in with_pieces)


def kept_awards(year: Year) -> Select[int, int]:
    """The awards that the year gave out and did not take back again, with whom they are for."""
    kept = (
        select(Take.award_id)
        .join(Document, Document.id == Take.document_id)
        .where(
            Document.unit_id.in_(year.keeping_books),
            Document.kind.in_(PAID),
            year_again.within(year, year_again.of(year)),
            Document.state != "voided",
            Take.award_id.is_not(None),
        )
        .group_by(Take.award_id)
        .having(func.sum(Take.amount) > 0)
        .subquery()
    )
    return select(Award.recipient_id, Award.nominating_unit_id).join(kept, kept.c.award_id == Award.id)


def _portions(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), AT_ONCE):
        yield ids[start : start + AT_ONCE]
