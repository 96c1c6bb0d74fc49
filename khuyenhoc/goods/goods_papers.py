"""The papers of a purchase: the voucher that paid for it, and the minutes of what the seller brought.

Each is issued once and frozen, under the names of its day; its first printing is the original.
"""

from collections.abc import Callable, Sequence

from khuyenhoc.awards import decision_papers, decisions
from khuyenhoc.core import clock
from khuyenhoc.core.context import Person
from khuyenhoc.core.database import db
from khuyenhoc.core.errors import NotFound
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.values import dataclass
from khuyenhoc.funds.campaigns import campaign_by_id
from khuyenhoc.funds.items import item_by_id
from khuyenhoc.goods.goods_tables import Purchase
from khuyenhoc.goods.purchase_posting import payable
from khuyenhoc.ledger.accounts import get_account
from khuyenhoc.ledger.documents import get_document
from khuyenhoc.papers import issued, prints, vouchers
from khuyenhoc.papers.content import Paper, Party
from khuyenhoc.papers.goods import Delivered, PurchaseReceipt
from khuyenhoc.papers.heads import acted_as, bare_name, heading
from khuyenhoc.papers.issued import IssuedPaper, PaperPrint
from khuyenhoc.papers.kinds import KINDS
from khuyenhoc.papers.vouchers import Row
from khuyenhoc.treasury.vouchers import ATTACHED, codes

VOUCHER, RECEIPT = "phieu-chi", "giao-nhan"
"""How the papers of a purchase are called in its addresses."""


@dataclass(frozen=True)
class Choice:
    """A paper that a purchase may have: issued or not, and its last printing, whose ordinal is their number."""

    slug: str
    name: str
    paper: IssuedPaper | None
    last: PaperPrint | None


def of_purchase(purchase: Purchase) -> Sequence[Choice]:
    """The papers that a purchase may have as it stands."""
    slugs = [RECEIPT] if purchase.received_on is not None else []
    slugs += [VOUCHER] if purchase.document_id is not None else []
    found = []
    for slug in slugs:
        paper = find(purchase, slug)
        found.append(Choice(slug, KINDS[_kind(purchase, slug)].NAME, paper, prints.last_print(paper)))
    return found


def find(purchase: Purchase, slug: str) -> IssuedPaper | None:
    """A paper of a purchase, if it was issued."""
    return issued.find(_kind(purchase, slug), _about(purchase, slug))


def issue_and_print(purchase: Purchase, slug: str, *, by: Person) -> PaperPrint:
    """Issue a paper if it is not yet, and write down that it is printed once more."""
    paper = find(purchase, slug) or issued.issue(
        _kind(purchase, slug),
        _PAPERS[slug](purchase),
        unit_id=purchase.unit_id,
        document_id=_about(purchase, slug),
        by=by,
    )
    return issued.note_print(paper, by=by)


def _kind(purchase: Purchase, slug: str) -> str:
    if slug == RECEIPT and purchase.received_on is not None:
        return PurchaseReceipt.TEMPLATE
    if slug == VOUCHER and purchase.document_id is not None:
        return _voucher_type(purchase).TEMPLATE
    raise NotFound(_("Không có giấy này."))


def _about(purchase: Purchase, slug: str) -> int:
    """What a paper is about: the document of the books, or the purchase itself."""
    return purchase.document_id or 0 if slug == VOUCHER else purchase.id


def _voucher_type(purchase: Purchase) -> type[vouchers.Voucher]:
    in_cash = get_document(purchase.document_id or 0).series == "PC"
    return vouchers.PaymentVoucher if in_cash else vouchers.BankPaymentVoucher


def voucher_of(purchase: Purchase) -> Paper:
    """Phiếu chi, or Phiếu chi tiền gửi where the bank paid."""
    document = get_document(purchase.document_id or 0)
    account, campaign = get_account(purchase.account_id), campaign_by_id(purchase.campaign_id)
    debit, credit = codes(document)
    rows = [
        Row(label="Họ và tên người nhận", value=purchase.supplier),
        Row(label="Địa chỉ", value=purchase.supplier_address),
        Row(label="Lý do chi", value=_reason(purchase)),
        Row(label="Chi từ", value=account.label),
        Row(label="Người duyệt", value=purchase.approved_by_name or ""),
    ]
    return _voucher_type(purchase)(
        heading=heading(document.unit_id, document.date),
        day=document.date,
        label=document.label,
        amount=document.amount,
        rows=rows,
        after=[ATTACHED],
        debit=debit,
        credit=credit,
        campaigns=campaign.name,
        hand_to_hand=account.kind == "cash",
        recorder=bare_name(purchase.asked_by, purchase.asked_by_name),  # who pays has prepared nothing
        treasurer=acted_as("treasurer", document),
        accountant=acted_as("accountant", document, purchase.asked_by),
    )


def _reason(purchase: Purchase) -> str:
    pieces = [item_by_id(line.item_id).many(line.received) for line in purchase.lines if line.received]
    decision = _decision(purchase)
    return f"Mua {', '.join(pieces)}" + (f" theo {decision}" if decision else "")


def _decision(purchase: Purchase) -> str:
    if purchase.decision_id is None:
        return ""
    return decision_papers.named(decisions.get_decision(purchase.decision_id))


def receipt_of(purchase: Purchase) -> Paper:
    """Biên bản giao nhận hàng mua, of the day on which the goods came."""
    day = purchase.received_on or clock.today()
    head = heading(purchase.unit_id, day)
    rows = [
        Delivered(
            item=item_by_id(line.item_id).name,
            unit=item_by_id(line.item_id).unit_of_measure,
            ordered=line.quantity,
            quantity=line.received or 0,
            unit_value=line.unit_value,
            amount=line.unit_value * (line.received or 0),
        )
        for line in purchase.lines
    ]
    return PurchaseReceipt(
        heading=head,
        day=day,
        number=str(purchase.id),
        seller=Party(name=purchase.supplier, address=purchase.supplier_address),
        buyer=Party(name=head.unit, people=[purchase.received_by_name or ""], address=head.address),
        campaign=campaign_by_id(purchase.campaign_id).name,
        decision=_decision(purchase),
        rows=rows,
        amount=payable(purchase),
        asked_by=bare_name(purchase.asked_by, purchase.asked_by_name),
        approved_by=purchase.approved_by_name or "",
        received_by=bare_name(purchase.received_by, purchase.received_by_name or ""),
    )


def _is_cancelled(purchase_id: int) -> bool:
    purchase = db.session.get(Purchase, purchase_id)
    return purchase is None or purchase.state == "cancelled"


_PAPERS: dict[str, Callable[[Purchase], Paper]] = {VOUCHER: voucher_of, RECEIPT: receipt_of}
issued.void_when(PurchaseReceipt.TEMPLATE, _is_cancelled)
