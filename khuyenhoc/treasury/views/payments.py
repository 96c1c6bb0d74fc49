"""Payment orders: what is asked to be paid, by whom it was approved, and the button that pays it."""

from collections.abc import Iterable, Sequence
from typing import Any

from flask import Blueprint, Response, flash, redirect, request, url_for
from sqlalchemy import or_, select
from werkzeug.wrappers import Response as AnyResponse

from khuyenhoc.approvals import logs, pairs, requests
from khuyenhoc.core.database import db
from khuyenhoc.core.errors import AlreadyRecorded, NotAllowed, NotFound, RuleBroken
from khuyenhoc.core.names import fold
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.funds import purposes
from khuyenhoc.funds.campaigns import Campaign, campaign_by_id
from khuyenhoc.history.names import deed_name
from khuyenhoc.ledger import balances, payment_orders, payments
from khuyenhoc.ledger.accounts import get_account
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.ledger.payment_tables import STATES, PaymentOrder
from khuyenhoc.org.access import actor, allowed, may, require, units_where
from khuyenhoc.org.answers import once
from khuyenhoc.treasury.forms import OrderFilter, PayForm
from khuyenhoc.web import lists
from khuyenhoc.web.excel import Column, workbook
from khuyenhoc.web.forms import Form
from khuyenhoc.web.lists import Ranges
from khuyenhoc.web.page import page
from khuyenhoc.web.reason import ReasonForm

blueprint = Blueprint("payments", __name__, url_prefix="/so-sach/de-nghi-chi")

ORDERS = (
    lists.Order("moi", _l("Mới lập"), PaymentOrder.id),
    lists.Order("tien", _l("Số tiền"), PaymentOrder.amount),
)


@blueprint.get("")
@may("treasury.see")
def index() -> Response:
    """Every order, filtered, sorted, page by page."""
    filter = OrderFilter(request.args, units_where("treasury.see"))
    listing = lists.read(_statement(filter), ORDERS, PaymentOrder.id)
    return page(
        "treasury/orders.html",
        fragment="list",
        filter=filter,
        listing=listing,
        states=STATES,
        may_prepare=allowed("payment.prepare"),
        **_beside(listing.rows),
    )


@blueprint.get("/danh-sach.xlsx")
@may("treasury.see")
def as_excel() -> Response:
    """The orders exactly as they are filtered and sorted."""
    filter = OrderFilter(request.args, units_where("treasury.see"))
    rows = list(lists.everything(_statement(filter), ORDERS, PaymentOrder.id))
    beside = _beside(rows)
    columns = [
        Column(_("Ngày lập"), lambda one: one.prepared_on, "day"),
        Column(_("Loại"), lambda one: str(payments.kind_of(one).title), width=26),
        Column(_("Người nhận tiền"), lambda one: one.payee, width=34),
        Column(_("Nội dung"), lambda one: one.memo, width=50),
        Column(_("Chiến dịch"), lambda one: beside["campaigns"][one.campaign_id], width=34),
        Column(_("Trạng thái"), lambda one: str(STATES[one.state]), width=20),
        Column(_("Chứng từ"), lambda one: beside["labels"].get(one.document_id, ""), width=16),
        Column(_("Người lập"), lambda one: one.prepared_by_name, width=26),
        Column(_("Người duyệt"), lambda one: one.approved_by_name or "", width=26),
        Column(_("Người chi"), lambda one: one.paid_by_name or "", width=26),
        Column(_("Số tiền (₫)"), lambda one: one.amount, "money"),
    ]
    return workbook("de-nghi-chi", columns, rows, title=_("Đề nghị chi"))


@blueprint.get("/<int:order_id>")
@may("treasury.see")
def show(order_id: int) -> Response:
    """One order: facts, approval, story, and what the reader may do next with it."""
    return _show(_order(order_id))


@blueprint.post("/<int:order_id>/chi")
@may("payment.pay")
def pay(order_id: int) -> AnyResponse:
    """The money has left: the books say so now."""
    order, form = _order(order_id), PayForm()
    require("payment.pay", order.unit_id)
    if not form.validate_on_submit():
        return _show(order, 422, pay_form=form)
    try:
        with once(lambda: url_for(".show", order_id=order_id)):
            document = payments.pay(order, by=actor(), on=form.answers["date"])
    except (NotAllowed, NotFound, AlreadyRecorded):
        raise
    except RuleBroken as no:
        form.refuse(no)
        return _show(order, 422, pay_form=form)
    flash(_("Đã chi, chứng từ %(label)s.", label=document.label))
    return redirect(url_for(".show", order_id=order_id), 303)


@blueprint.post("/<int:order_id>/thoi")
@may("payment.prepare")
def cancel(order_id: int) -> AnyResponse:
    """Nothing is paid after all."""
    order, form = _order(order_id), ReasonForm()
    require("payment.prepare", order.unit_id)
    if not form.validate_on_submit():
        return _show(order, 422, cancel_form=form)
    try:
        with once(lambda: url_for(".show", order_id=order_id)):
            payments.cancel(order, by=actor(), reason=form.answers["reason"])
    except (NotAllowed, NotFound):
        raise
    except RuleBroken as no:
        form.refuse(no)
        return _show(order, 422, cancel_form=form)
    flash(_("Đã thôi đề nghị chi này."))
    return redirect(url_for(".show", order_id=order_id), 303)


def _show(order: PaymentOrder, status: int = 200, **forms: Form) -> Response:
    document = db.session.get(Document, order.document_id) if order.document_id is not None else None
    asked = requests.about(payment_orders.SUBJECT, order.id)
    kind, campaign = payments.kind_of(order), campaign_by_id(order.campaign_id)
    account = get_account(order.account_id)
    return page(
        "treasury/order.html",
        status=status,
        order=order,
        kind=kind,
        title=kind.name(order),
        campaign=campaign,
        account=account,
        have=balances.on_account_for(account.id, campaign.id),
        facts=[*purposes.facts(campaign), *kind.facts(order)],
        warning=kind.warning(order) if order.state in ("prepared", "approved") else "",
        document=document,
        states=STATES,
        waiting=next((one for one in asked if one.is_waiting), None),
        asked=asked,
        past=logs.past("payment_orders", payment_orders.SUBJECT, order.id),
        deed_name=deed_name,
        pay_form=forms.get("pay_form") or PayForm(formdata=None, ids="chi-"),
        cancel_form=forms.get("cancel_form") or ReasonForm(formdata=None, ids="thoi-"),
        **_next(order),
    )


def _next(order: PaymentOrder) -> dict[str, Any]:
    """What the reader may do next with it, and why not where only the person is in the way."""
    prepares = allowed("payment.prepare", order.unit_id)
    pays = order.state == "approved" and allowed("payment.pay", order.unit_id)
    return {
        "may_change": order.state == "prepared" and prepares,
        "may_cancel": order.state in ("prepared", "approved") and prepares,
        "may_pay": pays,
        "why_not_pay": pairs.why_not("pay", actor(), payment_orders.parts_of(order)) if pays else "",
    }


def _beside(rows: Iterable[PaymentOrder]) -> dict[str, Any]:
    """Campaign id → name, document id → label, of these orders."""
    found: Sequence[PaymentOrder] = list(rows)
    campaigns = select(Campaign.id, Campaign.name).where(Campaign.id.in_({one.campaign_id for one in found}))
    documents = {one.document_id for one in found if one.document_id is not None}
    labels = db.session.scalars(select(Document).where(Document.id.in_(documents))) if documents else ()
    return {
        "campaigns": {row.id: row.name for row in db.session.execute(campaigns)} if found else {},
        "waiting": requests.waiting_among(payment_orders.SUBJECT, [one.id for one in found]),
        "labels": {document.id: document.label for document in labels},
    }


def _statement(filter: OrderFilter) -> Ranges:
    """One range of an index for each unit."""
    asked, conditions = filter.answers, []
    for name, column in (
        ("loai", PaymentOrder.kind),
        ("trang_thai", PaymentOrder.state),
        ("chien_dich", PaymentOrder.campaign_id),
    ):
        if name in asked:
            conditions.append(column == asked[name])
    if "q" in asked:
        named = PaymentOrder.payee.icontains(asked["q"], autoescape=True)
        folded = PaymentOrder.payee_key.icontains(fold(asked["q"]), autoescape=True)
        conditions.append(or_(named, folded, PaymentOrder.memo.icontains(asked["q"], autoescape=True)))
    units = sorted(units_where("treasury.see"))
    each = [select(PaymentOrder.id).where(PaymentOrder.unit_id == unit_id, *conditions) for unit_id in units]
    return Ranges(each, PaymentOrder)


def _order(order_id: int) -> PaymentOrder:
    db.session.rollback()
    order = payment_orders.get_order(order_id)
    require("treasury.see", order.unit_id)
    return order
