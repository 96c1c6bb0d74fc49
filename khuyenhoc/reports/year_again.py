"""Handovers that were recorded again in a later year, because a part of them had come back: they count in their own.

An award counts in the year in which it was handed over, and whoever kept theirs got it then. The new document stands in
the books of the later year; here it is moved to where it belongs, on both sides of the proof.
"""

from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, or_, select

from khuyenhoc.core.database import db
from khuyenhoc.ledger.again import first_of
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.ledger.entries import Posting
from khuyenhoc.reports.years import Year


class Moved(NamedTuple):
    """Documents of the year's books that belong to an earlier one, and those of later books that belong to it."""

    out: frozenset[int]
    into: frozenset[int]


def of(year: Year) -> Moved:
    """What is moved; such documents are few."""
    out, into = set(), set()
    query = select(Document).where(
        Document.replaces_id.is_not(None),
        Document.kind == "handover",
        Document.state != "voided",
        Document.unit_id.in_(year.keeping_books),
        Document.date >= year.since,
    )
    for document in db.session.scalars(query):
        first = first_of(document).date
        if document.date <= year.until and first < year.since:
            out.add(document.id)
        elif document.date > year.until and year.since <= first <= year.until:
            into.add(document.id)
    return Moved(frozenset(out), frozenset(into))


def within(year: Year, moved: Moved) -> ColumnElement[bool]:
    """The condition that a document counts in the year."""
    days = and_(Document.date >= year.since, Document.date <= year.until)
    if moved.out:
        days = and_(days, Document.id.not_in(sorted(moved.out)))
    return or_(days, Document.id.in_(sorted(moved.into))) if moved.into else days


def postings(ids: frozenset[int]) -> list[Any]:
    """Campaign, account and đồng of everything that these documents posted."""
    entry = and_(Posting.unit_id == Document.unit_id, Posting.entry_number == Document.entry_number)
    query = select(Posting.campaign_id, Posting.account_id, Posting.amount).join(Document, entry)
    return list(db.session.execute(query.where(Document.id.in_(sorted(ids))))) if ids else []
