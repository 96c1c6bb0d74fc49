"""The paper that every gift has: Phiếu thu for cash, Giấy xác nhận for a transfer, Biên bản for goods."""

from typing import Any

from khuyenhoc.core.context import Person
from khuyenhoc.core.database import db
from khuyenhoc.core.dong import show
from khuyenhoc.giving import donor_naming
from khuyenhoc.giving.donation_tables import METHODS
from khuyenhoc.giving.donor_kinds import PERSONS
from khuyenhoc.giving.gift_rows import GiftRow
from khuyenhoc.ledger.accounts import KIND, get_account
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.org.units import name_on, unit_by_id
from khuyenhoc.org.users import User
from khuyenhoc.papers import issued
from khuyenhoc.papers.content import Confirmation, Goods, GoodsReceipt, Heading, Paper, Party, Receipt, Share
from khuyenhoc.papers.issued import IssuedPaper, PaperPrint

KIND_OF = {"cash": "receipt", "bank": "confirmation", "in_kind": "goods_receipt"}
"""How a gift came → the kind of its paper."""


def find(gift: GiftRow) -> IssuedPaper | None:
    """The gift's paper, if it was issued."""
    return issued.find(KIND_OF[gift.donation.method], gift.document.id)


def issue(gift: GiftRow, *, by: Person) -> IssuedPaper:
    """Issue the gift's paper, once; asked again, the one that was issued."""
    kind = KIND_OF[gift.donation.method]
    document = gift.document
    return issued.issue(kind, paper_of(gift), unit_id=document.unit_id, document_id=document.id, by=by)


def issue_and_print(gift: GiftRow, *, by: Person) -> PaperPrint:
    """Issue the gift's paper if it is not yet, and write down that it is printed once more."""
    return issued.note_print(find(gift) or issue(gift, by=by), by=by)


def paper_of(gift: GiftRow) -> Paper:
    """What the gift's paper says."""
    return {"cash": _receipt, "bank": _confirmation, "in_kind": _goods_receipt}[gift.donation.method](gift)


def heading(document: Document) -> Heading:
    """Who issues it: the unit as it was called on the day of the gift."""
    unit = unit_by_id(document.unit_id)
    return Heading(unit=name_on(unit, document.date), address=unit.address)


def recorder(document: Document) -> str:
    """Who recorded it, without honorific."""
    user = db.session.get(User, document.created_by)
    return user.full_name if user is not None else document.created_by_name


def _reason(gift: GiftRow) -> str:
    """``Ủng hộ chiến dịch Xe đạp đến trường``; of several campaigns each with its amount."""
    parts = _shares(gift)
    said = "; ".join(f"{name} {show(amount)}" for name, amount in parts) if len(parts) > 1 else parts[0][0]
    restriction = f" ({gift.donation.restriction})" if gift.donation.restriction else ""
    return f"Ủng hộ chiến dịch {said}{restriction}"


def _shares(gift: GiftRow) -> list[tuple[str, int]]:
    names = {campaign.id: campaign.name for campaign in gift.campaigns}
    sums: dict[int, int] = {}
    for line in gift.document.lines:
        sums[line.campaign_id] = sums.get(line.campaign_id, 0) + line.amount
    return [(names[campaign], amount) for campaign, amount in sums.items()]


def _common(gift: GiftRow) -> dict[str, Any]:
    document = gift.document
    return {"heading": heading(document), "day": document.date, "label": document.label, "amount": document.amount}


def _receipt(gift: GiftRow) -> Paper:
    named = gift.donor.name_on(gift.document.date)
    return Receipt(
        **_common(gift),
        payer=gift.giver,
        payer_signs=(named or "") if gift.donor.kind in PERSONS else "",
        address=gift.donor.address,
        reason=_reason(gift),
        campaigns="; ".join(campaign.name for campaign in gift.campaigns),
        debit=KIND["cash"].code,
        credit=KIND["gifts_money"].code,
        recorder=recorder(gift.document),
    )


def _confirmation(gift: GiftRow) -> Paper:
    account = get_account(gift.document.lines[0].account_id)
    into = f"{METHODS['bank']} vào tài khoản {account.number}, {account.bank}" if account.number else "Chuyển khoản"
    return Confirmation(
        **_common(gift),
        donor=gift.giver,
        donor_address=gift.donor.address,
        tax_code=gift.donor.tax_code or "",
        received_on=gift.document.date,
        method=into,
        memo=gift.donation.bank_reference,
        shares=[Share(campaign=name, amount=amount) for name, amount in _shares(gift)],
        restriction=gift.donation.restriction,
    )


def _goods_receipt(gift: GiftRow) -> Paper:
    document, head = gift.document, heading(gift.document)
    named = donor_naming.full_name(gift.donor, document.date)
    return GoodsReceipt(
        **_common(gift),
        giver=Party(name=named, address=gift.donor.address),
        receiver=Party(name=head.unit, people=[document.created_by_name], address=head.address),
        campaigns="; ".join(campaign.name for campaign in gift.campaigns),
        restriction=gift.donation.restriction,
        rows=[_goods(line, gift) for line in document.lines],
        receiver_signs=recorder(document),
        recorder=recorder(document),
    )


def _goods(line: Any, gift: GiftRow) -> Goods:
    item = gift.items[line.item_id]
    each = line.amount // line.quantity if line.amount % line.quantity == 0 else 0
    return Goods(item=item.name, unit=item.unit_of_measure, quantity=line.quantity, unit_value=each, amount=line.amount)
