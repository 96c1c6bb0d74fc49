"""Purchases: asked for, approved by another person, received and counted, paid; posted in the last step.

Who asked or mended, who approved and who pays are different people (``purchase_parts``). What it does to the books, and
how a decision's promise turns into pieces, stands in ``purchase_posting``.
"""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import select

from khuyenhoc.approvals import pairs, requests
from khuyenhoc.approvals.request_tables import Request
from khuyenhoc.awards import kept_promises
from khuyenhoc.awards.award_tables import Award
from khuyenhoc.awards.decision_tables import Decision
from khuyenhoc.core import clock
from khuyenhoc.core.database import db
from khuyenhoc.core.dong import LARGEST, Dong
from khuyenhoc.core.errors import AlreadyRecorded, NotAllowed, NotFound, RuleBroken
from khuyenhoc.core.names import clean, clean_lines
from khuyenhoc.core.text import gettext as _
from khuyenhoc.funds.campaigns import Campaign, require_takes
from khuyenhoc.funds.items import Item
from khuyenhoc.goods import purchase_parts
from khuyenhoc.goods import purchase_posting as posting
from khuyenhoc.goods.goods_tables import Purchase, PurchaseLine
from khuyenhoc.history import chains
from khuyenhoc.history.events import record, record_many
from khuyenhoc.ledger import documents
from khuyenhoc.ledger.accounts import Account
from khuyenhoc.ledger.document_tables import Document
from khuyenhoc.ledger.payees import code_of, require_code
from khuyenhoc.org import grants
from khuyenhoc.org.users import User

KIND = "purchase"
SUBJECT = purchase_parts.SUBJECT
STEPS = {
    "change": ("asked", "asked", "goods.ask"),
    "approve": ("asked", "approved", "another person whom the policy names"),
    "receive": ("approved", "received", "goods.receive"),
    "pay": ("received", "paid", "goods.pay"),
    "cancel": ("asked, approved, received", "cancelled", "goods.ask"),
}
"""Step → from which states, to which, and who may take it."""

MOST_LINES = 50
LONGEST_SUPPLIER = 150
LONGEST_ADDRESS = 200
LONGEST_REASON = 1000


class Wanted(NamedTuple):
    """So many pieces of an item at so many đồng each."""

    item: Item
    quantity: int
    unit_value: Dong


class Seller(NamedTuple):
    """Whom it is bought of; ``code``: a tax code or an account number as typed, where one was given."""

    name: str
    address: str
    code: str | None


def ask(
    campaign: Campaign,
    account: Account,
    wanted: Sequence[Wanted],
    *,
    supplier: str,
    supplier_address: str = "",
    payee_code: str | None = None,
    reason: str,
    by: User,
    key: str,
    decision: Decision | None = None,
) -> Purchase:
    """Ask that goods be bought for a campaign; with ``decision``, for its awards that wait for goods.

    The same key again gives the purchase that is there; with other content AlreadyRecorded.
    """
    chains.lock(campaign.unit_id)
    seller = Seller(supplier, supplier_address, payee_code)
    mine = select(Purchase).where(Purchase.unit_id == campaign.unit_id, Purchase.idempotency_key == key)
    known = db.session.scalar(mine)
    if known is not None:
        if _content(known) != _asked(campaign, account, wanted, decision, seller, reason):
            raise AlreadyRecorded(_("Biểu mẫu này đã gửi đề nghị với nội dung khác. Xin mở biểu mẫu mới."))
        return known
    _require(campaign.unit_id, by, "goods.ask")
    purchase_parts.require_asker(decision, by)
    purchase = Purchase(
        unit_id=campaign.unit_id,
        state="asked",
        asked_by=by.id,
        asked_by_name=by.signature,
        asked_at=clock.stamp(),
        idempotency_key=key,
    )
    _fill(purchase, campaign, account, wanted, decision, seller, reason)
    db.session.add(purchase)
    record("purchase.asked", purchase, by=by, unit_id=purchase.unit_id, reason=purchase.reason)
    _put_before(purchase, by)
    return purchase


def change(
    purchase: Purchase,
    campaign: Campaign,
    account: Account,
    wanted: Sequence[Wanted],
    *,
    supplier: str,
    supplier_address: str = "",
    payee_code: str | None = None,
    reason: str,
    by: User,
    decision: Decision | None = None,
) -> None:
    """Mend a purchase that is not approved yet, and ask anew, today; what was approved before counts no longer."""
    lock(purchase)
    _require(purchase.unit_id, by, "goods.ask")
    if purchase.state == "approved":
        raise RuleBroken(_("Lần mua này đã duyệt rồi. Muốn sửa thì hủy lần này và đề nghị lại."))
    _require_state(purchase, "asked")
    if campaign.unit_id != purchase.unit_id:
        raise NotFound(_("Không có lần mua này."))
    waiting, seller = waiting_for(purchase), Seller(supplier, supplier_address, payee_code)
    same = _content(purchase) == _asked(campaign, account, wanted, decision, seller, reason)
    if waiting is not None and same:
        return  # pressed twice
    purchase_parts.require_asker(decision, by)
    purchase_parts.require_askers_apart(purchase, decision)
    _fill(purchase, campaign, account, wanted, decision, seller, reason)
    purchase.asked_at = clock.stamp()
    record("purchase.changed", purchase, by=by, unit_id=purchase.unit_id, reason=purchase.reason)
    if waiting is not None:
        requests.lapse(waiting, by=by, reason="Đề nghị đã sửa.")
    _put_before(purchase, by)


def _put_before(purchase: Purchase, by: User) -> None:
    requests.ask(
        KIND,
        unit_id=purchase.unit_id,
        subject_kind=SUBJECT,
        subject_id=purchase.id,
        by=by,
        reason=purchase.reason,
        amount=purchase.amount,
    )


def _fill(
    purchase: Purchase,
    campaign: Campaign,
    account: Account,
    wanted: Sequence[Wanted],
    decision: Decision | None,
    seller: Seller,
    reason: str,
) -> None:
    supplier = clean(seller.name)
    _require_sound(campaign, account, wanted, supplier, decision)
    purchase.campaign_id, purchase.account_id = campaign.id, account.id
    purchase.decision_id = decision.id if decision else None
    purchase.supplier, purchase.supplier_address = supplier, clean(seller.address)[:LONGEST_ADDRESS]
    purchase.payee_code = require_code(seller.code)
    purchase.reason = clean_lines(reason)[:LONGEST_REASON]
    purchase.amount = sum(one.quantity * one.unit_value for one in wanted)
    kept = {line.position: line for line in purchase.lines}
    lines = []
    for place, one in enumerate(wanted, start=1):
        line = kept.get(place) or PurchaseLine(position=place)
        line.item_id, line.quantity, line.unit_value = one.item.id, one.quantity, one.unit_value
        lines.append(line)
    purchase.lines = lines


def _asked(
    campaign: Campaign,
    account: Account,
    wanted: Sequence[Wanted],
    decision: Decision | None,
    seller: Seller,
    reason: str,
) -> list[Any]:
    lines = [(one.item.id, one.quantity, one.unit_value) for one in wanted]
    who = [clean(seller.name), clean(seller.address)[:LONGEST_ADDRESS], code_of(seller.code)]
    why = clean_lines(reason)[:LONGEST_REASON]
    return [campaign.id, account.id, decision.id if decision else None, *who, why, lines]


def _content(purchase: Purchase) -> list[Any]:
    lines = [(line.item_id, line.quantity, line.unit_value) for line in purchase.lines]
    who = [purchase.supplier, purchase.supplier_address, purchase.payee_code or ""]
    return [purchase.campaign_id, purchase.account_id, purchase.decision_id, *who, purchase.reason, lines]


def _require_sound(
    campaign: Campaign, account: Account, wanted: Sequence[Wanted], supplier: str, decision: Decision | None
) -> None:
    require_takes(campaign)
    if account.unit_id != campaign.unit_id or account.kind not in posting.SERIES:
        raise RuleBroken(_("Tài khoản này không thuộc sổ của đơn vị."), field="account")
    if not 1 <= len(supplier) <= LONGEST_SUPPLIER:
        raise RuleBroken(_("Xin ghi mua của ai."), field="supplier")
    _require_lines(wanted)
    if decision is not None and decision.unit_id != campaign.unit_id:
        raise NotFound(_("Không có quyết định này."))
    if decision is not None and not posting.waiting_shares(decision, campaign.id):
        raise RuleBroken(_("Quyết định này không có suất nào chờ mua hàng bằng tiền của chiến dịch."), field="decision")


def _require_lines(wanted: Sequence[Wanted]) -> None:
    if not 1 <= len(wanted) <= MOST_LINES:
        raise RuleBroken(_("Xin ghi ít nhất một mặt hàng."), field="lines")
    if len({one.item.id for one in wanted}) < len(wanted):
        raise RuleBroken(_("Có hai dòng cùng một mặt hàng. Xin gộp lại thành một."), field="lines")
    for one in wanted:
        if not 1 <= one.quantity <= 1_000_000:
            raise RuleBroken(_("Số lượng hiện vật là số nguyên từ 1 đến 1.000.000."), field="lines")
        if not 1 <= one.unit_value <= LARGEST:
            raise RuleBroken(_("Đơn giá phải lớn hơn 0."), field="lines")
    if sum(one.quantity * one.unit_value for one in wanted) > LARGEST:
        raise RuleBroken(_("Tổng số tiền quá 999.999.999.999 đồng."), field="lines")


def receive(purchase: Purchase, counted: Mapping[int, int], *, by: User, on: datetime.date | None = None) -> None:
    """Note what arrived on a day since the approval: line → pieces counted. Less than ordered is paid as less."""
    lock(purchase)
    _require(purchase.unit_id, by, "goods.receive")
    _require_state(purchase, "approved")
    on = on or clock.today()
    if on > clock.today():
        raise RuleBroken(_("Ngày này chưa đến. Xin ghi ngày hôm nay hoặc trước đó."), field="date")
    if requests.is_before_approval(SUBJECT, purchase.id, on):
        raise RuleBroken(_("Hàng chỉ được nhận từ ngày duyệt trở đi."), field="date")
    for line in purchase.lines:
        pieces = counted.get(line.position)
        if pieces is None or not 0 <= pieces <= line.quantity:
            sentence = _("Xin đếm từng mặt hàng; không quá %(n)s.", n=line.quantity)
            raise RuleBroken(sentence, field=f"counted-{line.position}")
        line.received = pieces
    if not any(line.received for line in purchase.lines):
        raise RuleBroken(_("Chưa nhận được món nào. Xin hủy đề nghị nếu không mua nữa."), field="lines")
    purchase.state, purchase.received_on = "received", on
    purchase.received_by, purchase.received_by_name = by.id, by.signature
    record("purchase.received", purchase, by=by, unit_id=purchase.unit_id)


def pay(purchase: Purchase, *, by: User, on: datetime.date | None = None) -> Document:
    """Pay for what arrived, on a day since it did. Who has another part in the case does not pay.

    NotEnough, with the decisions' names, when the others decided could no longer be met. Pressed twice it is paid once.
    """
    lock(purchase)
    _require(purchase.unit_id, by, "goods.pay")
    if purchase.state == "paid" and purchase.document_id is not None:
        return documents.get_document(purchase.document_id)
    _require_state(purchase, "received")
    pairs.require_other_person("pay", by, purchase_parts.parts_of(purchase))
    on = on or clock.today()
    if purchase.received_on is not None and on < purchase.received_on:
        raise RuleBroken(_("Tiền chi từ ngày nhận hàng trở đi."), field="date")
    if requests.is_before_approval(SUBJECT, purchase.id, on):
        raise RuleBroken(_("Tiền chỉ được chi từ ngày duyệt trở đi."), field="date")
    shares = posting.bought_for(purchase)
    document = documents.post(posting.draft(purchase, shares, on), by=by)
    purchase.state, purchase.document_id = "paid", document.id
    record("purchase.paid", purchase, by=by, unit_id=purchase.unit_id, details={"label": document.label})
    awards = list(dict.fromkeys(share.award_id for share in shares))
    for share in shares:
        share.bought_by, share.bought_from, share.amount = document.id, share.amount, 0
    kept_promises.require([purchase.campaign_id])
    found = [db.session.get_one(Award, award_id) for award_id in awards]
    record_many("award.goods_bought", found, by=by, unit_id=purchase.unit_id)
    return document


def cancel(purchase: Purchase, *, reason: str, by: User) -> None:
    """Nothing is bought. What was paid for is no more cancelled."""
    lock(purchase)
    _require(purchase.unit_id, by, "goods.ask")
    _require_state(purchase, "asked", "approved", "received")
    reason = clean_lines(reason)
    if not reason:
        raise RuleBroken(_("Xin ghi lý do."), field="reason")
    purchase.state = "cancelled"
    record("purchase.cancelled", purchase, by=by, unit_id=purchase.unit_id, reason=reason)
    waiting = waiting_for(purchase)
    if waiting is not None:
        requests.lapse(waiting, by=by, reason=reason)


def waiting_for(purchase: Purchase) -> Request | None:
    """The request that waits for this purchase's approval."""
    return requests.find_waiting(KIND, SUBJECT, purchase.id)


def get_purchase(purchase_id: int) -> Purchase:
    """The purchase of this id; NotFound when there is none."""
    purchase = db.session.get(Purchase, purchase_id)
    if purchase is None:
        raise NotFound(_("Không có lần mua này."))
    return purchase


def find_by_document(document_id: int) -> Purchase | None:
    """The purchase that a document has paid for."""
    return db.session.scalar(select(Purchase).where(Purchase.document_id == document_id).limit(1))


def lock(purchase: Purchase) -> None:
    """Take the unit's lock, and read the purchase as it stands now."""
    chains.lock(purchase.unit_id)
    db.session.refresh(purchase)


def _require(unit_id: int, by: User, permission: str) -> None:
    if unit_id not in grants.units_with(by, permission):
        raise NotAllowed(_("Việc này không thuộc vai trò của %(you)s ở đơn vị này.", you=by.address_form))


def _require_state(purchase: Purchase, *states: str) -> None:
    if purchase.state in states:
        return
    sentence = {
        "asked": _("Lần mua này chưa được duyệt."),
        "approved": _("Lần mua này chưa nhận hàng."),
        "received": _("Lần mua này đã nhận hàng rồi."),
        "paid": _("Lần mua này đã chi rồi."),
        "cancelled": _("Lần mua này đã hủy."),
    }[purchase.state]
    raise RuleBroken(sentence)
