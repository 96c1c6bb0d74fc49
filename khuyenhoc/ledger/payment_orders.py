"""Payment orders as they stand: who has a part in one, which count in a month, which give a gift back."""

from collections.abc import Iterable, Sequence

from sqlalchemy import func, select

from khuyenhoc.approvals import requests
from khuyenhoc.approvals.pairs import Part
from khuyenhoc.approvals.request_tables import Request
from khuyenhoc.core.database import db
from khuyenhoc.core.dong import Dong
from khuyenhoc.core.errors import NotFound
from khuyenhoc.core.text import gettext as _
from khuyenhoc.ledger.outflows import Question
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


def asked_in(question: Question) -> Sequence[PaymentOrder]:
    """The orders of these campaigns prepared in the month whose money goes out: not cancelled, not voided.

    One that was sent back and waits to be mended asks for nothing as it stands.
    """
    query = select(PaymentOrder).where(
        PaymentOrder.campaign_id.in_(sorted(question.campaign_ids)),
        PaymentOrder.prepared_on >= question.first,
        PaymentOrder.prepared_on < question.following,
        PaymentOrder.state.in_(LIVE),
    )
    found = db.session.scalars(query.order_by(PaymentOrder.id)).all()
    waiting = requests.waiting_among(SUBJECT, [order.id for order in found])
    return [order for order in found if order.state != "prepared" or order.id in waiting]


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
