"""Payment orders as they stand: who has a part in one, what the same payee gets in a month, which give a gift back."""

import datetime
from collections.abc import Iterable, Sequence

from sqlalchemy import func, select

from khuyenhoc.approvals import requests
from khuyenhoc.approvals.pairs import Part
from khuyenhoc.approvals.request_tables import Request
from khuyenhoc.core.database import db
from khuyenhoc.core.dong import Dong
from khuyenhoc.core.errors import NotFound
from khuyenhoc.core.text import gettext as _
from khuyenhoc.ledger.payment_tables import LIVE, PaymentOrder

SUBJECT = "payment_order"


def parts_of(order: PaymentOrder) -> list[Part]:
    """Who prepared (or mended) the order, and who approved it."""
    asked = requests.about(SUBJECT, order.id)
    prepared = {order.prepared_by, *(request.asked_by for request in asked)}
    approved = {one.user_id for request in asked if request.state == "approved" for one in request.given}
    return [*(("prepare", who) for who in sorted(prepared)), *(("approve", who) for who in sorted(approved))]


def waiting_for(order: PaymentOrder) -> Request | None:
    """The request that waits for this order's approval."""
    return requests.find_waiting(order.kind, SUBJECT, order.id)


def total(order: PaymentOrder) -> Dong:
    """The sum that policies look at, in đồng: all that is asked or paid for this payee from this campaign in the month.

    The month is that of Việt Nam in which an order was prepared; cancelled and voided ones do not count. Cut in
    pieces it stays one sum.
    """
    first = order.prepared_on.replace(day=1)
    following = (first + datetime.timedelta(days=31)).replace(day=1)
    query = select(func.coalesce(func.sum(PaymentOrder.amount), 0)).where(
        PaymentOrder.campaign_id == order.campaign_id,
        PaymentOrder.kind == order.kind,
        PaymentOrder.payee_key == order.payee_key,
        PaymentOrder.prepared_on >= first,
        PaymentOrder.prepared_on < following,
        PaymentOrder.state.in_(LIVE),
    )
    return int(db.session.scalar(query) or 0)


def to_be_paid(unit_ids: Iterable[int]) -> tuple[int, Dong]:
    """How many approved orders of these units wait to be paid, and how many đồng they come to."""
    query = select(func.count(), func.coalesce(func.sum(PaymentOrder.amount), 0))
    count, amount = db.session.execute(
        query.where(PaymentOrder.unit_id.in_(sorted(unit_ids)), PaymentOrder.state == "approved")
    ).one()
    return int(count), int(amount)


def get_order(order_id: int) -> PaymentOrder:
    """The order of this id; NotFound when there is none."""
    order = db.session.get(PaymentOrder, order_id)
    if order is None:
        raise NotFound(_("Không có đề nghị chi này."))
    return order


def find_by_document(document_id: int) -> PaymentOrder | None:
    """The order that a document has paid."""
    return db.session.scalar(select(PaymentOrder).where(PaymentOrder.document_id == document_id))


def of_gifts(gift_ids: Iterable[int], *states: str) -> Sequence[PaymentOrder]:
    """The orders in these states that give these gifts back, the oldest first."""
    ids = sorted(gift_ids)
    query = select(PaymentOrder).where(PaymentOrder.gift_id.in_(ids), PaymentOrder.state.in_(states))
    return db.session.scalars(query.order_by(PaymentOrder.id)).all() if ids else ()
