"""Many sources read at once: what their đồng were taken for, where they were laid, what is left of them.

Every reading goes along the index of one kind of source; its cost grows with what these sources
have done, never with the books. It changes nothing.
"""

import datetime
from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import aliased

from khuyenhoc.core.database import db
from khuyenhoc.core.dong import Dong
from khuyenhoc.ledger.again import first_of
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.ledger.documents import get_document
from khuyenhoc.tracing.headings import CARRIED, VOID
from khuyenhoc.tracing.stories import Came
from khuyenhoc.tracing.trace_tables import Layer, OpenLayer, Take


class Taken(NamedTuple):
    """A document took so many đồng of a source from one layer's place, under a heading, for an award or for none."""

    source_id: int
    laid_by: int
    document_id: int
    kind: str
    date: datetime.date
    campaign_id: int
    item_id: int
    heading: str
    award_id: int | None
    amount: Dong

    @property
    def is_use(self) -> bool:
        """Whether the đồng are used up: carrying on and what a void undid are none."""
        return self.heading not in CARRIED and self.heading != VOID


class Laid(NamedTuple):
    """A document laid so many đồng of a source in a campaign, as money (``item_id`` 0) or as goods."""

    source_id: int
    document_id: int
    campaign_id: int
    item_id: int
    amount: Dong


class Left(NamedTuple):
    """So many đồng of a source lie unspent in a campaign, as money (``item_id`` 0) or as goods."""

    source_id: int
    campaign_id: int
    item_id: int
    amount: Dong


def takes(source_ids: Collection[int]) -> list[Taken]:
    """Everything that was taken from these sources, in the order of the books; what came to nothing is left out.

    What was handed over and recorded again is told of the day on which it was handed over.
    """
    total = func.sum(Take.amount)
    by = (
        Layer.source_document_id,
        Layer.document_id,
        Take.document_id,
        Document.kind,
        Document.date,
        Take.campaign_id,
        Take.item_id,
        Take.heading,
        Take.award_id,
        Document.replaces_id,
    )
    query = (
        select(*by, total)
        .select_from(Layer)
        .join(Take, _of_layer())
        .join(Document, Document.id == Take.document_id)
        .where(Layer.source_document_id.in_(sorted(source_ids)))
        .group_by(*by)
        .having(total != 0)
        .order_by(Document.date, Take.document_id, Take.award_id)
    )
    rows = db.session.execute(query).all() if source_ids else ()
    again = {row.document_id for row in rows if row.kind == "handover" and row.replaces_id is not None}
    days = {document_id: first_of(get_document(document_id)).date for document_id in again}
    return [Taken(*row[:4], days.get(row.document_id, row.date), *row[5:9], int(row[10])) for row in rows]


def layers(source_ids: Collection[int]) -> list[Laid]:
    """Everything that was ever laid down of these sources, by whom and where."""
    total = func.sum(Layer.amount)
    by = (Layer.source_document_id, Layer.document_id, Layer.campaign_id, Layer.item_id)
    query = select(*by, total).where(Layer.source_document_id.in_(sorted(source_ids))).group_by(*by).order_by(*by)
    return [Laid(*row[:4], int(row[4])) for row in db.session.execute(query)] if source_ids else []


def left(source_ids: Collection[int]) -> list[Left]:
    """Where the rest of these sources lies now."""
    total = func.sum(OpenLayer.unspent)
    by = (OpenLayer.source_document_id, OpenLayer.campaign_id, OpenLayer.item_id)
    query = (
        select(*by, total)
        .where(OpenLayer.source_document_id.in_(sorted(source_ids)), OpenLayer.unspent > 0)
        .group_by(*by)
        .order_by(*by)
    )
    return [Left(*row[:3], int(row[3])) for row in db.session.execute(query)] if source_ids else []


def awards_of(source_ids: Collection[int]) -> Select[*tuple[int | None]]:
    """The ids of every award that was ever paid from one of these sources: for the WHERE of another query."""
    return (
        select(Take.award_id)
        .select_from(Layer)
        .join(Take, _of_layer())
        .where(Layer.source_document_id.in_(sorted(source_ids)), Take.award_id.is_not(None))
        .distinct()
    )


def award_sums(source_ids: Collection[int]) -> dict[int, Dong]:
    """What each award that was ever paid from one of these sources has received in all, from every source."""
    query = (
        select(Take.award_id, func.sum(Take.amount))
        .where(Take.award_id.in_(awards_of(source_ids)), Take.heading != VOID)
        .group_by(Take.award_id)
    )
    if not source_ids:
        return {}
    return {award_id: int(amount) for award_id, amount in db.session.execute(query) if award_id is not None}


def sources(document_ids: Collection[int]) -> list[Came]:
    """The sources of everything that these documents used or carried on, taken together, the oldest first."""
    total, source = func.sum(Take.amount), aliased(Document)
    query = (
        select(Layer.source_document_id, total)
        .select_from(Take)
        .join(Layer, _of_layer())
        .join(source, source.id == Layer.source_document_id)
        .where(Take.document_id.in_(sorted(document_ids)), Take.heading != VOID)
        .group_by(Layer.source_document_id, source.date)
        .having(total != 0)
        .order_by(source.date, Layer.source_document_id)
    )
    return [Came(row[0], int(row[1])) for row in db.session.execute(query)] if document_ids else []


def _of_layer() -> ColumnElement[bool]:
    return and_(Layer.document_id == Take.layer_document_id, Layer.position == Take.layer_position)
