"""Chi và trao quà: the lists, one list with its names and what became of each, and the deeds on the whole of it."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from khuyenhoc.approvals import logs, requests
from khuyenhoc.awards import decisions, steps
from khuyenhoc.core.database import writing
from khuyenhoc.core.errors import NotAllowed, NotFound, RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.text import in_vietnamese
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.history.names import deed_name
from khuyenhoc.ledger import beside, document_names
from khuyenhoc.ledger.accounts import get_account
from khuyenhoc.ledger.beside import Used
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.org.access import actor, allowed, may, require, units_where
from khuyenhoc.org.answers import once
from khuyenhoc.payouts import lists as rules
from khuyenhoc.payouts import outcomes, parts, paying, payout_list, taking_back
from khuyenhoc.payouts.forms import CancelForm, LineFilter, ListFilter
from khuyenhoc.payouts.payout_tables import METHODS, OUTCOMES, STATES, Payout, PayoutLine
from khuyenhoc.payouts.views import deeds, papers
from khuyenhoc.recipients import openings
from khuyenhoc.web import lists, navigation
from khuyenhoc.web.excel import Column, workbook
from khuyenhoc.web.forms import Form
from khuyenhoc.web.page import page

blueprint = Blueprint("payouts", __name__, url_prefix="/chi-trao")
SOONER = {"payout.pay": 32, "payout.prepare": 34}
navigation.register("payouts.index", _l("Chi và trao quà"), "wallet2", "payout.see", 55, sooner=SOONER)
document_names.register("payment", _l("Chi theo danh sách"), lambda document: _address_of(document))
document_names.register("handover", _l("Trao hiện vật"), lambda document: _address_of(document))
document_names.register("hold", _l("Tiền giữ hộ người vắng"), lambda document: _address_of(document))

ORDERS = (
    lists.Order("moi", _l("Mới lập"), Payout.id),
    lists.Order("so-tien", _l("Trị giá"), Payout.amount),
)
LINE_ORDERS = (
    lists.Order("stt", _l("STT"), PayoutLine.position, descending=False),
    lists.Order("muc", _l("Mức"), PayoutLine.amount),
)


@blueprint.get("")
@may("payout.see")
def index() -> Response:
    """All lists, filtered, page by page; above them the decisions with awards that stand on none."""
    filter = _filter()
    listing = lists.read(_statement(filter), ORDERS, Payout.id)
    ready = payout_list.ready(units_where("payout.prepare"))
    return page(
        "payouts/index.html",
        "list",
        200 if not filter.errors else 422,
        filter=filter,
        listing=listing,
        counts=payout_list.counts([row.Payout.id for row in listing.rows]),
        ready=[one for one in ready if parts.may_prepare(one.decision, actor())],
        title_of=decisions.title_of,
        states=STATES,
        methods=METHODS,
    )


@blueprint.get("/danh-sach.xlsx")
@may("payout.see")
def index_as_excel() -> Response:
    """The lists exactly as they are filtered and sorted."""
    rows = list(lists.everything(_statement(_filter()), ORDERS, Payout.id))
    counts = payout_list.counts([row.Payout.id for row in rows])
    columns = [
        Column(_("Danh sách"), lambda r: r.Payout.id, "number"),
        Column(_("Ngày trao"), lambda r: r.Payout.planned_on, "day"),
        Column(_("Chương trình"), lambda r: r.Programme.name, width=40),
        Column(_("Quyết định"), lambda r: decisions.title_of(r.Decision), width=30),
        Column(_("Cách trao"), lambda r: str(METHODS[r.Payout.method]), width=16),
        Column(_("Nơi trao"), lambda r: r.Payout.place, width=26),
        Column(_("Số suất"), lambda r: sum(counts[r.Payout.id].values()), "number"),
        Column(_("Đã nhận"), lambda r: counts[r.Payout.id]["received"], "number"),
        Column(_("Vắng mặt"), lambda r: counts[r.Payout.id]["absent"], "number"),
        Column(_("Trị giá (₫)"), lambda r: r.Payout.amount, "money"),
        Column(_("Trạng thái"), lambda r: str(STATES[r.Payout.state]), width=18),
        Column(_("Người lập"), lambda r: r.Payout.prepared_by_name, width=26),
        Column(_("Người chi"), lambda r: r.Payout.paid_by_name or "", width=26),
    ]
    return workbook("chi-trao", columns, rows, title=_("Chi và trao quà"))


@blueprint.get("/<int:payout_id>")
@may("payout.see")
def show(payout_id: int) -> Response:
    """One list: its names and amounts, what became of each, its documents, its story, and what may be done next."""
    return _show(_payout(payout_id))


@blueprint.get("/<int:payout_id>/danh-sach.xlsx")
@may("payout.see")
def lines_as_excel(payout_id: int) -> Response:
    """The names exactly as they are filtered and sorted; of a bank list with what the bank needs. In Vietnamese."""
    payout = _payout(payout_id)
    rows = list(lists.everything(_lines(payout, _line_filter()), LINE_ORDERS, PayoutLine.position))
    pieces = payout_list.frame_numbers(payout, (row.Award.id for row in rows))
    witnesses = payout_list.witnesses(row.PayoutLine for row in rows)
    with writing():
        openings.log_many([row.Recipient.id for row in rows], "list", by=actor())
    with in_vietnamese():
        columns = _line_columns(payout, pieces, witnesses)
        return workbook(f"chi-trao-{payout.id}", columns, rows, title=_title(payout))


def _line_columns(payout: Payout, pieces: Mapping[int, str], witnesses: Mapping[int, str]) -> list[Column]:
    columns = [
        Column(_("STT"), lambda r: r.PayoutLine.position, "number", 8),
        Column(_("Mã hồ sơ"), lambda r: steps.code_of(r.Award)),
        Column(_("Họ và tên"), lambda r: r.PayoutLine.name, width=30),
        Column(_("Trường"), lambda r: r.school or "", width=34),
        Column(_("Lớp"), lambda r: r.Recipient.class_name),
        Column(_("Mức"), lambda r: r.label, width=24),
        Column(_("Trị giá (₫)"), lambda r: r.PayoutLine.amount, "money"),
    ]
    if payout.method == "bank":
        columns += [
            Column(_("Chủ tài khoản"), lambda r: r.Recipient.bank_holder, width=30),
            Column(_("Số tài khoản"), lambda r: r.Recipient.bank_number, width=22),
            Column(_("Ngân hàng"), lambda r: r.Recipient.bank_name, width=26),
        ]
    if pieces:
        columns.append(Column(_("Số khung"), lambda r: pieces.get(r.Award.id, ""), width=26))
    columns += [
        Column(_("Kết quả"), lambda r: r.PayoutLine.result, width=18),
        Column(_("Người nhận"), lambda r: r.PayoutLine.received_by, width=30),
        Column(_("Quan hệ"), lambda r: r.PayoutLine.relation),
        Column(_("Người chứng kiến"), lambda r: witnesses[r.PayoutLine.id], width=30),
    ]
    return columns


@blueprint.post("/<int:payout_id>/chi")
@may("payout.pay")
def pay(payout_id: int) -> AnyResponse:
    """Pay the whole list in cash or by the bank."""
    payout = _payout(payout_id)
    require("payout.pay", payout.unit_id)
    try:
        with once(lambda: url_for(".show", payout_id=payout.id)):
            document = paying.pay(payout, by=actor())
    except (NotAllowed, NotFound):
        raise
    except RuleBroken as no:
        if isinstance(no, steps.OnHold):
            without = _("Danh sách chi cả một lần: xin chờ, hoặc hủy rồi lập danh sách không có hồ sơ ấy.")
            no = RuleBroken(f"{no} {without}")
        return _show(payout, 422, pay_form=_refused(Form(), no))
    flash(_("Đã chi theo danh sách, chứng từ %(label)s.", label=document.label))
    return redirect(url_for(".show", payout_id=payout.id), 303)


@blueprint.post("/<int:payout_id>/quyet-toan")
@may("payout.settle")
def settle(payout_id: int) -> AnyResponse:
    """Close the list: everything was received or went back."""
    payout = _payout(payout_id)
    require("payout.settle", payout.unit_id)
    try:
        with once(lambda: url_for(".show", payout_id=payout.id)):
            outcomes.settle(payout, by=actor())
    except (NotAllowed, NotFound):
        raise
    except RuleBroken as no:
        return _show(payout, 422, pay_form=_refused(Form(), no))
    flash(_("Đã quyết toán danh sách."))
    return redirect(url_for(".show", payout_id=payout.id), 303)


@blueprint.post("/<int:payout_id>/huy")
@may("payout.prepare")
def cancel(payout_id: int) -> AnyResponse:
    """Take the list back; its awards can stand on another one."""
    payout, form = _payout(payout_id), CancelForm()
    require("payout.prepare", payout.unit_id)
    if not form.validate_on_submit():
        return _show(payout, 422, cancel_form=form)
    try:
        with once(lambda: url_for(".show", payout_id=payout.id)):
            rules.cancel(payout, by=actor(), reason=form.answers["reason"])
    except (NotAllowed, NotFound):
        raise
    except RuleBroken as no:
        return _show(payout, 422, cancel_form=_refused(form, no))
    flash(_("Đã hủy danh sách. Các suất trong đó có thể đưa vào danh sách khác."))
    return redirect(url_for(".show", payout_id=payout.id), 303)


def _refused(form: Form, no: RuleBroken) -> Form:
    form.refuse(no)
    return form


def _show(payout: Payout, status: int = 200, **forms: Form) -> Response:
    filter, decision = _line_filter(), decisions.get_decision(payout.decision_id)
    counts = payout_list.counts([payout.id])[payout.id]
    listing = lists.read(_lines(payout, filter), LINE_ORDERS, PayoutLine.position)
    openings.note_shown((row.Recipient.id for row in listing.rows), "list_shown", by=actor())
    printed = papers.panel(payout)
    documents = [voucher.document.id for voucher in printed["vouchers"]]
    return page(
        "payouts/show.html",
        "names" if request.method == "GET" else None,
        status,
        payout=payout,
        title=_title(payout),
        decision=decision,
        decision_title=decisions.title_of(decision),
        account=get_account(payout.account_id) if payout.account_id is not None else None,
        document=paying.document_of(payout),
        filter=filter,
        listing=listing,
        pieces=payout_list.frame_numbers(payout, (row.Award.id for row in listing.rows)),
        witnesses=payout_list.witnesses(row.PayoutLine for row in listing.rows),
        mark=rules.mark(payout),
        counts=counts,
        code_of=steps.code_of,
        states=STATES,
        methods=METHODS,
        outcomes=OUTCOMES,
        waiting=requests.find_waiting(rules.KIND, rules.SUBJECT, payout.id),
        asked=requests.about(rules.SUBJECT, payout.id),
        past=logs.past("payouts", rules.SUBJECT, payout.id),
        deed_name=deed_name,
        taking_back=taking_back.asked(payout),
        stuck=rules.why_not_whole(payout) if payout.state in rules.UNPAID and payout.method != "goods" else "",
        beside=beside.of(Used(payout.unit_id, documents)),
        **printed,
        **_next(payout, counts, forms),
    )


def _next(payout: Payout, counts: Mapping[str, int], forms: Mapping[str, Form]) -> dict[str, Any]:
    """What the reader may do next with it."""
    unit = payout.unit_id
    untouched = counts["waiting"] == sum(counts.values())
    apart = parts.may_pay(payout, actor())
    closed = not counts["waiting"] and not counts["absent"]
    done = payout.state in (("approved", "handed_over") if payout.method == "goods" else ("paid",))
    return {
        "may_pay": payout.state == "approved" and payout.method != "goods" and apart and allowed("payout.pay", unit),
        "may_settle": done and closed and allowed("payout.settle", unit),
        "may_allot": payout.method == "goods"
        and counts["waiting"] + counts["absent"] > 0
        and payout.state in ("prepared", "approved", "handed_over")
        and allowed("goods.receive", unit),
        "may_cancel": payout.state in ("prepared", "approved") and untouched and allowed("payout.prepare", unit),
        "deeds": deeds.open_for(payout, counts),
        "pay_form": forms.get("pay_form") or Form(formdata=None),
        "cancel_form": forms.get("cancel_form") or CancelForm(formdata=None),
    }


def _title(payout: Payout) -> str:
    return _("Danh sách %(n)s: %(method)s", n=payout.id, method=str(METHODS[payout.method]).lower())


def _payout(payout_id: int) -> Payout:
    payout = rules.get_payout(payout_id)
    require("payout.see", payout.unit_id)
    return payout


def _filter() -> ListFilter:
    filter = ListFilter(payout_list.programmes(units_where("payout.see")), request.args)
    filter.validate()
    return filter


def _line_filter() -> LineFilter:
    filter = LineFilter(request.args)
    filter.validate()
    return filter


def _statement(filter: ListFilter) -> Any:
    return payout_list.payouts(units_where("payout.see"), filter.answers)


def _lines(payout: Payout, filter: LineFilter) -> Any:
    return payout_list.lines(payout, filter.answers)


def _address_of(document: Document) -> str:
    found = payout_list.find_by_document(document)
    return url_for("payouts.show", payout_id=found.id) if found is not None else ""
