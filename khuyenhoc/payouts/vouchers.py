"""The voucher of each document of a list: Phiếu chi, Phiếu chi tiền gửi, Phiếu xuất kho, Phiếu tiền giữ hộ.

Issued once and frozen; it says what its document says, and leads to the list on which the receivers signed.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from khuyenhoc.awards import decision_papers, decisions
from khuyenhoc.core.database import db
from khuyenhoc.core.dong import figures
from khuyenhoc.core.errors import NotFound
from khuyenhoc.core.text import gettext as _
from khuyenhoc.funds.campaigns import campaign_by_id
from khuyenhoc.funds.items import item_by_id
from khuyenhoc.goods.goods_tables import Serial
from khuyenhoc.ledger.accounts import get_account
from khuyenhoc.ledger.again import first_of
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.org.users import User
from khuyenhoc.papers import issued, vouchers
from khuyenhoc.papers.content import Goods
from khuyenhoc.papers.heads import heading, recorder
from khuyenhoc.papers.issued import IssuedPaper, PaperPrint
from khuyenhoc.papers.kinds import KINDS
from khuyenhoc.papers.vouchers import Row, Voucher
from khuyenhoc.payouts import lists, payout_list
from khuyenhoc.payouts.list_papers import KIND_OF, approver_of, full_name
from khuyenhoc.payouts.payout_tables import Payout
from khuyenhoc.treasury.vouchers import codes

_TYPES: dict[tuple[str, str], type[Voucher]] = {
    ("payment", "PC"): vouchers.PaymentVoucher,
    ("payment", "UN"): vouchers.BankPaymentVoucher,
    ("handover", "XK"): vouchers.GoodsVoucher,
    ("hold", "TG"): vouchers.KeepingVoucher,
}
"""Kind and series of a document → its voucher."""


def kind_of(document: Document) -> str:
    """The kind of voucher that a document of a list has."""
    return _TYPES[document.kind, document.series].TEMPLATE


def find(document: Document) -> IssuedPaper | None:
    """The document's voucher, if it was issued."""
    return issued.find(kind_of(document), document.id)


def of_list(payout: Payout, document_id: int) -> Document:
    """A document of this list; NotFound when it is another's."""
    found = next((one for one in payout_list.documents_of(payout) if one.id == document_id), None)
    if found is None:
        raise NotFound(_("Không có chứng từ này."))
    return found


def issue_and_print(payout: Payout, document: Document, *, by: User) -> PaperPrint:
    """Issue the voucher if it is not yet, and write down that it is printed once more."""
    decisions.require_right(by, "paper.issue", payout.unit_id)
    paper = find(document) or issued.issue(
        kind_of(document),
        paper_of(payout, document),
        unit_id=document.unit_id,
        document_id=document.id,
        by=by,
    )
    return issued.note_print(paper, by=by)


def paper_of(payout: Payout, document: Document) -> Voucher:
    """What the voucher says."""
    debit, credit = codes(document)
    list_name = f"{KINDS[KIND_OF[payout.method]].NAME.lower()} số {payout.id}"
    hands = payout.method != "bank"
    accountant, (approver, title) = full_name(payout.prepared_by), approver_of(payout)
    more: dict[str, Any] = {}
    if document.kind == "handover":
        more = {"goods": list(_goods(document)), "giver": recorder(first_of(document))}
    return _TYPES[document.kind, document.series](
        heading=heading(document.unit_id, document.date),
        day=document.date,
        label=document.label,
        amount=document.amount,
        rows=_rows(payout, document, list_name),
        after=[Row(label="Kèm theo", value=f"01 {list_name}")],
        debit=debit,
        credit=credit,
        campaigns="; ".join(dict.fromkeys(campaign_by_id(line.campaign_id).name for line in document.lines)),
        hand_to_hand=hands,
        signed_list=f"danh sách số {payout.id}" if hands else "",
        recorder=accountant if document.kind == "payment" else recorder(document),
        treasurer=recorder(document) if document.kind == "payment" and hands else "",
        accountant=accountant,
        chair=approver,
        chair_title=title,
        **more,
    )


def _rows(payout: Payout, document: Document, list_name: str) -> list[Row]:
    decision = decisions.get_decision(payout.decision_id)
    mark = lists.mark(payout).replace(" ", "\u00a0")
    basis = f"{decision_papers.named(decision)}; {list_name}, dấu {mark}"
    reason = Row(label="Lý do xuất" if document.kind == "handover" else "Lý do", value=document.memo)
    rows = [reason, Row(label="Theo", value=basis)]
    if document.kind == "payment":
        rows.insert(0, Row(label="Người nhận", value=f"{figures(len(payout.lines))} người theo danh sách"))
    if document.kind != "handover":
        rows.append(Row(label=_way(document), value=get_account(document.lines[0].account_id).label))
    return [*rows, Row(label="Người duyệt", value=payout.approved_by_name or "")]


def _way(document: Document) -> str:
    """Where the money of a payment or of a keeping comes from, or goes to."""
    line = document.lines[0]
    if get_account(line.account_id).kind == "held":
        return "Trả về chiến dịch từ"
    return "Thu lại vào" if line.amount > 0 else "Chi từ"


def _goods(document: Document) -> Iterable[Goods]:
    """What left the stock, item by item; no price where the lots differ."""
    sums: dict[int, tuple[int, int]] = {}
    for line in document.lines:
        if line.item_id is not None and line.heading != "reserved":
            quantity, amount = sums.get(line.item_id, (0, 0))
            sums[line.item_id] = (quantity - line.quantity, amount - line.amount)
    frames: dict[int, list[str]] = {}
    for serial in db.session.scalars(select(Serial).where(Serial.handover_id == document.id).order_by(Serial.serial)):
        frames.setdefault(serial.item_id, []).append(serial.serial)
    for item_id, (quantity, amount) in sums.items():
        item, named = item_by_id(item_id), ", ".join(frames.get(item_id, ()))
        each = amount // quantity if amount % quantity == 0 else 0
        yield Goods(
            item=item.name,
            unit=item.unit_of_measure,
            quantity=quantity,
            unit_value=each,
            amount=amount,
            note=f"Số khung: {named}" if named else "",
        )
