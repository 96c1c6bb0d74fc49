"""Refunds: a gift, or what is still untouched of it, is given back: asked, approved by another person, then paid.

Only đồng that the trace still finds unspent go back, from the campaign in which they lie now. Goods are not given
back in money. The gift stays recorded with its number: it was received, and it was returned.
"""

from collections.abc import Iterable, Mapping

from khuyenhoc.approvals import requests
from khuyenhoc.approvals.registry import Fact
from khuyenhoc.core.database import db
from khuyenhoc.core.dong import Dong, show
from khuyenhoc.core.errors import NotFound, RuleBroken
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.funds.campaigns import Campaign, campaign_by_id
from khuyenhoc.giving import donations, donor_naming, given_back
from khuyenhoc.giving.donation_tables import METHODS
from khuyenhoc.giving.donors import Donor
from khuyenhoc.history import chains
from khuyenhoc.ledger import approvables, bars, documents, payment_approvals, payment_orders, payments
from khuyenhoc.ledger.accounts import Account
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.ledger.payees import Payee, code_of
from khuyenhoc.ledger.payment_tables import PaymentOrder
from khuyenhoc.ledger.payments import PaymentKind, Wanted
from khuyenhoc.org.users import User
from khuyenhoc.tracing import stories
from khuyenhoc.tracing.trace_tables import NONE
from khuyenhoc.web.filters import day

KIND = "refund"
PENDING = ("prepared", "approved")


def ask(
    gift: Document,
    campaign: Campaign,
    account: Account,
    amount: Dong,
    *,
    person: str,
    reason: str,
    by: User,
    key: str,
) -> PaymentOrder:
    """Ask that ``amount`` đồng of a gift be given back from a campaign's money on this account.

    ``person`` receives the money: the giver, or who acts for them. The same key again gives the order that is
    there; with other content AlreadyRecorded. RuleBroken names the field to mend.
    """
    return payments.prepare(wanted(gift, campaign, account, amount, person=person, reason=reason), by=by, key=key)


def wanted(gift: Document, campaign: Campaign, account: Account, amount: Dong, *, person: str, reason: str) -> Wanted:
    """What an order of this kind asks for; the sum of one giver counts by the card, however the name is written."""
    donation = donations.get_donation(gift.id)
    if campaign.unit_id != gift.unit_id:
        raise NotFound(_("Chiến dịch này không thuộc sổ của đơn vị."))
    return Wanted(KIND, campaign, account, amount, person, reason, f"donor {donation.donor_id}", gift.id)


def untouched(gift: Document) -> dict[int, Dong]:
    """Campaign → đồng of the gift that lie there unspent as money, by the trace."""
    return {lies.campaign_id: lies.amount for lies in stories.unspent_of(gift.id) if lies.item_id == NONE}


def refundable(gift: Document) -> dict[int, Dong]:
    """Campaign → đồng that can still be asked back: untouched, and not asked back already."""
    found = untouched(gift)
    for order in payment_orders.of_gifts([gift.id], *PENDING):
        if order.campaign_id in found:
            found[order.campaign_id] -= order.amount
    return {campaign_id: amount for campaign_id, amount in found.items() if amount > 0}


def why_not(gift: Document) -> str:
    """Why nothing of this gift can be asked back as things stand; empty when something can."""
    if gift.is_void:
        return _("%(label)s đã hủy.", label=gift.label)
    if requests.find_waiting(approvables.KIND, approvables.SUBJECT, gift.id) is not None:
        return _("%(label)s đang chờ duyệt hủy, chưa hoàn trả được.", label=gift.label)
    if donations.get_donation(gift.id).method == "in_kind":
        return _("Hiện vật không hoàn trả bằng tiền.")
    return ""


def require(order: PaymentOrder) -> None:
    """RuleBroken unless the gift stands and so much of it is untouched; what was asked back before comes first."""
    gift = documents.get_document(order.gift_id or 0, fresh=True)
    if barred := why_not(gift):
        raise RuleBroken(barred)
    left = untouched(gift).get(order.campaign_id, 0)
    earlier = [
        other.amount
        for other in payment_orders.of_gifts([gift.id], *PENDING)
        if other.campaign_id == order.campaign_id and (not order.id or other.id < order.id)
    ]
    if order.amount > left - sum(earlier):
        raise RuleBroken(_too_much(gift, order, left - sum(earlier)), field="amount")


def _too_much(gift: Document, order: PaymentOrder, left: Dong) -> str:
    return _(
        "%(label)s chỉ còn %(left)s chưa dùng đến trong %(campaign)s; không hoàn trả %(asked)s được.",
        label=gift.label,
        left=show(max(left, 0)),
        campaign=campaign_by_id(order.campaign_id).name,
        asked=show(order.amount),
    )


def _gift(order: PaymentOrder) -> Document:
    return documents.get_document(order.gift_id or 0)


def _name(order: PaymentOrder) -> str:
    return _("Hoàn trả khoản ủng hộ %(label)s", label=_gift(order).label)


def _memo(order: PaymentOrder) -> str:
    """The books speak Vietnamese to every reader."""
    return f"Hoàn trả {_gift(order).label}: {order.memo}"


def _facts(order: PaymentOrder) -> Iterable[Fact]:
    gift, donation = _gift(order), donations.get_donation(order.gift_id or 0)
    donor = db.session.get_one(Donor, donation.donor_id)
    before = given_back.of([gift.id]).get(gift.id)
    facts = [
        Fact(_("Khoản ủng hộ"), gift.label, f"/khoan-ung-ho/{gift.id}"),
        Fact(_("Người ủng hộ"), donor_naming.full_name(donor, gift.date)),
        Fact(_("Đã tiếp nhận"), f"{show(gift.amount)}, {day(gift.date)}, {str(METHODS[donation.method]).lower()}"),
    ]
    if donation.restriction:
        facts.append(Fact(_("Dành cho"), donation.restriction))
    if before:
        facts.append(Fact(_("Đã hoàn trả"), ", ".join(f"{show(one.amount)} ({one.label})" for one in before.parts)))
    if order.state in PENDING:
        facts.append(Fact(_("Còn chưa dùng đến"), show(untouched(gift).get(order.campaign_id, 0))))
    return facts


def _warning(order: PaymentOrder) -> str:
    gift = _gift(order)
    left = untouched(gift).get(order.campaign_id, 0)
    return why_not(gift) or (_too_much(gift, order, left) if left < order.amount else "")


def _noted(_order: PaymentOrder) -> Mapping[str, str]:
    return {}


def _shown(order: PaymentOrder) -> str:
    """Whether the gift stands, and what of it has gone back before."""
    gift = _gift(order)
    before = given_back.of([gift.id]).get(gift.id)
    return chains.digest([gift.is_void, before.total if before else 0])


def _payee(order: PaymentOrder) -> Payee:
    """The giver by the card, whoever takes the money for them."""
    gift = _gift(order)
    donor = db.session.get_one(Donor, donations.get_donation(gift.id).donor_id)
    names = (order.payee, donor_naming.full_name(donor, gift.date))
    return Payee(names, ("donor", donor.id), code_of(donor.tax_code))


def _change_url(order: PaymentOrder) -> str:
    return f"/khoan-ung-ho/{order.gift_id}/hoan-tra/{order.id}/sua"


def _bar(document: Document) -> str:
    """A gift that was given back, or is about to be, is not voided beside it."""
    if document.kind != donations.KIND:
        return ""
    back = given_back.of([document.id]).get(document.id)
    if back:
        return _(
            "Không hủy được %(label)s: đã hoàn trả %(amount)s bằng %(by)s. Xin hủy phiếu hoàn trả ấy trước.",
            label=document.label,
            amount=show(back.total),
            by=", ".join(part.label for part in back.parts),
        )
    pending = payment_orders.of_gifts([document.id], *PENDING)
    if pending:
        return _(
            "Không hủy được %(label)s: đang có đề nghị hoàn trả %(amount)s. Xin thôi đề nghị ấy trước.",
            label=document.label,
            amount=show(sum(order.amount for order in pending)),
        )
    return ""


bars.register("refunds", _bar)
payment_approvals.register(
    PaymentKind(
        kind=KIND,
        title=_l("Hoàn trả ủng hộ"),
        heading="refunded",
        name=_name,
        require=require,
        memo=_memo,
        facts=_facts,
        warning=_warning,
        noted=_noted,
        shown=_shown,
        outcome=_l("Duyệt thì thủ quỹ được hoàn trả; chi xong mới có số chứng từ và ghi vào sổ."),
        change_url=_change_url,
        payee=_payee,
    )
)
