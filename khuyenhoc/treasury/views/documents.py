"""The first page of the books, the list of the treasury's documents, and one document."""

from datetime import date
from itertools import product
from typing import Any

from flask import Blueprint, Response, flash, redirect, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from khuyenhoc.approvals import requests
from khuyenhoc.core.database import db
from khuyenhoc.core.errors import NotAllowed, NotFound, RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.funds.campaigns import Campaign, campaign_by_id
from khuyenhoc.history import events
from khuyenhoc.ledger import (
    approvables,
    balances,
    beside,
    chain,
    document_names,
    documents,
    payment_orders,
    period_approvals,
    periods,
)
from khuyenhoc.ledger.accounts import KIND, Account, cash_and_banks
from khuyenhoc.ledger.beside import Used
from khuyenhoc.ledger.document_tables import Document, DocumentLine
from khuyenhoc.ledger.entries import Posting
from khuyenhoc.org.access import actor, allowed, may, own_first, require, units_where
from khuyenhoc.org.answers import once
from khuyenhoc.org.units import names_on
from khuyenhoc.papers import kinds as paper_kinds
from khuyenhoc.papers import prints
from khuyenhoc.treasury import cash_counts, cash_differences, vouchers
from khuyenhoc.treasury.forms import DocumentFilter
from khuyenhoc.treasury.movements import NAMES
from khuyenhoc.treasury.views.movements import KINDS
from khuyenhoc.web import lists, navigation
from khuyenhoc.web.excel import Column, workbook
from khuyenhoc.web.lists import Ranges
from khuyenhoc.web.page import page
from khuyenhoc.web.reason import ReasonForm

blueprint = Blueprint("treasury", __name__, url_prefix="/so-sach")
SOONER = {"payment.pay": 34, "payment.prepare": 32, "decision.sign": 41, "user.see": 4}  # an auditor sees users too
navigation.register("treasury.index", _l("Sổ sách"), "journal-check", "treasury.see", 60, sooner=SOONER)

ORDERS = (
    lists.Order("ngay", _l("Ngày"), Document.date, date),
    lists.Order("tien", _l("Số tiền"), Document.amount),
)


@blueprint.get("")
@may("treasury.see")
def index() -> Response:
    """Where the money is, what can be recorded, which books can be read."""
    names = own_first(names_on(units_where("treasury.see")))
    boxes = [(name, _money(unit_id)) for unit_id, name in names.items() if cash_and_banks(unit_id)]
    return page(
        "treasury/index.html",
        boxes=boxes,
        many=len(boxes) > 1,
        kinds=KINDS,
        may_record=allowed("treasury.record"),
        may_prepare=allowed("payment.prepare"),
        may_count=allowed("cash.count"),
    )


@blueprint.get("/chung-tu")
@may("treasury.see")
def list_documents() -> Response:
    """The treasury's documents, filtered, sorted, page by page."""
    filter = _filter()
    listing = lists.read(_statement(filter), ORDERS, Document.id)
    return page(
        "treasury/documents.html",
        fragment="list",
        status=422 if filter.errors else 200,
        filter=filter,
        listing=listing,
        names=NAMES,
        campaigns=_campaigns(listing.rows),
        may_record=allowed("treasury.record"),
    )


@blueprint.get("/chung-tu.xlsx")
@may("treasury.see")
def as_excel() -> Response:
    """The documents exactly as they are filtered and sorted."""
    rows = list(lists.everything(_statement(_filter()), ORDERS, Document.id))
    campaigns = _campaigns(rows)
    columns = [
        Column(_("Số"), lambda d: d.label, width=16),
        Column(_("Ngày"), lambda d: d.date, "day"),
        Column(_("Loại"), lambda d: str(NAMES[d.kind]), width=26),
        Column(_("Nội dung"), lambda d: d.memo, width=50),
        Column(_("Chiến dịch"), lambda d: ", ".join(campaigns[d.id]), width=36),
        Column(_("Trạng thái"), lambda d: _("Đã hủy") if d.is_void else _("Đã ghi sổ")),
        Column(_("Người ghi"), lambda d: d.created_by_name, width=26),
        Column(_("Số tiền (₫)"), lambda d: d.amount, "money"),
    ]
    return workbook("chung-tu", columns, rows, title=_("Chứng từ"))


@blueprint.get("/chung-tu/<int:document_id>")
@may("treasury.see")
def document(document_id: int) -> AnyResponse:
    """One document: facts, entry, seal, everything that happened to it."""
    found = _document(document_id)
    if found.kind not in NAMES:
        return redirect(document_names.address_of(found) or url_for(".index"), 303)
    return page("treasury/document.html", **_facts(found))


@blueprint.get("/chung-tu/<int:document_id>/xin-huy")
@may("treasury.record")
def void_form(document_id: int) -> Response:
    """The form that asks for a void."""
    return _void(_document_to_void(document_id), ReasonForm())


@blueprint.post("/chung-tu/<int:document_id>/xin-huy")
@may("treasury.record")
def ask_void(document_id: int) -> AnyResponse:
    """Ask that a document be voided; another person decides."""
    found, form = _document_to_void(document_id), ReasonForm()
    if not form.validate_on_submit():
        return _void(found, form, 422)
    try:
        with once(lambda: url_for(".document", document_id=found.id)):
            approvables.ask_void(found, by=actor(), reason=form.answers["reason"])
    except (NotAllowed, NotFound):
        raise
    except RuleBroken as no:
        form.refuse(no)
        return _void(found, form, 422)
    flash(_("Đã gửi đề nghị hủy %(label)s.", label=found.label))
    return redirect(url_for(".document", document_id=found.id), 303)


def _money(unit_id: int) -> dict[str, Any]:
    accounts = [(account, balances.on_account(account.id)) for account in cash_and_banks(unit_id)]
    turn = periods.next_to_close(unit_id)
    return {
        "accounts": accounts,
        "total": sum(amount for _account, amount in accounts),
        "head": chain.head(unit_id),
        "turn": periods.month_name(turn) if turn is not None else "",
        "closing": turn is not None and period_approvals.waiting(unit_id, turn) is not None,
        "counts": cash_counts.waiting_counts(unit_id),
    }


def _filter() -> DocumentFilter:
    return DocumentFilter(request.args, units_where("treasury.see"))


def _statement(filter: DocumentFilter) -> Ranges:
    """One range of an index for each unit and kind of document."""
    asked = filter.answers
    kinds = [asked["loai"]] if "loai" in asked else NAMES
    narrowed = _conditions(asked)
    places = product(sorted(units_where("treasury.see")), kinds)
    each = [select(Document.id).where(Document.unit_id == unit_id, Document.kind == kind) for unit_id, kind in places]
    return Ranges([statement.where(*narrowed) for statement in each], Document)


def _conditions(asked: dict[str, Any]) -> list[Any]:
    conditions: list[Any] = []
    if "tu" in asked:
        conditions.append(Document.date >= asked["tu"])
    if "den" in asked:
        conditions.append(Document.date <= asked["den"])
    if "trang_thai" in asked:
        conditions.append(Document.state == asked["trang_thai"])
    if "chien_dich" in asked:
        line = select(DocumentLine.position).where(
            DocumentLine.document_id == Document.id, DocumentLine.campaign_id == asked["chien_dich"]
        )
        conditions.append(line.exists())
    if "q" in asked:
        conditions.append(_about(asked["q"]))
    return conditions


def _about(typed: str) -> Any:
    series, _dash, rest = typed.upper().partition("-")
    year, _dash, number = rest.partition("-")
    if all(part.isascii() and part.isdigit() and len(part) <= 9 for part in (year, number)):
        return (Document.series == series) & (Document.year == int(year)) & (Document.number == int(number))
    return Document.memo.icontains(typed, autoescape=True)


def _campaigns(rows: list[Document]) -> dict[int, list[str]]:
    """Document id → the names of its campaigns, each once."""
    ids = {line.campaign_id for row in rows for line in row.lines}
    query = select(Campaign.id, Campaign.name).where(Campaign.id.in_(ids))
    names = {row.id: row.name for row in db.session.execute(query)} if ids else {}
    return {row.id: list(dict.fromkeys(names[line.campaign_id] for line in row.lines)) for row in rows}


def _facts(found: Document) -> dict[str, Any]:
    entry, paper = documents.entry_of(found), vouchers.find(found)
    query = (
        select(Posting, Account)
        .join(Account, Account.id == Posting.account_id)
        .where(Posting.unit_id == entry.unit_id, Posting.entry_number == entry.number)
        .order_by(Posting.amount < 0, Posting.line)
    )
    return {
        "document": found,
        "name": document_names.name_of(found.kind),
        "entry": entry,
        "seal": chain.seal16(entry.hash),
        "postings": [
            (posting, account, KIND[account.kind].code, campaign_by_id(posting.campaign_id).name)
            for posting, account in db.session.execute(query)
        ],
        "past": events.of("documents", found.id),
        "notes": _notes(found),
        "requests": requests.about(approvables.SUBJECT, found.id),
        "waiting": requests.find_waiting(approvables.KIND, approvables.SUBJECT, found.id),
        "may_void": not found.is_void and allowed("treasury.record", found.unit_id),
        "may_issue": allowed("treasury.record", found.unit_id),
        "paper": paper,
        "paper_name": paper_kinds.KINDS[vouchers.kind_of(found)].NAME,
        "last": prints.last_print(paper),
        "count": cash_differences.count_of(found),
        "beside": beside.of(Used(found.unit_id, [found.id])),
        "order": payment_orders.find_by_document(found.id),
    }


def _notes(found: Document) -> list[str]:
    """What was noted when the document was recorded: above the cap, with whose consent, who approved."""
    details = vouchers.noted(found)
    said = {
        "person": _l("Người nộp, nhận tiền: %(value)s"),
        "cap": "%(value)s",
        "consent": _l("Đồng ý của nhà hảo tâm: %(value)s"),
        "approved_by": _l("Người duyệt: %(value)s"),
    }
    return [str(said[name]) % {"value": value} for name, value in details.items() if name in said]


def _document(document_id: int) -> Document:
    found = documents.get_document(document_id)
    require("treasury.see", found.unit_id)
    return found


def _document_to_void(document_id: int) -> Document:
    found = _document(document_id)
    require("treasury.record", found.unit_id)
    if found.kind not in NAMES:
        raise NotFound("")
    return found


def _void(found: Document, form: ReasonForm, status: int = 200) -> Response:
    name = document_names.name_of(found.kind)
    return page("treasury/void.html", status=status, document=found, form=form, name=name)
