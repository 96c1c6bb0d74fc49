"""Running costs: the form that asks for one to be paid, and the same form to mend it."""

from flask import Blueprint, Response, flash, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from khuyenhoc.approvals import requests
from khuyenhoc.core import clock
from khuyenhoc.core.database import writing
from khuyenhoc.core.errors import AlreadyRecorded, NotAllowed, NotFound, RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.funds.campaigns import Campaign, campaign_by_id, open_campaigns
from khuyenhoc.ledger import payment_orders, payments
from khuyenhoc.ledger.accounts import get_account
from khuyenhoc.ledger.payment_tables import PaymentOrder
from khuyenhoc.org.access import actor, may, require, units_where
from khuyenhoc.org.answers import once
from khuyenhoc.treasury import costs, running_costs
from khuyenhoc.treasury.forms import RunningCostForm
from khuyenhoc.web.page import page

blueprint = Blueprint("running_costs", __name__, url_prefix="/so-sach/de-nghi-chi")


@blueprint.get("/moi")
@may("payment.prepare")
def new() -> Response:
    """The form."""
    return _page(RunningCostForm(units_where("payment.prepare")))


@blueprint.post("/moi")
@may("payment.prepare")
def create() -> AnyResponse:
    """Prepare the order; it goes to whoever may approve it."""
    form = RunningCostForm(units_where("payment.prepare"))
    if not form.validate_on_submit():
        return _page(form, 422)
    given = form.answers
    try:
        with writing():
            order = running_costs.prepare(
                _campaign(given["campaign"]),
                get_account(given["account"]),
                given["amount"],
                memo=given["memo"],
                person=given["person"],
                payee_code=given["payee_code"],
                by=actor(),
                key=given["form_key"],
            )
    except (AlreadyRecorded, NotAllowed, NotFound):
        raise
    except RuleBroken as no:
        form.refuse(no)
        return _page(form, 422)
    return _asked(order)


@blueprint.get("/<int:order_id>/sua")
@may("payment.prepare")
def edit(order_id: int) -> AnyResponse:
    """The order as it was asked, to be mended."""
    order = _order(order_id)
    if order.state != "prepared":
        flash(_("Chỉ sửa được đề nghị chưa duyệt."), "stop")
        return redirect(url_for("payments.show", order_id=order.id), 303)
    before = {"campaign": order.campaign_id, "account": order.account_id, "amount": order.amount}
    values = {**before, "memo": order.memo, "person": order.payee, "payee_code": order.payee_code}
    return _page(RunningCostForm([order.unit_id], data=values), order=order)


@blueprint.post("/<int:order_id>/sua")
@may("payment.prepare")
def mend(order_id: int) -> AnyResponse:
    """Mend it and ask anew."""
    order = _order(order_id)
    form = RunningCostForm([order.unit_id])
    if not form.validate_on_submit():
        return _page(form, 422, order)
    given = form.answers
    try:
        with once(lambda: url_for("payments.show", order_id=order.id)):
            wanted = running_costs.wanted(
                _campaign(given["campaign"]),
                get_account(given["account"]),
                given["amount"],
                memo=given["memo"],
                person=given["person"],
                payee_code=given["payee_code"],
            )
            payments.change(order, wanted, by=actor())
    except (NotAllowed, NotFound):
        raise
    except RuleBroken as no:
        form.refuse(no)
        return _page(form, 422, order)
    return _asked(order)


def _asked(order: PaymentOrder) -> AnyResponse:
    flash(_("Đã gửi đề nghị chi. Duyệt xong thì thủ quỹ chi."))
    hint = running_costs.warning(order)
    if hint:
        flash(hint)
    return redirect(url_for("payments.show", order_id=order.id), 303)


def _page(form: RunningCostForm, status: int = 200, order: PaymentOrder | None = None) -> Response:
    units = units_where("payment.prepare")
    caps = costs.standings(open_campaigns(units), clock.today().year)
    last = order and requests.latest(payment_orders.SUBJECT, order.id)
    return page("treasury/running_cost.html", status=status, form=form, caps=caps, order=order, last=last)


def _campaign(campaign_id: int) -> Campaign:
    campaign = campaign_by_id(campaign_id)
    require("payment.prepare", campaign.unit_id)
    return campaign


def _order(order_id: int) -> PaymentOrder:
    order = payment_orders.get_order(order_id)
    require("treasury.see", order.unit_id)
    require("payment.prepare", order.unit_id)
    if order.kind != running_costs.KIND:
        raise NotFound(_("Không có đề nghị chi này."))
    return order
