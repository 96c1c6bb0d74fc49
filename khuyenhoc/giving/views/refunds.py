"""Giving a gift back: the form that asks for it, the same form to mend it, and what stands on the gift's page."""

from flask import Blueprint, Response, flash, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from khuyenhoc.approvals import requests
from khuyenhoc.core.database import db, writing
from khuyenhoc.core.errors import AlreadyRecorded, NotAllowed, NotFound, RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.funds.campaigns import campaign_by_id
from khuyenhoc.giving import donations, gift_panels, gift_rows, refunds
from khuyenhoc.giving.forms.refund import RefundForm
from khuyenhoc.giving.gift_panels import GiftPanel
from khuyenhoc.giving.gift_rows import GiftRow
from khuyenhoc.ledger import payment_orders, payments
from khuyenhoc.ledger.accounts import get_account
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.ledger.payment_tables import STATES, PaymentOrder
from khuyenhoc.ledger.payments import Wanted
from khuyenhoc.org.access import actor, allowed, may, require, units_where
from khuyenhoc.web.page import page

blueprint = Blueprint("refunds", __name__, url_prefix="/khoan-ung-ho/<int:document_id>/hoan-tra")


@blueprint.get("")
@may("payment.prepare")
def new(document_id: int) -> Response:
    """How much, from where, to whom, why."""
    gift = _gift_or_404(document_id)
    left = refunds.refundable(gift.document)
    first = next(iter(left), None)
    values = {"campaign": first, "amount": left.get(first or 0), "person": gift.giver if gift.donor.name else ""}
    account = gift.document.lines[0].account_id
    return _page(gift, RefundForm(gift.document, left, data={**values, "account": account}))


@blueprint.post("")
@may("payment.prepare")
def create(document_id: int) -> AnyResponse:
    """Ask for it; another person approves, the treasurer pays."""
    gift = _gift_or_404(document_id)
    form = RefundForm(gift.document, _offered(gift))
    if not form.validate_on_submit():
        return _page(gift, form, 422)
    try:
        with writing():
            order = payments.prepare(_wanted(gift, form), by=actor(), key=form.answers["form_key"])
    except (AlreadyRecorded, NotAllowed, NotFound):
        raise
    except RuleBroken as no:
        form.refuse(no)
        return _page(gift, form, 422)
    return _asked(order)


@blueprint.get("/<int:order_id>/sua")
@may("payment.prepare")
def edit(document_id: int, order_id: int) -> AnyResponse:
    """What was asked, to be mended."""
    gift = _gift_or_404(document_id)
    order = _order_or_404(gift, order_id)
    if order.state != "prepared":
        flash(_("Chỉ sửa được đề nghị chưa duyệt."), "stop")
        return redirect(url_for("payments.show", order_id=order.id), 303)
    before = {"campaign": order.campaign_id, "account": order.account_id, "amount": order.amount}
    form = RefundForm(gift.document, _offered(gift), data={**before, "person": order.payee, "memo": order.memo})
    return _page(gift, form, order=order)


@blueprint.post("/<int:order_id>/sua")
@may("payment.prepare")
def mend(document_id: int, order_id: int) -> AnyResponse:
    """Mend it and ask anew."""
    gift = _gift_or_404(document_id)
    order = _order_or_404(gift, order_id)
    form = RefundForm(gift.document, _offered(gift))
    if not form.validate_on_submit():
        return _page(gift, form, 422, order)
    try:
        with writing():
            payments.change(order, _wanted(gift, form), by=actor())
    except (NotAllowed, NotFound):
        raise
    except RuleBroken as no:
        form.refuse(no)
        return _page(gift, form, 422, order)
    return _asked(order)


def _offered(gift: GiftRow) -> dict[int, int]:
    """Where any of it lies untouched; sent again, a form finds the campaign that it named."""
    return refunds.untouched(gift.document)


def _wanted(gift: GiftRow, form: RefundForm) -> Wanted:
    given = form.answers
    return refunds.wanted(
        db.session.get_one(Document, gift.document.id),
        campaign_by_id(given["campaign"]),
        get_account(given["account"]),
        given["amount"],
        person=given["person"],
        reason=given["memo"],
    )


def _page(gift: GiftRow, form: RefundForm, status: int = 200, order: PaymentOrder | None = None) -> Response:
    barred = refunds.why_not(gift.document)
    if not barred and not form.campaign.choices:
        barred = _("Không còn đồng nào của khoản này chưa dùng đến.")
    last = order and requests.latest(payment_orders.SUBJECT, order.id)
    return page("giving/refund.html", status=status, gift=gift, form=form, order=order, barred=barred, last=last)


def _asked(order: PaymentOrder) -> AnyResponse:
    flash(_("Đã gửi đề nghị hoàn trả. Duyệt xong thì thủ quỹ chi."))
    return redirect(url_for("payments.show", order_id=order.id), 303)


def _gift_or_404(document_id: int) -> GiftRow:
    document = db.session.get(Document, document_id)
    if document is None or document.kind != donations.KIND or document.unit_id not in units_where("gift.see"):
        raise NotFound(_("Không có khoản ủng hộ này."))
    require("payment.prepare", document.unit_id)
    return gift_rows.row(document)


def _order_or_404(gift: GiftRow, order_id: int) -> PaymentOrder:
    order = payment_orders.get_order(order_id)
    if order.kind != refunds.KIND or order.gift_id != gift.document.id:
        raise NotFound(_("Không có đề nghị chi này."))
    return order


def _panel(gift: GiftRow) -> GiftPanel | None:
    """The refunds of a gift, and the way to ask for one."""
    orders = payment_orders.of_gifts([gift.document.id], *STATES)
    may_ask = allowed("payment.prepare", gift.document.unit_id) and not refunds.why_not(gift.document)
    may_ask = may_ask and bool(refunds.refundable(gift.document))
    if not orders and not may_ask:
        return None
    labels = {part.document_id: part for part in gift.back.parts}
    seen = allowed("treasury.see", gift.document.unit_id)
    waiting = requests.waiting_among(payment_orders.SUBJECT, [order.id for order in orders])
    context = {
        "waiting": waiting,
        "orders": orders,
        "states": STATES,
        "labels": labels,
        "may_ask": may_ask,
        "may_see": seen,
    }
    return GiftPanel("giving/_refunds.html", context)


gift_panels.register("refunds", _panel, place="main", order=60)
