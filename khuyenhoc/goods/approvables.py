"""A purchase is approved by another person, bound to its lines and prices; thresholds look at the month's sum."""

from collections.abc import Iterable

from sqlalchemy import func, select

from khuyenhoc.approvals import requests
from khuyenhoc.approvals.pairs import Part
from khuyenhoc.approvals.registry import Added, Approvable, Description, Fact, register
from khuyenhoc.approvals.request_tables import Request
from khuyenhoc.awards import decisions, kept_promises
from khuyenhoc.core import clock
from khuyenhoc.core.database import db
from khuyenhoc.core.dong import figures, show
from khuyenhoc.core.text import gettext as _
from khuyenhoc.core.text import lazy_gettext as _l
from khuyenhoc.funds import closing, purposes
from khuyenhoc.funds.campaigns import Campaign, campaign_by_id
from khuyenhoc.funds.items import item_by_id
from khuyenhoc.goods import buying_for, purchase_parts, purchases
from khuyenhoc.goods import purchase_posting as posting
from khuyenhoc.goods.goods_tables import STATES, Purchase, PurchaseLine
from khuyenhoc.goods.purchase_posting import payable, waiting_shares
from khuyenhoc.history import seal
from khuyenhoc.history.events import record
from khuyenhoc.ledger import balances, document_names, open_work, outflows
from khuyenhoc.ledger.accounts import get_account
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.ledger.outflows import Question
from khuyenhoc.ledger.payees import Payee
from khuyenhoc.ledger.refusals import NotEnough
from khuyenhoc.org.users import User


def _line(line: PurchaseLine) -> str:
    item = item_by_id(line.item_id)
    pieces = f"{figures(line.quantity)} {item.unit_of_measure}"
    return _("%(pieces)s, mỗi %(unit)s %(each)s", pieces=pieces, unit=item.unit_of_measure, each=show(line.unit_value))


def _describe(request: Request) -> Description:
    purchase = purchases.get_purchase(request.subject_id)
    campaign, account = campaign_by_id(purchase.campaign_id), get_account(purchase.account_id)
    have = balances.on_account_for(account.id, campaign.id)
    warning = ""
    if request.is_waiting and have < purchase.amount:
        warning = _("%(account)s của chiến dịch chỉ còn %(have)s.", account=account.name, have=show(have))
    elif request.is_waiting:
        warning = _why_not(purchase)
    if request.is_waiting:
        warning = " ".join(filter(None, (warning, buying_for.why_another(purchase))))
    facts = [
        Fact(_("Chiến dịch"), campaign.name, f"/chien-dich/{campaign.code}"),
        *purposes.facts(campaign),
        *_decision(purchase),
        Fact(_("Chi từ"), account.label),
        *(Fact(item_by_id(line.item_id).name, _line(line)) for line in purchase.lines),
        Fact(_("Người bán"), ", ".join(filter(None, (purchase.supplier, purchase.supplier_address)))),
        *([Fact(_("Mã số thuế hoặc số tài khoản"), purchase.payee_code)] if purchase.payee_code else []),
        Fact(_("Người đề nghị"), purchase.asked_by_name),
    ]
    return Description(
        title=_("Mua hàng của %(supplier)s", supplier=purchase.supplier),
        subtitle=campaign.name,
        amount=purchase.amount,
        facts=facts,
        warning=warning,
        outcome=_("Duyệt thì được nhận hàng; thủ quỹ chi theo số thực nhận."),
        button=_("Duyệt mua %(amount)s", amount=show(purchase.amount)),
        url=f"/hien-vat/mua/{purchase.id}",
    )


def _decision(purchase: Purchase) -> list[Fact]:
    if purchase.decision_id is None:
        return []
    decision = decisions.get_decision(purchase.decision_id)
    return [Fact(_("Theo"), decisions.title_of(decision), f"/quyet-dinh/{decision.id}")]


def _fingerprint(request: Request) -> str:
    return seal.fingerprint("purchases", request.subject_id)


def _parts(request: Request) -> Iterable[Part]:
    found = purchase_parts.parts_of(purchases.get_purchase(request.subject_id))
    return [part for part in found if part[0] != "approve"]


def _payee(purchase: Purchase) -> Payee:
    return Payee((purchase.supplier,), code=purchase.payee_code or "")


def _question(request: Request) -> Question:
    """Everything bought for the campaign, of whomever, and whatever else its supplier gets from it."""
    purchase = purchases.get_purchase(request.subject_id)
    day = clock.from_stamp(purchase.asked_at).date()
    return outflows.question([purchase.campaign_id], day, [_payee(purchase)], purchases.KIND)


def _going_out(question: Question) -> Iterable[Added]:
    """Purchases asked for in the month; not those cancelled, voided, or sent back and not asked again."""
    voided = select(Document.id).where(Document.id == Purchase.document_id, Document.state == "voided")
    begins, ends = (clock.stamp(clock.midnight(day)) for day in (question.first, question.following))
    query = select(Purchase).where(
        Purchase.campaign_id.in_(sorted(question.campaign_ids)),
        Purchase.asked_at >= begins,
        Purchase.asked_at < ends,
        Purchase.state != "cancelled",
        ~voided.exists(),
    )
    found = db.session.scalars(query.order_by(Purchase.id)).all()
    waiting = requests.waiting_among(purchases.SUBJECT, [one.id for one in found])
    for one in found:
        is_asked = one.state != "asked" or one.id in waiting
        if is_asked and question.wants(purchases.KIND, _payee(one)):
            yield Added(
                purchases.KIND,
                one.id,
                clock.from_stamp(one.asked_at).date(),
                _("Mua hàng: %(reason)s", reason=one.reason.replace("\n", " ")),
                one.supplier,
                str(STATES[one.state]),
                payable(one),
                f"/hien-vat/mua/{one.id}",
            )


def _carry_out(request: Request, /, *, by: User) -> None:
    purchase = purchases.get_purchase(request.subject_id)
    purchases.lock(purchase)
    _require_money(purchase)
    purchase.state, purchase.approved_by = "approved", by.id
    purchase.approved_by_name = request.approver_names(by.signature)
    record("purchase.approved", purchase, by=by, unit_id=purchase.unit_id)


def _require_money(purchase: Purchase) -> None:
    """Available money must reach; what a decision has committed for goods is there to buy them."""
    have = balances.available(purchase.campaign_id)
    if purchase.decision_id is not None:
        decision = decisions.get_decision(purchase.decision_id)
        have += sum(share.amount for share in waiting_shares(decision, purchase.campaign_id))
    if have < purchase.amount:
        sentence = _(
            "%(campaign)s chỉ còn %(have)s dùng được (trừ tiền đã quyết định, chưa chi); cần %(asked)s.",
            campaign=campaign_by_id(purchase.campaign_id).name,
            have=show(have),
            asked=show(purchase.amount),
        )
        raise NotEnough(sentence)
    if said := _why_not(purchase):
        raise NotEnough(said)


def _why_not(purchase: Purchase) -> str:
    """What is bound to something else, or promised to others, buys no goods: told before they are ordered."""
    parts = posting.parts_of(purchase, posting.bought_for(purchase))
    return kept_promises.why_not_bought(purchase.campaign_id, posting.uses_of(purchase.campaign_id, parts))


def _unpaid_of_campaign(campaign: Campaign) -> list[str]:
    live = select(func.count()).select_from(Purchase)
    live = live.where(Purchase.campaign_id == campaign.id, Purchase.state.in_(("approved", "received")))
    count = int(db.session.scalar(live) or 0)
    return [_("Còn %(n)s lần mua đã duyệt, chưa chi xong.", n=count)] if count else []


def _concerns(request: Request, campaign: Campaign) -> bool:
    return purchases.get_purchase(request.subject_id).campaign_id == campaign.id


def _address(document: Document) -> str:
    purchase = purchases.find_by_document(document.id)
    return f"/hien-vat/mua/{purchase.id}" if purchase is not None else ""


document_names.register("purchase", _l("Phiếu mua hàng"), _address)
closing.register("purchases", _unpaid_of_campaign)
closing.register("purchases asked for", open_work.waiting_for(purchases.KIND, _concerns))
outflows.register("purchases", _going_out, {purchases.KIND: _question})
register(
    Approvable(
        kind=purchases.KIND,
        title=_l("Mua hàng"),
        describe=_describe,
        fingerprint=_fingerprint,
        carry_out=_carry_out,
        participants=_parts,
        total=outflows.total,
        added=outflows.added,
    )
)
