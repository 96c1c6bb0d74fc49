"""What the papers of a gift say: Phiếu thu, Giấy xác nhận, Biên bản, thư cảm ơn, Tấm lòng vàng.

A voucher bears the names of the day of its gift; letter and certificate those of their own day, which
is the day of issue. Officers are named where they acted; else there is a line to sign on.
"""

from collections.abc import Callable
from typing import Any

from khuyenhoc.core import clock
from khuyenhoc.core.dong import show
from khuyenhoc.core.names import fold
from khuyenhoc.funds.campaigns import Campaign
from khuyenhoc.giving import donor_naming
from khuyenhoc.giving.donor_kinds import PERSONS
from khuyenhoc.giving.gift_rows import GiftRow
from khuyenhoc.ledger.accounts import KIND, get_account
from khuyenhoc.ledger.document_tables import DocumentLine
from khuyenhoc.papers.content import (
    Confirmation,
    GoldHeart,
    Goods,
    GoodsReceipt,
    Paper,
    Party,
    Receipt,
    Share,
    ThankYou,
)
from khuyenhoc.papers.heads import acted_as, heading, holder_of, recorder

FORM_NUMBER = "01-TT"
"""The number of the form of Phiếu thu."""


def purpose(campaign: Campaign) -> str:
    """A campaign in a sentence: ``chiến dịch Xe đạp đến trường``; a standing one by its name alone."""
    named_so = fold(campaign.name).startswith(("chien dich", "quy "))
    return campaign.name if campaign.standing or named_so else f"chiến dịch {campaign.name}"


def purposes(gift: GiftRow) -> str:
    """All campaigns of a gift in a sentence."""
    return " và ".join(purpose(campaign) for campaign in gift.campaigns)


def reason(gift: GiftRow) -> str:
    """``Ủng hộ chiến dịch Xe đạp đến trường``; of several campaigns each with its amount."""
    shares = _shares(gift)
    said = [
        f"{purpose(campaign)} {show(amount)}" if len(shares) > 1 else purpose(campaign) for campaign, amount in shares
    ]
    asked = restriction(gift)
    return f"Ủng hộ {'; '.join(said)} ({asked})" if asked else f"Ủng hộ {'; '.join(said)}"


def restriction(gift: GiftRow) -> str:
    """What the giver asked for, without the full stop that the paper sets itself."""
    return gift.donation.restriction.rstrip(" .")


def given(gift: GiftRow) -> str:
    """What was given, after “đã ủng hộ”: ``4.750.000 ₫``, ``8 chiếc xe đạp 24 inch``."""
    return goods(gift) or show(gift.document.amount)


def goods(gift: GiftRow) -> str:
    """The goods of a gift in a sentence; empty for money."""
    pieces = [(line.quantity, gift.items[line.item_id]) for line in gift.document.lines if line.item_id is not None]
    return ", ".join(item.many(n) for n, item in pieces)


def _shares(gift: GiftRow) -> list[tuple[Campaign, int]]:
    sums: dict[int, int] = {}
    for line in gift.document.lines:
        sums[line.campaign_id] = sums.get(line.campaign_id, 0) + line.amount
    return [(gift.campaign(campaign_id), amount) for campaign_id, amount in sums.items()]


def _common(gift: GiftRow) -> dict[str, Any]:
    document = gift.document
    head = heading(document.unit_id, document.date)
    return {"heading": head, "day": document.date, "label": document.label, "amount": document.amount}


def _own_name(gift: GiftRow) -> str:
    """The name under a person's signature, without title; a body is signed for by whoever comes."""
    return gift.donor.name_on(gift.document.date) or "" if gift.donor.kind in PERSONS else ""


def receipt(gift: GiftRow) -> Paper:
    """Phiếu thu, for cash."""
    return Receipt(
        **_common(gift),
        payer=gift.giver,
        payer_signs=_own_name(gift),
        address=gift.donor.address,
        reason=reason(gift),
        campaigns="; ".join(campaign.name for campaign in gift.campaigns),
        debit=KIND["cash"].code,
        credit=KIND["gifts_money"].code,
        form_number=FORM_NUMBER,
        recorder=recorder(gift.document),
        treasurer=acted_as("treasurer", gift.document),
        accountant=acted_as("accountant", gift.document),
    )


def confirmation(gift: GiftRow) -> Paper:
    """Giấy xác nhận ủng hộ, for a transfer."""
    account = get_account(gift.document.lines[0].account_id)
    into = f"Chuyển khoản vào tài khoản {account.number}, {account.bank}" if account.number else "Chuyển khoản"
    return Confirmation(
        **_common(gift),
        donor=gift.giver,
        donor_address=gift.donor.address,
        tax_code=gift.donor.tax_code or "",
        received_on=gift.document.date,
        method=into,
        memo=gift.donation.bank_reference,
        shares=[Share(campaign=campaign.name, amount=amount) for campaign, amount in _shares(gift)],
        restriction=restriction(gift),
        accountant=acted_as("accountant", gift.document),
    )


def goods_receipt(gift: GiftRow) -> Paper:
    """Biên bản tiếp nhận hiện vật."""
    document, common = gift.document, _common(gift)
    head = common["heading"]
    return GoodsReceipt(
        **common,
        giver=Party(name=gift.giver, address=gift.donor.address),
        receiver=Party(name=head.unit, people=[document.created_by_name], address=head.address),
        campaigns="; ".join(campaign.name for campaign in gift.campaigns),
        restriction=restriction(gift),
        rows=[_goods(line, gift) for line in document.lines],
        giver_signs=_own_name(gift),
        receiver_signs=recorder(document),
        recorder=recorder(document),
    )


def _goods(line: DocumentLine, gift: GiftRow) -> Goods:
    assert line.item_id is not None
    item = gift.items[line.item_id]
    each = line.amount // line.quantity if line.amount % line.quantity == 0 else 0
    return Goods(item=item.name, unit=item.unit_of_measure, quantity=line.quantity, unit_value=each, amount=line.amount)


def thank_you(gift: GiftRow) -> Paper:
    """Thư cảm ơn, of the day on which it is issued."""
    document, today = gift.document, clock.today()
    return ThankYou(
        heading=heading(document.unit_id, today),
        day=today,
        label=document.label,
        salutation=donor_naming.salutation(gift.donor, today),
        called=donor_naming.address_form(gift.donor),
        gift=given(gift),
        received_on=document.date,
        campaigns=purposes(gift),
        chair=holder_of("chair", document.unit_id, today),
    )


def gold_heart(gift: GiftRow, decision: str = "") -> Paper:
    """Giấy chứng nhận Tấm lòng vàng; a donor who is not named in full is shown no sum on the wall."""
    document, today = gift.document, clock.today()
    return GoldHeart(
        heading=heading(document.unit_id, today),
        day=today,
        donor=donor_naming.full_name(gift.donor, today),
        gift=goods(gift),
        amount=document.amount if gift.donor.display == "full" and not gift.goods else 0,
        deed=f"cho {purposes(gift)}.",
        decision=decision,
        chair=holder_of("chair", document.unit_id, today),
    )


CONTENT: dict[str, Callable[[GiftRow], Paper]] = {
    "receipt": receipt,
    "confirmation": confirmation,
    "goods_receipt": goods_receipt,
    "thank_you": thank_you,
    "gold_heart": gold_heart,
}
"""Kind of paper → what it says about a gift."""
