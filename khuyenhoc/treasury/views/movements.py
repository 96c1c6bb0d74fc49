"""The small documents, one page each, and the request that money move to another campaign."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, flash, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from khuyenhoc.core.database import writing
from khuyenhoc.core.errors import AlreadyRecorded, NotFound, RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.core.values import dataclass
from khuyenhoc.funds.campaigns import Campaign, campaign_by_id
from khuyenhoc.funds.items import item_by_id
from khuyenhoc.ledger.accounts import get_account
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.org.access import actor, may, require, units_where
from khuyenhoc.treasury import forms, movements, transfers
from khuyenhoc.web.forms import Form
from khuyenhoc.web.page import page

blueprint = Blueprint("movements", __name__, url_prefix="/so-sach")

Answers = dict[str, Any]


@dataclass(frozen=True)
class Kind:
    """One small document: its heading, the line under it, its form, its button, its rule."""

    title: Any
    under: Any
    form: type[forms.MovementForm]
    button: Any
    record: Callable[[Campaign, Answers], Document]


def _with_account(rule: Callable[..., Document]) -> Callable[[Campaign, Answers], Document]:
    def record(campaign: Campaign, given: Answers) -> Document:
        return rule(campaign, get_account(given["account"]), given["amount"], **_common(given))

    return record


def _with_person(rule: Callable[..., Document]) -> Callable[[Campaign, Answers], Document]:
    def record(campaign: Campaign, given: Answers) -> Document:
        account, person = get_account(given["account"]), given["person"] or ""
        return rule(campaign, account, given["amount"], person=person, **_common(given))

    return record


def _opening_goods(campaign: Campaign, given: Answers) -> Document:
    item = item_by_id(given["item"])
    return movements.open_with_goods(campaign, item, given["quantity"], given["amount"], **_common(given))


def _to_bank(campaign: Campaign, given: Answers) -> Document:
    cash, bank = get_account(given["cash"]), get_account(given["bank"])
    return movements.cash_to_bank(campaign, cash, bank, given["amount"], **_common(given))


def _to_cash(campaign: Campaign, given: Answers) -> Document:
    cash, bank = get_account(given["cash"]), get_account(given["bank"])
    return movements.bank_to_cash(campaign, bank, cash, given["amount"], **_common(given))


def _common(given: Answers) -> Answers:
    return {"on": given["date"], "memo": given["memo"] or "", "by": actor(), "key": given["form_key"]}


KINDS = {
    "so-du-dau": Kind(
        _l("Số dư đầu bằng tiền"),
        _l("Tiền đã có khi bắt đầu ghi sổ, trước mọi chứng từ khác."),
        forms.OpeningForm,
        _l("Ghi số dư đầu"),
        _with_account(movements.open_with_money),
    ),
    "so-du-dau-hien-vat": Kind(
        _l("Số dư đầu bằng hiện vật"),
        _l("Hiện vật đã có trong kho khi bắt đầu ghi sổ."),
        forms.OpeningGoodsForm,
        _l("Ghi số dư đầu"),
        _opening_goods,
    ),
    "thu-khac": Kind(
        _l("Thu khác"),
        _l("Lãi tiền gửi và khoản thu không phải ủng hộ."),
        forms.OtherIncomeForm,
        _l("Ghi thu khác"),
        _with_person(movements.record_other_income),
    ),
    "phi-ngan-hang": Kind(
        _l("Phí ngân hàng"),
        _l("Phí mà ngân hàng đã trừ vào tài khoản."),
        forms.BankFeeForm,
        _l("Ghi phí ngân hàng"),
        _with_account(movements.record_bank_fee),
    ),
    "nop-ngan-hang": Kind(
        _l("Nộp tiền mặt vào ngân hàng"),
        _l("Tiền vẫn của chiến dịch ấy, chỉ đổi chỗ."),
        forms.MovedForm,
        _l("Ghi nộp ngân hàng"),
        _to_bank,
    ),
    "rut-tien-mat": Kind(
        _l("Rút tiền về quỹ"),
        _l("Tiền vẫn của chiến dịch ấy, chỉ đổi chỗ."),
        forms.MovedForm,
        _l("Ghi rút tiền"),
        _to_cash,
    ),
}
"""Address → the document recorded there."""


@blueprint.get("/ghi/<kind>")
@may("treasury.record")
def new(kind: str) -> Response:
    """The form of one small document."""
    return _form(kind, _kind(kind).form(units_where("treasury.record")))


@blueprint.post("/ghi/<kind>")
@may("treasury.record")
def record(kind: str) -> AnyResponse:
    """Record it; it is posted at once."""
    form = _kind(kind).form(units_where("treasury.record"))
    if not form.validate_on_submit():
        return _form(kind, form, 422)
    try:
        with writing():
            campaign = _campaign(form.answers["campaign"])
            document = _kind(kind).record(campaign, form.answers)
    except AlreadyRecorded:
        raise
    except RuleBroken as no:
        form.refuse(no)
        return _form(kind, form, 422)
    flash(_("Đã ghi %(label)s.", label=document.label))
    return redirect(url_for("treasury.document", document_id=document.id), 303)


@blueprint.get("/chuyen-chien-dich")
@may("treasury.record")
def transfer() -> Response:
    """The form that asks for a transfer between campaigns."""
    return _transfer(forms.TransferForm(units_where("treasury.record")))


@blueprint.post("/chuyen-chien-dich")
@may("treasury.record")
def ask_transfer() -> AnyResponse:
    """Ask for it; it is done when another person approves."""
    form = forms.TransferForm(units_where("treasury.record"))
    if not form.validate_on_submit():
        return _transfer(form, 422)
    given = form.answers
    try:
        with writing():
            request = transfers.ask(
                _campaign(given["campaign"]),
                _campaign(given["target"]),
                get_account(given["account"]),
                given["amount"],
                reason=given["reason"],
                consent=given["consent"] or "",
                by=actor(),
                key=given["form_key"],
            )
    except AlreadyRecorded:
        raise
    except RuleBroken as no:
        form.refuse(no)
        return _transfer(form, 422)
    flash(_("Đã gửi đề nghị chuyển tiền. Người khác duyệt thì tiền mới chuyển."))
    return redirect(url_for("approvals.one", request_id=request.id), 303)


def _kind(kind: str) -> Kind:
    if kind not in KINDS:
        raise NotFound("")
    return KINDS[kind]


def _campaign(campaign_id: int) -> Campaign:
    campaign = campaign_by_id(campaign_id)
    require("treasury.record", campaign.unit_id)
    return campaign


def _form(kind: str, form: Form, status: int = 200) -> Response:
    return page("treasury/movement.html", status=status, kind=_kind(kind), slug=kind, form=form)


def _transfer(form: Form, status: int = 200) -> Response:
    return page("treasury/transfer.html", status=status, form=form)
