"""The voucher of each document of the treasury: Phiếu chi, Phiếu thu khác, Phiếu chuyển tiền and their kin.

Issued once and frozen; it says what its document says, under the names of the document's day.
"""

import json
from typing import Any

from sqlalchemy import select

from khuyenhoc.core.context import Person
from khuyenhoc.core.database import db
from khuyenhoc.funds.campaigns import campaign_by_id
from khuyenhoc.funds.items import item_by_id
from khuyenhoc.history import events
from khuyenhoc.ledger import documents, payment_orders
from khuyenhoc.ledger.accounts import KIND, Account, get_account
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.ledger.entries import Posting
from khuyenhoc.papers import issued, vouchers
from khuyenhoc.papers.heads import acted_as, bare_name, heading, recorder
from khuyenhoc.papers.issued import IssuedPaper, PaperPrint
from khuyenhoc.papers.vouchers import Row, Voucher

ATTACHED = Row(label="Kèm theo")
"""How many original papers lie beside it is written by hand."""

_KINDS: dict[str, type[Voucher]] = {
    "opening": vouchers.OpeningVoucher,
    "other_income": vouchers.IncomeVoucher,
    "bank_fee": vouchers.BankPaymentVoucher,
    "cash_to_bank": vouchers.TransferVoucher,
    "bank_to_cash": vouchers.TransferVoucher,
    "transfer": vouchers.TransferVoucher,
    "cash_difference": vouchers.DifferenceVoucher,
}


def kind_of(document: Document) -> str:
    """The kind of voucher that a document has; a running cost has Phiếu chi when it was paid in cash."""
    return _type_of(document).TEMPLATE


def find(document: Document) -> IssuedPaper | None:
    """The document's voucher, if it was issued."""
    return issued.find(kind_of(document), document.id)


def issue_and_print(document: Document, *, by: Person) -> PaperPrint:
    """Issue the voucher if it is not yet, and write down that it is printed once more."""
    paper = find(document) or issued.issue(
        kind_of(document), paper_of(document), unit_id=document.unit_id, document_id=document.id, by=by
    )
    return issued.note_print(paper, by=by)


def paper_of(document: Document) -> Voucher:
    """What the voucher says."""
    debit, credit = codes(document)
    order = payment_orders.find_by_document(document.id)
    return _type_of(document)(
        heading=heading(document.unit_id, document.date),
        day=document.date,
        label=document.label,
        amount=document.amount,
        rows=[*_rows(document), *_approved(document)],
        after=[ATTACHED] if document.kind in ("running_cost", "refund", "bank_fee", "other_income") else [],
        debit=debit,
        credit=credit,
        campaigns="" if document.kind == "transfer" else _campaign(document, 0),
        hand_to_hand=any(get_account(line.account_id).kind != "bank" for line in document.lines),
        recorder=bare_name(order.prepared_by, order.prepared_by_name) if order else recorder(document),
        treasurer=acted_as("treasurer", document),
        accountant=acted_as("accountant", document, order.prepared_by if order else None),
    )


def noted(document: Document) -> dict[str, Any]:
    """What was noted beside the document when it was recorded: who was paid, who approved, whose consent."""
    first = next((event for event in events.of("documents", document.id) if event.details), None)
    return dict(json.loads(first.details)) if first is not None and first.details else {}


def _type_of(document: Document) -> type[Voucher]:
    if document.kind in ("running_cost", "refund"):
        return vouchers.PaymentVoucher if document.series == "PC" else vouchers.BankPaymentVoucher
    return _KINDS[document.kind]


def _rows(document: Document) -> list[Row]:
    if document.kind == "opening":
        return _opening(document)
    if document.kind in ("cash_to_bank", "bank_to_cash"):
        return [
            Row(label="Chuyển từ", value=_account(document, 0).label),
            Row(label="Sang", value=_account(document, 1).label),
            Row(label="Lý do", value=document.memo),
        ]
    if document.kind == "transfer":
        return [
            Row(label="Từ chiến dịch", value=_campaign(document, 0)),
            Row(label="Sang chiến dịch", value=_campaign(document, 1)),
            Row(label="Tiền ở", value=_account(document, 0).label),
            Row(label="Lý do", value=document.memo),
        ]
    return _in_or_out(document)


def _in_or_out(document: Document) -> list[Row]:
    account, coming = _account(document, 0), document.lines[0].amount > 0
    reason = Row(label="Lý do thu" if coming else "Lý do chi", value=document.memo)
    place = Row(label="Thu vào" if coming else "Chi từ", value=account.label)
    if document.kind == "cash_difference":
        return [Row(label="Thừa khi kiểm quỹ" if coming else "Thiếu khi kiểm quỹ", value=account.label), reason]
    person = str(noted(document).get("person", ""))
    if document.kind == "bank_fee":
        return [Row(label="Đơn vị thu phí", value=account.bank or ""), reason, place]
    if account.kind == "bank" and coming:
        person = person or account.bank or ""
    who = Row(label="Họ và tên người nộp" if coming else "Họ và tên người nhận", value=person)
    return [who, Row(label="Địa chỉ"), reason, place] if account.kind == "cash" else [who, reason, place]


def _opening(document: Document) -> list[Row]:
    line, account = document.lines[0], _account(document, 0)
    rows = [Row(label="Đã có ở", value=account.label), Row(label="Nội dung", value=document.memo)]
    if line.item_id is not None:
        rows.insert(1, Row(label="Hiện vật", value=item_by_id(line.item_id).many(line.quantity)))
    return rows


def _approved(document: Document) -> list[Row]:
    labels = {"consent": "Nhà hảo tâm đồng ý", "approved_by": "Người duyệt"}
    found = noted(document)
    return [Row(label=label, value=str(found[name])) for name, label in labels.items() if found.get(name)]


def codes(document: Document) -> tuple[str, str]:
    """The codes of the accounts in debit and in credit, each once."""
    entry = documents.entry_of(document)
    query = (
        select(Account.kind, Posting.amount)
        .join(Account, Account.id == Posting.account_id)
        .where(Posting.unit_id == entry.unit_id, Posting.entry_number == entry.number, Posting.amount != 0)
        .order_by(Posting.line)
    )
    found = [(KIND[kind].code, amount) for kind, amount in db.session.execute(query)]
    sides = ([code for code, amount in found if amount > 0], [code for code, amount in found if amount < 0])
    debit, credit = (", ".join(dict.fromkeys(side)) for side in sides)
    return debit, credit


def _account(document: Document, line: int) -> Account:
    return get_account(document.lines[line].account_id)


def _campaign(document: Document, line: int) -> str:
    return campaign_by_id(document.lines[line].campaign_id).name
