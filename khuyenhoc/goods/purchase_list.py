"""The purchases as a list, and what waits to be received, paid for or bought."""

import datetime
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, exists, func, or_, select

from khuyenhoc.approvals import requests
from khuyenhoc.approvals.request_tables import Request
from khuyenhoc.core import clock
from khuyenhoc.core.database import db
from khuyenhoc.funds.campaigns import Campaign
from khuyenhoc.goods import purchases
from khuyenhoc.goods.goods_tables import Purchase
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.web.lists import Ranges

RETURNED = "returned"
"""What one may filter by beside the states: asked for, and sent back or taken back."""


def of_units(unit_ids: Iterable[int], asked: Mapping[str, Any]) -> Ranges:
    """The purchases of these units as the filter asks for them: one range of an index for each unit."""
    query = select(Purchase.id)
    if asked.get("trang_thai") == RETURNED:
        query = query.where(Purchase.state == "asked", ~_is_waiting())
    elif asked.get("trang_thai") == "asked":
        query = query.where(Purchase.state == "asked", _is_waiting())
    elif "trang_thai" in asked:
        query = query.where(Purchase.state == asked["trang_thai"])
    if "chien_dich" in asked:
        query = query.where(Purchase.campaign_id == asked["chien_dich"])
    if "q" in asked:
        seller = Purchase.supplier.icontains(asked["q"], autoescape=True)
        query = query.where(or_(seller, Purchase.reason.icontains(asked["q"], autoescape=True)))
    return Ranges([query.where(Purchase.unit_id == unit_id) for unit_id in sorted(unit_ids)], Purchase)


def _is_waiting() -> ColumnElement[bool]:
    return exists().where(
        Request.kind == purchases.KIND,
        Request.subject_kind == purchases.SUBJECT,
        Request.subject_id == Purchase.id,
        Request.state == "waiting",
    )


def beside(rows: Sequence[Purchase]) -> dict[str, Any]:
    """What stands beside these purchases: campaigns' names, documents, and which wait for an approval."""
    campaigns = select(Campaign.id, Campaign.name).where(Campaign.id.in_({one.campaign_id for one in rows}))
    documents = {one.document_id for one in rows if one.document_id is not None}
    found = db.session.scalars(select(Document).where(Document.id.in_(documents))) if documents else ()
    return {
        "campaigns": {row.id: row.name for row in db.session.execute(campaigns)} if rows else {},
        "documents": {document.id: document for document in found},
        "waiting": requests.waiting_among(purchases.SUBJECT, [one.id for one in rows]) if rows else frozenset(),
    }


def day_of(purchase: Purchase, documents: Mapping[int, Document]) -> datetime.date:
    """The purchase's own day: when it was paid, before that when it came, before that when it was asked for."""
    document = documents.get(purchase.document_id or 0)
    return document.date if document else purchase.received_on or clock.from_stamp(purchase.asked_at).date()


def in_state(unit_ids: Collection[int], state: str) -> list[Purchase]:
    """The purchases of these units that stand in a state, the oldest first."""
    query = select(Purchase).where(Purchase.unit_id.in_(sorted(unit_ids)), Purchase.state == state)
    return list(db.session.scalars(query.order_by(Purchase.id))) if unit_ids else []


def count_in(unit_ids: Collection[int], state: str) -> int:
    """How many purchases of these units stand in a state."""
    query = select(func.count()).select_from(Purchase)
    query = query.where(Purchase.unit_id.in_(sorted(unit_ids)), Purchase.state == state)
    return int(db.session.scalar(query) or 0) if unit_ids else 0
