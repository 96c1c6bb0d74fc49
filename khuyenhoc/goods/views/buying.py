"""Asking that goods be bought, and mending what was asked."""

from typing import Any

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from khuyenhoc.approvals import requests
from khuyenhoc.awards import decisions
from khuyenhoc.awards.decision_tables import Decision
from khuyenhoc.core.database import writing
from khuyenhoc.core.errors import AlreadyRecorded, NotAllowed, NotFound, RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.text import in_vietnamese
from khuyenhoc.funds.campaigns import Campaign, campaign_by_id
from khuyenhoc.funds.items import item_by_id
from khuyenhoc.goods import purchase_parts, purchase_posting, purchases
from khuyenhoc.goods.forms.purchases import PurchaseForm, as_asked
from khuyenhoc.goods.goods_tables import Purchase
from khuyenhoc.ledger.accounts import get_account
from khuyenhoc.org.access import actor, may, require, units_where
from khuyenhoc.web.fields import whole
from khuyenhoc.web.page import page

blueprint = Blueprint("buying", __name__, url_prefix="/hien-vat/mua")


@blueprint.get("/moi")
@may("goods.ask")
def new() -> Response:
    """An empty form; with ``quyet_dinh`` and ``chien_dich``, what that decision's awards wait for."""
    return _page(PurchaseForm(units_where("goods.ask"), data=_suggested()))


@blueprint.post("/moi")
@may("goods.ask")
def create() -> AnyResponse:
    """Ask for the purchase; it goes to whoever may approve it."""
    form = PurchaseForm(units_where("goods.ask"))
    if form.step.data == "more":
        return _more(form)
    if not form.validate_on_submit():
        return _page(form, 422)
    try:
        with writing():
            purchase = purchases.ask(**_given(form), by=actor(), key=form.answers["form_key"])
    except (AlreadyRecorded, NotAllowed, NotFound):
        raise
    except RuleBroken as no:
        form.refuse(no)
        return _page(form, 422)
    return _asked(purchase)


@blueprint.get("/<int:purchase_id>/sua")
@may("goods.ask")
def edit(purchase_id: int) -> Response:
    """The purchase as it was asked for, to be mended."""
    purchase = _purchase(purchase_id)
    return _page(PurchaseForm([purchase.unit_id], data=as_asked(purchase)), purchase=purchase)


@blueprint.post("/<int:purchase_id>/sua")
@may("goods.ask")
def mend(purchase_id: int) -> AnyResponse:
    """Mend it and ask anew."""
    purchase = _purchase(purchase_id)
    form = PurchaseForm([purchase.unit_id], data={"decision": purchase.decision_id})
    if form.step.data == "more":
        return _more(form, purchase)
    if not form.validate_on_submit():
        return _page(form, 422, purchase)
    try:
        with writing():
            purchases.change(purchase, **_given(form), by=actor())
    except (NotAllowed, NotFound):
        raise
    except RuleBroken as no:
        form.refuse(no)
        return _page(form, 422, purchase)
    return _asked(purchase)


def _suggested() -> dict[str, Any]:
    """What the awards of the decision that the address names wait for, at the catalogue's value."""
    try:
        decision_id, campaign_id = whole(request.args.get("quyet_dinh")), whole(request.args.get("chien_dich"))
    except ValueError:
        return {}
    waiting = purchase_posting.waiting_of(units_where("goods.ask"))
    one = next((w for w in waiting if (w.decision.id, w.campaign_id) == (decision_id, campaign_id)), None)
    if one is None or not purchase_parts.may_ask(one.decision, actor()):
        return {}
    with in_vietnamese():  # it is printed
        reason = _("Mua hàng để trao theo %(title)s", title=decisions.title_of(one.decision))
    return {
        "campaign": one.campaign_id,
        "decision": one.decision.id,
        "reason": reason,
        "lines": [
            {"item": item_id, "quantity": n, "unit_value": item_by_id(item_id).unit_value or None}
            for item_id, n in one.pieces.items()
        ],
    }


def _given(form: PurchaseForm) -> dict[str, Any]:
    given = form.answers
    return {
        "campaign": _campaign(given["campaign"]),
        "account": get_account(given["account"]),
        "wanted": form.wanted,
        "decision": _decision(given["decision"]),
        "supplier": given["supplier"],
        "supplier_address": given["supplier_address"] or "",
        "payee_code": given["payee_code"],
        "reason": given["reason"],
    }


def _asked(purchase: Purchase) -> AnyResponse:
    flash(_("Đã gửi đề nghị mua. Duyệt xong thì nhận hàng, rồi thủ quỹ chi."))
    return redirect(url_for("purchases.show", purchase_id=purchase.id), 303)


def _more(form: PurchaseForm, purchase: Purchase | None = None) -> Response:
    form.lines.offer_more()
    form.offer_items()
    return _page(form, purchase=purchase, fragment="lines")


def _page(
    form: PurchaseForm, status: int = 200, purchase: Purchase | None = None, fragment: str | None = None
) -> Response:
    action = url_for(".mend", purchase_id=purchase.id) if purchase else url_for(".create")
    last = purchase and requests.latest(purchases.SUBJECT, purchase.id)
    return page("goods/purchase_form.html", fragment, status, form=form, purchase=purchase, action=action, last=last)


def _campaign(campaign_id: int) -> Campaign:
    campaign = campaign_by_id(campaign_id)
    require("goods.ask", campaign.unit_id)
    return campaign


def _decision(decision_id: int | None) -> Decision | None:
    return decisions.get_decision(decision_id) if decision_id else None


def _purchase(purchase_id: int) -> Purchase:
    purchase = purchases.get_purchase(purchase_id)
    require("goods.ask", purchase.unit_id)
    return purchase
