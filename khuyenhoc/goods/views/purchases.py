"""Mua hàng: the list, one purchase with who did what, and the steps that this reader may take next."""

from typing import Any

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from khuyenhoc.approvals import logs, pairs, requests
from khuyenhoc.approvals.requests import about
from khuyenhoc.awards import decisions
from khuyenhoc.core.errors import NotAllowed, NotFound, RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.funds import purposes
from khuyenhoc.funds.campaigns import campaign_by_id
from khuyenhoc.funds.items import item_by_id
from khuyenhoc.goods import buying_for, goods_papers, purchase_list, purchase_parts, purchase_posting
from khuyenhoc.goods import purchases as rules
from khuyenhoc.goods.forms.purchases import PayForm, PurchaseFilter, ReceiveForm
from khuyenhoc.goods.goods_tables import STATES, Purchase
from khuyenhoc.history.names import deed_name
from khuyenhoc.ledger import approvables, balances, bars, beside
from khuyenhoc.ledger.accounts import get_account
from khuyenhoc.ledger.beside import Used
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.ledger.documents import get_document
from khuyenhoc.org.access import actor, allowed, may, require, units_where
from khuyenhoc.org.answers import once
from khuyenhoc.web import lists
from khuyenhoc.web.excel import Column, workbook
from khuyenhoc.web.forms import Form
from khuyenhoc.web.page import page
from khuyenhoc.web.reason import ReasonForm

blueprint = Blueprint("purchases", __name__, url_prefix="/hien-vat/mua")

ORDERS = (
    lists.Order("moi", _l("Mới đề nghị"), Purchase.id),
    lists.Order("so-tien", _l("Số tiền"), Purchase.amount),
)


@blueprint.get("")
@may("goods.see")
def index() -> Response:
    """Every purchase, filtered, page by page; above them the decisions whose awards wait for goods."""
    filter = PurchaseFilter(request.args, units_where("goods.see"))
    listing = lists.read(_statement(filter), ORDERS, Purchase.id)
    beside = purchase_list.beside(listing.rows)
    waiting = purchase_posting.waiting_of(units_where("goods.ask"))
    return page(
        "goods/purchases.html",
        "list",
        422 if filter.errors else 200,
        filter=filter,
        listing=listing,
        states=STATES,
        day_of=lambda one: purchase_list.day_of(one, beside["documents"]),
        to_buy=[_told(one) for one in waiting if purchase_parts.may_ask(one.decision, actor())],
        may_ask=allowed("goods.ask"),
        **beside,
    )


@blueprint.get("/danh-sach.xlsx")
@may("goods.see")
def as_excel() -> Response:
    """The purchases exactly as they are filtered and sorted."""
    filter = PurchaseFilter(request.args, units_where("goods.see"))
    rows = list(lists.everything(_statement(filter), ORDERS, Purchase.id))
    beside = purchase_list.beside(rows)
    columns = [
        Column(_("Ngày"), lambda r: purchase_list.day_of(r, beside["documents"]), "day"),
        Column(_("Người bán"), lambda r: r.supplier, width=34),
        Column(_("Mặt hàng"), goods_of, width=50),
        Column(_("Chiến dịch"), lambda r: beside["campaigns"][r.campaign_id], width=34),
        Column(_("Lý do"), lambda r: r.reason, width=40),
        Column(_("Trạng thái"), lambda r: state_of(r, r.id in beside["waiting"]), width=20),
        Column(_("Người đề nghị"), lambda r: r.asked_by_name, width=26),
        Column(_("Người duyệt"), lambda r: r.approved_by_name or "", width=26),
        Column(_("Người nhận hàng"), lambda r: r.received_by_name or "", width=26),
        Column(_("Chứng từ"), lambda r: beside["documents"][r.document_id].label if r.document_id else "", width=16),
        Column(_("Số tiền (₫)"), purchase_posting.payable, "money"),
    ]
    return workbook("mua-hang", columns, rows, title=_("Mua hàng"))


@blueprint.get("/<int:purchase_id>")
@may("goods.see")
def show(purchase_id: int) -> Response:
    """One purchase: what, from whom, who did what, its papers, and what the reader may do next."""
    return _show(_purchase(purchase_id))


@blueprint.post("/<int:purchase_id>/nhan")
@may("goods.receive")
def receive(purchase_id: int) -> AnyResponse:
    """Write down what was counted on arrival."""
    purchase = _purchase(purchase_id)
    require("goods.receive", purchase.unit_id)
    form = ReceiveForm(purchase.lines, ids="nhan-")
    if not form.validate_on_submit():
        return _show(purchase, 422, receive_form=form)
    try:
        with once(lambda: url_for(".show", purchase_id=purchase_id)):
            rules.receive(purchase, form.counted, by=actor(), on=form.answers["date"])
    except (NotAllowed, NotFound):
        raise
    except RuleBroken as no:
        form.refuse(no)
        return _show(purchase, 422, receive_form=form)
    flash(_("Đã ghi nhận hàng. Thủ quỹ chi theo số thực nhận."))
    return redirect(url_for(".show", purchase_id=purchase_id), 303)


@blueprint.post("/<int:purchase_id>/chi")
@may("goods.pay")
def pay(purchase_id: int) -> AnyResponse:
    """The money has left: the books say so now, and the goods lie in stock."""
    purchase, form = _purchase(purchase_id), PayForm(ids="chi-")
    require("goods.pay", purchase.unit_id)
    if not form.validate_on_submit():
        return _show(purchase, 422, pay_form=form)
    try:
        with once(lambda: url_for(".show", purchase_id=purchase_id)):
            document = rules.pay(purchase, by=actor(), on=form.answers["date"])
    except (NotAllowed, NotFound):
        raise
    except RuleBroken as no:
        form.refuse(no)
        return _show(purchase, 422, pay_form=form)
    flash(_("Đã chi, chứng từ %(label)s. Hàng đã vào kho.", label=document.label))
    return redirect(url_for(".show", purchase_id=purchase_id), 303)


@blueprint.post("/<int:purchase_id>/huy")
@may("goods.ask")
def cancel(purchase_id: int) -> AnyResponse:
    """Nothing is bought after all."""
    purchase, form = _purchase(purchase_id), ReasonForm(ids="huy-")
    require("goods.ask", purchase.unit_id)
    if not form.validate_on_submit():
        return _show(purchase, 422, cancel_form=form)
    try:
        with once(lambda: url_for(".show", purchase_id=purchase_id)):
            rules.cancel(purchase, by=actor(), reason=form.answers["reason"])
    except (NotAllowed, NotFound):
        raise
    except RuleBroken as no:
        form.refuse(no)
        return _show(purchase, 422, cancel_form=form)
    flash(_("Đã hủy lần mua này."))
    return redirect(url_for(".show", purchase_id=purchase_id), 303)


@blueprint.post("/<int:purchase_id>/huy-chung-tu")
@may("goods.ask")
def ask_void(purchase_id: int) -> AnyResponse:
    """It was paid by mistake, or the goods went back: ask that the document be voided; another person decides."""
    purchase, form = _purchase(purchase_id), ReasonForm(ids="chung-tu-")
    require("goods.ask", purchase.unit_id)
    if not form.validate_on_submit():
        return _show(purchase, 422, void_form=form)
    try:
        with once(lambda: url_for(".show", purchase_id=purchase_id)):
            if purchase.document_id is None:
                raise RuleBroken(_("Lần mua này chưa chi, nên không có chứng từ nào để hủy."))
            approvables.ask_void(get_document(purchase.document_id), by=actor(), reason=form.answers["reason"])
    except (NotAllowed, NotFound):
        raise
    except RuleBroken as no:
        form.refuse(no)
        return _show(purchase, 422, void_form=form)
    flash(_("Đã gửi đề nghị hủy chứng từ mua hàng."))
    return redirect(url_for(".show", purchase_id=purchase_id), 303)


def goods_of(purchase: Purchase) -> str:
    """``8 chiếc xe đạp 24 inch; 40 bộ tập, bút``."""
    told = []
    for line in purchase.lines:
        item = item_by_id(line.item_id)
        pieces = line.quantity if line.received is None else line.received
        told.append(item.many(pieces))
    return "; ".join(told)


def state_of(purchase: Purchase, is_waiting: bool) -> str:
    """The state on screen; what was asked and waits for nobody went back to whoever asked."""
    if purchase.state == "asked" and not is_waiting:
        return _("Trả lại để sửa")
    return str(STATES[purchase.state])


def _show(purchase: Purchase, status: int = 200, **forms: Form) -> Response:
    asked = about(rules.SUBJECT, purchase.id)
    account, campaign = get_account(purchase.account_id), campaign_by_id(purchase.campaign_id)
    document = get_document(purchase.document_id) if purchase.document_id is not None else None
    return page(
        "goods/purchase.html",
        status=status,
        purchase=purchase,
        campaign=campaign,
        purposes=purposes.facts(campaign),
        why_another=buying_for.why_another(purchase) if purchase.state in ("asked", "approved") else "",
        account=account,
        decision=decisions.get_decision(purchase.decision_id) if purchase.decision_id is not None else None,
        title_of=decisions.title_of,
        document=document,
        payable=purchase_posting.payable(purchase),
        have=balances.on_account_for(account.id, purchase.campaign_id),
        ordered={line.position: line for line in purchase.lines},
        items={line.item_id: item_by_id(line.item_id) for line in purchase.lines},
        states=STATES,
        asked=asked,
        waiting=next((one for one in asked if one.is_waiting), None),
        past=logs.past("purchases", rules.SUBJECT, purchase.id),
        deed_name=deed_name,
        papers=goods_papers.of_purchase(purchase),
        beside=beside.of(Used(purchase.unit_id, [document.id] if document else [])),
        may_print=allowed("paper.issue", purchase.unit_id),
        receive_form=forms.get("receive_form") or ReceiveForm(purchase.lines, formdata=None, ids="nhan-"),
        pay_form=forms.get("pay_form") or PayForm(formdata=None, ids="chi-"),
        cancel_form=forms.get("cancel_form") or ReasonForm(formdata=None, ids="huy-"),
        void_form=forms.get("void_form") or ReasonForm(formdata=None, ids="chung-tu-"),
        **_next(purchase),
        **_voiding(purchase, document),
    )


def _next(purchase: Purchase) -> dict[str, Any]:
    """What the reader may do next with it, and why not where only the person is in the way."""
    unit, state = purchase.unit_id, purchase.state
    pays = state == "received" and allowed("goods.pay", unit)
    asks = allowed("goods.ask", unit)
    of = decisions.get_decision(purchase.decision_id) if purchase.decision_id else None
    return {
        "may_change": state == "asked" and asks and purchase_parts.may_ask(of, actor()),
        "may_receive": state == "approved" and allowed("goods.receive", unit),
        "may_pay": pays,
        "why_not_pay": pairs.why_not("pay", actor(), purchase_parts.parts_of(purchase)) if pays else "",
        "may_cancel": state in ("asked", "approved", "received") and asks,
    }


def _voiding(purchase: Purchase, document: Document | None) -> dict[str, Any]:
    """What was asked about voiding its document, whether the reader may ask for it, and what stands in the way."""
    if document is None:
        return {"voiding": None, "may_void": False, "why_kept": ""}
    voiding = requests.find_waiting(approvables.KIND, approvables.SUBJECT, document.id)
    may_void = not document.is_void and voiding is None and allowed("goods.ask", purchase.unit_id)
    return {
        "voiding": voiding,
        "may_void": may_void,
        "why_kept": bars.why_kept(document) if may_void else "",
    }


def _told(one: purchase_posting.Waiting) -> dict[str, Any]:
    """A decision that waits for goods, as the list tells of it."""
    pieces = [item_by_id(item_id).many(n) for item_id, n in one.pieces.items()]
    return {
        "title": decisions.title_of(one.decision),
        "decision_id": one.decision.id,
        "campaign": campaign_by_id(one.campaign_id),
        "pieces": ", ".join(pieces),
        "amount": one.amount,
    }


def _purchase(purchase_id: int) -> Purchase:
    purchase = rules.get_purchase(purchase_id)
    require("goods.see", purchase.unit_id)
    return purchase


def _statement(filter: PurchaseFilter) -> lists.Ranges:
    return purchase_list.of_units(units_where("goods.see"), filter.answers)
