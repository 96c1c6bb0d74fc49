"""Gifts whose givers bound them, with something left: which of them may pay for a level already, and which for none."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Select, func, select

from khuyenhoc.core.database import db
from khuyenhoc.core.dong import Dong
from khuyenhoc.funds.campaigns import Campaign
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.tracing.trace_tables import Earmark, OpenLayer


def statement(unit_ids: Iterable[int], *, campaign_id: int | None = None, bound: bool | None = None) -> Select[Any]:
    """The bound gifts of these units with something left. ``bound``: only those with an earmark, or without one."""
    campaigns = select(Campaign.id).where(Campaign.unit_id.in_(sorted(unit_ids)))
    lies = select(OpenLayer.source_document_id).where(
        OpenLayer.campaign_id.in_(campaigns), OpenLayer.restricted, OpenLayer.unspent > 0
    )
    if campaign_id is not None:
        lies = lies.where(OpenLayer.campaign_id == campaign_id)
    marked = select(Earmark.document_id).where(Earmark.ended_at.is_(None))
    query = select(Document).where(Document.unit_id.in_(sorted(unit_ids)), Document.id.in_(lies))
    if bound is not None:
        query = query.where(Document.id.in_(marked) if bound else Document.id.not_in(marked))
    return query


def left_of(document_ids: Sequence[int]) -> dict[int, Dong]:
    """Gift → đồng of it that are left and bound, wherever they lie."""
    total = func.sum(OpenLayer.unspent)
    query = (
        select(OpenLayer.source_document_id, total)
        .where(OpenLayer.source_document_id.in_(document_ids), OpenLayer.restricted, OpenLayer.unspent > 0)
        .group_by(OpenLayer.source_document_id)
    )
    return {gift: int(amount) for gift, amount in db.session.execute(query)} if document_ids else {}


def purposes_of(document_ids: Sequence[int]) -> dict[int, list[int]]:
    """Gift → the levels that it may pay for."""
    query = select(Earmark.document_id, Earmark.purpose_id).where(
        Earmark.document_id.in_(document_ids), Earmark.ended_at.is_(None)
    )
    found: dict[int, list[int]] = {}
    for gift, purpose in db.session.execute(query.order_by(Earmark.id)) if document_ids else ():
        found.setdefault(gift, []).append(purpose)
    return found
