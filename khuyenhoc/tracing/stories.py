"""The trace read both ways: what became of a source, and where a use came from. It changes nothing."""

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import aliased

from khuyenhoc.core.database import db
from khuyenhoc.core.dong import Dong
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.tracing.headings import CARRIED, VOID
from khuyenhoc.tracing.trace_tables import Layer, OpenLayer, Take


class Went(NamedTuple):
    """So many đồng of a source were used by a document under a heading, for an award or for none."""

    document_id: int
    campaign_id: int
    heading: str
    award_id: int | None
    amount: Dong


class Lies(NamedTuple):
    """So many đồng of a source lie unspent in a campaign, as money (``item_id`` 0) or as goods."""

    campaign_id: int
    item_id: int
    amount: Dong


class Came(NamedTuple):
    """So many đồng of a use came from one source."""

    source_id: int
    amount: Dong


def uses_of(source_id: int, campaign_ids: Iterable[int] | None = None) -> list[Went]:
    """What a document's đồng were used for in the end, in the order of the books. Carrying on is no use."""
    total = func.sum(Take.amount)
    by = (Take.document_id, Take.campaign_id, Take.heading, Take.award_id)
    query = (
        select(*by, total)
        .join(Layer, _of_layer())
        .where(Layer.source_document_id == source_id, Take.heading.not_in((*CARRIED, VOID)))
        .group_by(*by)
        .having(total != 0)
        .order_by(Take.document_id, Take.award_id)
    )
    if campaign_ids is not None:
        query = query.where(Take.campaign_id.in_(sorted(campaign_ids)))
    return [Went(*row[:4], int(row[4])) for row in db.session.execute(query)]


def unspent_of(source_id: int) -> list[Lies]:
    """Where the rest of a document's đồng lies now."""
    total = func.sum(OpenLayer.unspent)
    by = (OpenLayer.campaign_id, OpenLayer.item_id)
    query = select(*by, total).where(OpenLayer.source_document_id == source_id, OpenLayer.unspent > 0).group_by(*by)
    return [Lies(row[0], row[1], int(row[2])) for row in db.session.execute(query.order_by(*by))]


def sources_of(document_id: int) -> list[Came]:
    """The sources of everything that a document used, the oldest first."""
    return _sources(Take.document_id == document_id)


def sources_of_award(award_id: int) -> list[Came]:
    """The sources of everything that an award has received, through all documents, the oldest first."""
    return _sources(Take.award_id == award_id)


def _sources(condition: ColumnElement[bool]) -> list[Came]:
    total, source = func.sum(Take.amount), aliased(Document)
    query = (
        select(Layer.source_document_id, total)
        .select_from(Take)
        .join(Layer, _of_layer())
        .join(source, source.id == Layer.source_document_id)
        .where(condition, Take.heading != VOID)
        .group_by(Layer.source_document_id, source.date)
        .having(total != 0)
        .order_by(source.date, Layer.source_document_id)
    )
    return [Came(row[0], int(row[1])) for row in db.session.execute(query)]


def _of_layer() -> ColumnElement[bool]:
    return and_(Layer.document_id == Take.layer_document_id, Layer.position == Take.layer_position)


def sums_per_award(award_ids: Iterable[int]) -> dict[int, Dong]:
    """How many đồng each of these awards has received in all, from every source."""
    total = func.sum(Take.amount)
    query = select(Take.award_id, total).where(Take.award_id.in_(sorted(award_ids)), Take.heading != VOID)
    rows = db.session.execute(query.group_by(Take.award_id))
    return {award: int(amount) for award, amount in rows if award is not None}
